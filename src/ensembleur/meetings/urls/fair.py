"""Addresses of fairs: the programme, the exhibitors, one's own seats, and the organiser's."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import fair, fair_desk

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/programme/", fair.programme, name="programme"),
    path("<slug:slug>/exposants/", fair.exhibitors, name="exhibitors"),
    path("<slug:slug>/moi/programme/", fair.my_programme, name="my_programme"),
    path("<slug:slug>/moi/programme/<int:pk>/", fair.seat, name="my_seat"),
    path("<slug:slug>/bureau/programme/", fair_desk.programme, name="desk_programme"),
    path("<slug:slug>/bureau/programme/nouvelle/", fair_desk.session, name="desk_new_session"),
    path("<slug:slug>/bureau/programme/<int:pk>/", fair_desk.session, name="desk_session"),
    path("<slug:slug>/bureau/programme/<int:pk>/places/", fair_desk.bookings, name="desk_bookings"),
    path("<slug:slug>/bureau/programme/<int:pk>/places/export/", fair_desk.export, name="desk_bookings_export"),
]
