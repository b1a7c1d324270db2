"""Addresses of the day: the welcome desk, the changes of the timetable, the screens of the hall, one's own absence."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import changes, day, hall

DAY = "<slug:slug>/bureau/jour/"
urlpatterns: list[URLPattern] = [
    path(DAY, day.desk_day, name="desk_day"),
    path("<slug:slug>/bureau/accueil/<str:code>/", day.check_in_page, name="check_in"),
    path(f"{DAY}liste/", day.presence_list, name="desk_presence"),
    path(f"{DAY}personne/<int:pk>/", day.person, name="desk_person_day"),
    path(f"{DAY}rendez-vous/<int:pk>/", day.mark, name="desk_mark"),
    path(f"{DAY}creneau/<int:number>/tenus/", day.hold, name="desk_hold"),
    path(f"{DAY}changements/", changes.changes, name="desk_changes"),
    path(f"{DAY}changements/<int:pk>/", changes.change, name="desk_change"),
    path(f"{DAY}changements/personne/<int:pk>/", changes.of_person, name="desk_change_person"),
    path(f"{DAY}changements/inscription/<int:pk>/", changes.of_registration, name="desk_change_registration"),
    path(f"{DAY}changements/table/", changes.of_place, name="desk_change_place"),
    path("<slug:slug>/moi/absence/", changes.say_late, name="say_late"),
    path("<slug:slug>/ecran/<str:token>/", hall.hall, name="hall"),
]
