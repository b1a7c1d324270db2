"""Addresses of somebody's day, its calendar, its paper; and of the letters, for those who run the event."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import files, letters, mine

urlpatterns: list[URLPattern] = [
    path("hors-ligne.js", files.offline_worker, name="offline_worker"),
    path("agenda/<str:token>.ics", files.calendar, name="calendar"),
    path("<slug:slug>/moi/", mine.my_day, name="my_day"),
    path("<slug:slug>/moi/lu/", mine.my_day_seen, name="my_day_seen"),
    path("<slug:slug>/moi/fermer/", mine.leave, name="leave"),
    path("<slug:slug>/moi/tables/", mine.my_plan, name="my_plan"),
    path("<slug:slug>/moi/agenda/", mine.my_calendar, name="my_calendar"),
    path("<slug:slug>/moi/agenda.ics", files.my_agenda_file, name="my_agenda_file"),
    path("<slug:slug>/moi/<slug:kind>.pdf", files.my_print, name="my_print"),
    path("<slug:slug>/bureau/lettres/", letters.letters, name="desk_letters"),
    path("<slug:slug>/bureau/lettres/textes.csv", letters.texts, name="desk_texts"),
    path("<slug:slug>/bureau/<slug:kind>.pdf", files.desk_print, name="desk_print"),
]
