"""Addresses of desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import desk, public, setup

urlpatterns: list[URLPattern] = [
    path("", public.calendar, name="list"),
    path("carte.geojson", public.points, name="points"),
    path("nouveau/", setup.new_event, name="new_event"),
    path("mes-evenements/", desk.mine, name="mine"),
    path("<slug:slug>/", public.event, name="event"),
    path("<slug:slug>/bureau/", desk.desk, name="desk"),
    path("<slug:slug>/bureau/etape/", desk.move, name="desk_move"),
    path("<slug:slug>/bureau/liste/<slug:name>/", desk.listed, name="desk_list"),
    path("<slug:slug>/bureau/reglages/", setup.edit, name="desk_event"),
    path("<slug:slug>/bureau/creneaux/", setup.slots, name="desk_slots"),
    path("<slug:slug>/bureau/places/", setup.places, name="desk_places"),
    path("<slug:slug>/bureau/places/<int:place>/", setup.place, name="desk_place"),
    path("<slug:slug>/bureau/organisateurs/", setup.organisers, name="desk_organisers"),
]
