"""Each service, asked by each kind of person: who may, and everybody else is told no."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.errors import NotAllowed, Refused
from ensembleur.journeys import permissions
from ensembleur.journeys.models import Application, Diagnosis, Document, Journey
from ensembleur.journeys.services import applying, diagnosing, instructing, opening, papers, planning
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db

COMPANY = {"director", "contributor"}
HELPED = COMPANY | {"adviser"}
PEOPLE = [
    "director", "contributor", "adviser", "officer", "second_reader", "evaluator", "admin",
    "stranger", "other_director", "adviser_elsewhere", "officer_elsewhere", "closed_account", "visitor",
]  # fmt: skip


def person(name: str, siren: str):
    """Somebody of that kind."""
    if name == "visitor":
        return AnonymousUser()
    if name == "stranger":
        return accounts.user()
    if name == "closed_account":
        someone = accounts.person(Role.DIRECTOR, siren)
        someone.is_active = False
        someone.save()
        return someone
    if name == "other_director":
        return accounts.person(Role.DIRECTOR, "999999999")
    if name.endswith("_elsewhere"):
        return accounts.person(Role(name.removesuffix("_elsewhere")), "77")
    role = Role(name)
    code = siren if name in COMPANY else "95" if role == Role.ADVISER else "11"
    return accounts.person(role, code)


def an_action(journey):
    return make.plan(make.finished(journey)).actions.first()


def on(status, **fields):
    return lambda journey: make.application(journey, status, **fields)


SERVICES = {
    "start_diagnosis": (HELPED, None, lambda j, t, by: diagnosing.start_diagnosis(journey=j, by=by, now=NOW)),
    "save_answer": (
        HELPED,
        make.draft,
        lambda j, t, by: diagnosing.save_answer(diagnosis=t, statement="upkeep", answer=3, by=by, now=NOW),
    ),
    "save_stake": (
        HELPED,
        make.draft,
        lambda j, t, by: diagnosing.save_stake(diagnosis=t, axis="people", value=3, by=by, now=NOW),
    ),
    "finish_diagnosis": (
        HELPED,
        lambda j: make.draft(j, {"upkeep": 2}),
        lambda j, t, by: diagnosing.finish_diagnosis(diagnosis=t, by=by, now=NOW),
    ),
    "build_plan": (HELPED, make.finished, lambda j, t, by: planning.build_plan(diagnosis=t, by=by, now=NOW, starts_on=TODAY)),
    "update_action": (
        HELPED,
        an_action,
        lambda j, t, by: planning.update_action(
            action=t, by=by, now=NOW, owner="Atelier", cost_eur=None, starts_on=TODAY, ends_on=TODAY, status="running"
        ),
    ),
    "draft_application": (HELPED, None, lambda j, t, by: applying.draft_application(journey=j, scheme="ouverte", by=by, now=NOW)),
    "describe_project": (
        HELPED,
        on("draft"),
        lambda j, t, by: applying.describe_project(
            application=t, by=by, now=NOW, project="Un projet", project_cost_eur=Decimal(5), project_started=False
        ),
    ),
    "file_application": (
        {"director"},
        on("draft", scheme="ouverte"),
        lambda j, t, by: applying.file_application(application=t, by=by, now=NOW),
    ),
    "mark_complete": ({"officer"}, on("filed"), lambda j, t, by: instructing.mark_complete(application=t, by=by, now=NOW)),
    "decide_application": (
        {"officer"},
        on("complete"),
        lambda j, t, by: instructing.decide_application(application=t, by=by, now=NOW, outcome="unfavourable", decided_on=TODAY),
    ),
    "agree": ({"officer"}, on("decided"), lambda j, t, by: instructing.agree(application=t, by=by, now=NOW, agreed_on=TODAY)),
    "refuse": (
        {"officer"},
        on("decided", outcome="unfavourable"),
        lambda j, t, by: instructing.refuse(application=t, by=by, now=NOW, note="Motif"),
    ),
    "record_payment": (
        {"officer"},
        on("agreed"),
        lambda j, t, by: instructing.record_payment(
            application=t, by=by, now=NOW, kind="advance", paid_on=TODAY, amount_eur=Decimal(10)
        ),
    ),
    "close_by_officer": (
        {"officer"},
        on("filed"),
        lambda j, t, by: instructing.close(application=t, by=by, now=NOW, reason="no_news"),
    ),
    "withdraw": (
        {"director", "officer"},
        on("filed"),
        lambda j, t, by: instructing.close(application=t, by=by, now=NOW, reason="withdrawn"),
    ),
    "add_document": (
        HELPED | {"officer"},
        on("filed"),
        lambda j, t, by: papers.add_document(
            journey=j, application=t, by=by, now=NOW, kind="quote", name="devis.pdf", content=make.PDF
        ),
    ),
    "add_document_to_a_draft": (
        HELPED,
        on("draft"),
        lambda j, t, by: papers.add_document(
            journey=j, application=t, by=by, now=NOW, kind="quote", name="devis.pdf", content=make.PDF
        ),
    ),
    "post_message": (
        HELPED | {"officer"},
        on("filed"),
        lambda j, t, by: papers.post_message(journey=j, application=t, by=by, now=NOW, body="Bonjour"),
    ),
    "post_message_on_the_journey": (
        HELPED,
        None,
        lambda j, t, by: papers.post_message(journey=j, by=by, now=NOW, body="Bonjour"),
    ),
}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_knows_who_may_ask(service, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    allowed, prepare, call = SERVICES[service]
    journey = make.journey()
    make.director(journey.siren)  # the company has a director here: opening a journey once is no longer enough
    thing = prepare(journey) if prepare else None
    for name in PEOPLE:
        by = person(name, journey.siren)
        with transaction.atomic():
            if name in allowed:
                call(journey, thing, by)
            elif service == "close_by_officer" and name == "director":
                with pytest.raises(Refused, match="seulement retirer"):
                    call(journey, thing, by)
            else:
                with pytest.raises(NotAllowed):
                    call(journey, thing, by)
            transaction.set_rollback(True)


def test_what_each_person_sees():
    journey = make.journey()
    make.director(journey.siren)
    make.finished(journey)
    draft, filed = make.application(journey), make.application(journey, "filed")
    document = Document(journey=journey, application=filed)
    for name in PEOPLE:
        by = person(name, journey.siren)
        helped, instructs = name in HELPED, name in ("officer", "second_reader")
        assert Journey.objects.visible_to(by).exists() == (helped or instructs), name
        assert Diagnosis.objects.visible_to(by).exists() == helped, name
        assert set(Application.objects.visible_to(by)) == ({draft, filed} if helped else {filed} if instructs else set()), name
        assert permissions.may_read_document(by, document) == (helped or instructs), name
        assert permissions.may_read_document(by, Document(journey=journey)) == helped, name


def test_an_officer_sees_no_journey_before_a_file_is_handed_in():
    make.application(make.journey())
    officer = accounts.person(Role.OFFICER)
    assert not Journey.objects.visible_to(officer).exists()
    assert not Application.objects.visible_to(officer).exists()


def test_an_officer_never_instructs_the_company_he_leads():
    journey = make.journey()
    officer = accounts.person(Role.OFFICER)
    accounts.mandate(officer, Role.DIRECTOR, "company", journey.siren)
    with pytest.raises(NotAllowed):
        instructing.mark_complete(application=make.application(journey, "filed"), by=officer, now=NOW)


def test_the_opener_leads_until_a_director_is_known():
    opener = accounts.user()
    journey = make.journey(opener)
    assert permissions.may_lead(opener, journey)
    assert not permissions.may_file(opener, journey)
    assert Journey.objects.visible_to(opener).get() == journey
    director = make.director(journey.siren)
    assert not permissions.may_lead(opener, journey)
    assert not Journey.objects.visible_to(opener).exists()
    assert Journey.objects.visible_to(director).get() == journey


def test_a_role_that_ended_shows_nothing_any_more():
    _journey, director = make.own_journey()
    director.mandates.update(ended_at=NOW + timedelta(days=1))
    accounts.forget_mandates(director)
    assert not Journey.objects.visible_to(director).exists()


def test_a_project_without_siren_belongs_to_its_opener_and_to_no_other_director():
    opener = accounts.user()
    project = opening.open_journey(project_title="Projet", departement="93", by=opener, now=NOW)
    assert permissions.may_lead(opener, project)
    assert permissions.may_file(opener, project)
    someone = make.director("123456782")
    assert not permissions.may_contribute(someone, project)
    assert not Journey.objects.visible_to(someone).exists()
    adviser = accounts.person(Role.ADVISER, "93")
    assert Journey.objects.visible_to(adviser).get() == project


def test_a_visitor_opens_nothing():
    assert not permissions.may_open_journey(AnonymousUser(), "123456782", "95018")
    assert not permissions.may_open_journey(AnonymousUser(), "", "")
