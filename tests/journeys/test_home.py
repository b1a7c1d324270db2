"""The director's home: one next step, what waits, what was given and what was lent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.notices import notices
from ensembleur.accounts.services.notifying import notify
from ensembleur.journeys.models import Involvement
from ensembleur.journeys.queries.funding import verdicts_of
from ensembleur.journeys.queries.home import gain_of, read_home, waiting_for_company
from ensembleur.journeys.queries.next_steps import next_step
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


def step(journey, user):
    return next_step(read_home(journey, user, as_of=NOW)).label


def texts(journey, user):
    return [item.text for item in waiting_for_company(read_home(journey, user, as_of=NOW))]


def talk(journey, director, *, last):
    """A need taken by an adviser, with a message of each; `last` speaks last."""
    adviser = accounts.person(Role.ADVISER, "95")
    need = held.need(journey, created_by=director, status="taken")
    Involvement.objects.create(need=need, adviser=adviser, state="taken", asked_at=NOW, taken_at=NOW)
    order = [director, adviser] if last == "adviser" else [adviser, director]
    for minutes, by in enumerate(order):
        need.messages.create(journey=journey, by=by, at=NOW + timedelta(minutes=minutes), body="Bonjour")
    return need


def test_an_adviser_who_waits_comes_first_then_the_file_the_review_and_the_opinion():
    journey, director = make.own_journey()
    assert step(journey, director) == "Commencer le diagnostic"
    make.plan(make.finished(journey))
    assert step(journey, director) == "Noter le départ"
    held.baseline(journey)
    assert step(journey, director) == "Faire le bilan"
    draft = make.application(journey)
    assert step(journey, director) == "Ouvrir le dossier"
    talk(journey, director, last="adviser")
    assert step(journey, director) == "Lire et répondre"
    assert texts(journey, director)[:2] == ["Votre conseiller attend votre réponse.", "Le bilan à 6 mois est à faire."]
    journey.needs.all().delete()
    draft.delete()
    held.review(journey, 6, lapsed_at=NOW)
    held.review(journey, 12, done_at=NOW, done_by=director)
    survey = held.survey(held.closed_need(None, journey), director)
    assert step(journey, director) == "Donner mon avis"
    assert "trois questions" in texts(journey, director)[0]
    survey.answered_at, survey.contacted = NOW, True
    survey.save()
    assert step(journey, director) == "Décider"


def test_the_company_that_spoke_last_waits_for_the_adviser():
    journey, director = make.own_journey()
    make.plan(make.finished(journey))
    held.baseline(journey, on=TODAY)
    talk(journey, director, last="company")
    assert step(journey, director) == "Décider"
    assert texts(journey, director) == []


def test_an_adviser_who_reads_the_home_owes_no_answer_to_a_colleague():
    journey, director = make.own_journey()
    make.plan(make.finished(journey))
    talk(journey, director, last="adviser")
    assert step(journey, director) == "Lire et répondre"
    assert step(journey, accounts.person(Role.ADVISER, "95")) == "Noter le départ"


def test_an_advisers_own_opinion_is_not_the_companys_next_step():
    journey, _director = make.own_journey()
    adviser = accounts.person(Role.ADVISER, "95")
    make.plan(make.finished(journey))
    held.baseline(journey, on=TODAY)
    held.survey(held.closed_need(adviser, journey), adviser, "adviser")
    assert step(journey, adviser) == "Décider"
    assert len(texts(journey, adviser)) == 1


def test_notices_to_read_are_waiting():
    journey, director = make.own_journey()
    kind = next(iter(notices()))
    notify(to=director, kind=kind, key="a", title="Un titre", body="Un mot", url="/", now=NOW)
    assert texts(journey, director) == ["1 avis à lire."]


def test_what_is_lent_is_never_added_to_what_is_given(schemes, monkeypatch):
    journey, _director = make.own_journey()
    make.application(journey, "agreed", scheme="ouverte", granted_eur=Decimal(10_000))
    make.application(journey, "paying", scheme="grande", granted_eur=Decimal(70_000))
    verdicts = verdicts_of(journey, as_of=TODAY)
    large = next(one for one in verdicts if one.scheme.id == "grande")
    object.__setattr__(large.scheme, "family", "loan")
    found = gain_of(journey.applications.all(), verdicts)
    assert (found.granted_eur, found.lent_eur) == (10_000, 70_000)


def test_what_was_lent_stays_a_loan_when_its_aid_left_the_catalogue():
    journey, _director = make.own_journey()
    for scheme, granted, amount in (
        ("loan-gone", 70_000, {"min": 0, "max": 70_000, "formula": "rate", "nature": "loan"}),
        ("grant-gone", 10_000, {"min": 0, "max": 10_000, "formula": "rate", "nature": "grant"}),
        ("without-amount", 5_000, None),
    ):
        held = make.application(journey, "agreed", scheme=scheme, granted_eur=Decimal(granted))
        held.verdict = {**(held.verdict or {}), "amount_eur": amount}
        held.save()
    found = gain_of(journey.applications.all(), [])
    assert (found.granted_eur, found.lent_eur) == (15_000, 70_000)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_is_read_in_a_fixed_number_of_queries(count, django_assert_num_queries):
    journey, director = make.own_journey()
    for number in range(count):
        make.plan(make.finished(journey, on=NOW - timedelta(days=number)))
        make.application(journey, "filed")
        talk(journey, director, last="adviser")
        held.survey(held.closed_need(None, journey), director)
    held.baseline(journey)
    with django_assert_num_queries(7):  # the director's roles, then the desk
        read_home(journey, director, as_of=NOW)


def test_the_page_costs_no_more_than_before(client, signed_in):
    """It was seventeen queries before reviews, opinions and talks were on it."""
    journey, director = signed_in
    make.plan(make.finished(journey))
    held.baseline(journey)
    for status in ("filed", "decided"):
        make.application(journey, status)
    talk(journey, director, last="adviser")
    url = reverse("journeys:journey", args=[journey.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert "Ce qui a changé depuis le départ" in answer.text
    assert len(queries) <= 18
