"""A suggestion says how far an organisation is, as the crow flies between communes, when both are known; quickly."""

from __future__ import annotations

import time

import pytest

from ensembleur.meetings.models import Registration
from ensembleur.meetings.queries.wishes import Looked, suggestions
from ensembleur.territory.services.places import load_places
from tests.factories import meetings

pytestmark = pytest.mark.django_db


def proposed(event, me, most=6):
    return suggestions(event, meetings.first(me), me, Looked(), lang="fr", most=most)


def test_a_suggestion_says_how_far_an_organisation_is_when_both_communes_are_known():
    load_places()
    event = meetings.event(state="wishes")
    me = meetings.registration(event, "B", seeks="Tôlerie", offers="")
    kept = {"seeks": "", "offers": "Tôlerie"}
    far, same, unknown, alone = (
        meetings.registration(event, "A", **kept, **more)
        for more in ({"commune": "95127"}, {}, {"commune": ""}, {"commune": "95127", "origin": "person"})
    )
    says = {one.pk: [reason.says for reason in found.reasons if reason.leaf == "away"] for one, found in proposed(event, me)}
    assert says == {far.pk: ["À 17 km à vol d'oiseau, de commune à commune"], same.pk: [], unknown.pk: [], alone.pk: []}
    me.commune = ""
    assert not any(reason.leaf == "away" for _one, found in proposed(event, me) for reason in found.reasons)


def test_suggestions_among_850_are_read_in_a_moment():
    load_places()
    event = meetings.event(state="wishes")
    me = meetings.registration(event, "B", seeks="Tôlerie fine et soudure", offers="Usinage")
    Registration.objects.bulk_create(
        Registration(
            event=event, side="A", name=f"Atelier fictif {n}", status="accepted", registered_at=meetings.NOW, headcount=n,
            commune=("95018", "95127", "78646")[n % 3], seeks="Usinage de précision", offers="Tôlerie, soudure, découpe laser",
        )
        for n in range(850)
    )  # fmt: skip
    clock = []
    for _ in range(3):
        started = time.process_time()
        assert len(proposed(event, me)) == 6
        clock.append(time.process_time() - started)
    assert min(clock) < 0.3, clock
