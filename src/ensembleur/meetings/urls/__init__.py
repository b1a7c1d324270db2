"""Addresses of events; one file a part, fixed words before the name of an event."""

from __future__ import annotations

from ensembleur.meetings.urls import after, day, desk, fair, mine, registering, timetable, visits, wishing

app_name = "meetings"
urlpatterns = [
    *mine.urlpatterns,
    *visits.urlpatterns,
    *desk.urlpatterns,
    *timetable.urlpatterns,
    *wishing.urlpatterns,
    *day.urlpatterns,
    *after.urlpatterns,
    *fair.urlpatterns,
    *registering.urlpatterns,
]
