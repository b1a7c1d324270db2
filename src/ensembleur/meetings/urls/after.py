"""Addresses of what came of the meetings."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import after

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/moi/suites/", after.mine, name="my_outcomes"),
    path("<slug:slug>/moi/suites/<int:pk>/", after.say, name="say_outcome"),
    path("<slug:slug>/moi/suites/<int:pk>/six-mois/", after.later, name="say_later"),
    path("<slug:slug>/bureau/suites/", after.desk, name="desk_after"),
    path("<slug:slug>/bureau/suites/export/", after.export, name="desk_after_export"),
]
