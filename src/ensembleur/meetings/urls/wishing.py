"""Addresses of wishes: the list of participants, mine, and the organiser's."""

from __future__ import annotations

from django.urls import URLPattern, path

from ensembleur.meetings.views import wishes_desk, wishing

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/moi/participants/", wishing.catalogue, name="catalogue"),
    path("<slug:slug>/moi/participants/<int:pk>/", wishing.send, name="send_wish"),
    path("<slug:slug>/moi/participants/<int:pk>/jamais/", wishing.never, name="never"),
    path("<slug:slug>/moi/voeux/", wishing.mine, name="my_wishes"),
    path("<slug:slug>/moi/voeux/<int:pk>/reponse/", wishing.answer, name="answer_wish"),
    path("<slug:slug>/moi/voeux/<int:pk>/retrait/", wishing.withdraw, name="withdraw_wish"),
    path("<slug:slug>/bureau/voeux/", wishes_desk.wishes, name="desk_wishes"),
    path("<slug:slug>/bureau/voeux/export/", wishes_desk.export, name="desk_wishes_export"),
]
