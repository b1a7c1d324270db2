"""Addresses of the timetable: its versions, their computation, their grid, the moves."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import timetable, timetable_grid, timetable_versions

PLANNING = "<slug:slug>/bureau/planning/"
ONE = f"{PLANNING}<int:number>/"
urlpatterns: list[URLPattern] = [
    path(PLANNING, timetable.versions, name="desk_timetable"),
    path(f"{PLANNING}calculer/", timetable.compute, name="timetable_compute"),
    path(f"{PLANNING}calcul/<int:computation>/", timetable.progress, name="timetable_progress"),
    path(f"{PLANNING}calcul/<int:computation>/arreter/", timetable.stop, name="timetable_stop"),
    path(f"{PLANNING}et-si/", timetable.whatif, name="timetable_whatif"),
    path(ONE, timetable_versions.version, name="timetable_version"),
    path(f"{ONE}comparer/", timetable_versions.compare, name="timetable_compare"),
    path(f"{ONE}publier/", timetable_versions.publish, name="timetable_publish"),
    path(f"{ONE}imprimer/", timetable_versions.printed, name="timetable_print"),
    path(f"{ONE}fichier/<slug:kind>/", timetable_versions.file, name="timetable_file"),
    path(f"{ONE}grille/", timetable_grid.grid, name="timetable_grid"),
    path(f"{ONE}personne/<int:attendee>/", timetable_grid.person, name="timetable_person"),
    path(f"{ONE}deplacer/<int:meeting>/", timetable_grid.move, name="timetable_move"),
    path(f"{ONE}verrouiller/", timetable_grid.lock, name="timetable_lock"),
]
