"""Addresses of registering."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import importing, people, registering

urlpatterns: list[URLPattern] = [
    path("lien/<str:token>/", registering.enter, name="open_link"),
    path("<slug:slug>/inscription/", registering.register, name="register"),
    path("<slug:slug>/moi/inscription/", registering.my_profile, name="my_profile"),
    path("<slug:slug>/moi/inscription/personne/", registering.my_person, name="my_new_person"),
    path("<slug:slug>/moi/inscription/personne/<int:pk>/", registering.my_person, name="my_person"),
    path("<slug:slug>/moi/inscription/personne/<int:pk>/acte/", registering.my_act, name="my_act"),
    path("<slug:slug>/moi/donnees/", registering.my_data, name="my_data"),
    path("<slug:slug>/bureau/inscriptions/", people.desk_people, name="desk_people"),
    path("<slug:slug>/bureau/inscriptions/export/", people.export, name="desk_people_export"),
    path("<slug:slug>/bureau/inscriptions/ajouter/", people.add, name="desk_add"),
    path("<slug:slug>/bureau/inscriptions/<int:pk>/", people.participation, name="desk_participation"),
    path("<slug:slug>/bureau/inscriptions/<int:pk>/personne/", people.new_person, name="desk_new_person"),
    path("<slug:slug>/bureau/inscriptions/personne/<int:pk>/", people.person, name="desk_person"),
    path("<slug:slug>/bureau/inscriptions/personne/<int:pk>/acte/", people.act, name="desk_person_act"),
    path("<slug:slug>/bureau/import/", importing.import_page, name="desk_import"),
    path("<slug:slug>/bureau/import/modele/<slug:kind>/", importing.template, name="desk_import_template"),
    path("<slug:slug>/bureau/import/<int:pk>/", importing.batch, name="desk_batch"),
]
