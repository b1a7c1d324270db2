"""Addresses of visits and of tours: what anyone reads, one's own, and the organiser's."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import tours, visits, visits_desk

urlpatterns: list[URLPattern] = [
    path("tournees/", tours.calendar, name="tours"),
    path("tournees/points/", tours.points, name="tour_points"),
    path("<slug:slug>/etapes/", tours.stops, name="tour_stops"),
    path("<slug:slug>/bureau/etapes/", tours.desk, name="desk_stops"),
    path("<slug:slug>/bureau/etapes/nouvelle/", tours.edit, name="desk_new_stop"),
    path("<slug:slug>/bureau/etapes/<int:pk>/", tours.edit, name="desk_stop"),
    path("<slug:slug>/bureau/etapes/<int:pk>/ordre/", tours.swap, name="desk_stop_order"),
    path("<slug:slug>/visites/", visits.offers, name="visit_offers"),
    path("<slug:slug>/visites/points/", visits.points, name="visit_points"),
    path("<slug:slug>/moi/visite/", visits.my_visit, name="my_visit"),
    path("<slug:slug>/moi/visites/", visits.my_visits, name="my_visits"),
    path("<slug:slug>/moi/visites/<int:pk>/", visits.my_act, name="my_visit_act"),
    path("<slug:slug>/bureau/visites/", visits_desk.offers, name="desk_visits"),
    path("<slug:slug>/bureau/visites/export/", visits_desk.export, name="desk_visits_export"),
    path("<slug:slug>/bureau/visites/planning/", visits_desk.planned, name="desk_planned"),
    path("<slug:slug>/bureau/visites/planning/<int:pk>/", visits_desk.act, name="desk_visit_act"),
    path("<slug:slug>/bureau/visites/site/<int:pk>/", visits_desk.offer, name="desk_visit"),
]
