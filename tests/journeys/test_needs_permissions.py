"""Each service on needs, asked by each kind of person: who may, and everybody else is told no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import forget_mandates
from ensembleur.errors import NotAllowed
from ensembleur.journeys import permissions
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import AdviserAbsence, Involvement, Need
from ensembleur.journeys.services import advisers, advising, asking
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db

COMPANY = {"director", "contributor"}
ASKED = {"asked_adviser"}
PEOPLE = [
    "director", "contributor", "asked_adviser", "adviser", "officer", "second_reader", "evaluator", "admin", "stranger",
    "other_director", "adviser_elsewhere", "officer_elsewhere", "former_adviser", "closed_account", "visitor",
]  # fmt: skip


def person(name, held):
    """Somebody of that kind, around an involvement."""
    siren = held.need.journey.siren
    if name == "visitor":
        return AnonymousUser()
    if name == "asked_adviser":
        return held.adviser
    if name == "former_adviser":
        held.adviser.mandates.update(ended_at=NOW)
        forget_mandates(held.adviser)
        return held.adviser
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
    return accounts.person(Role(name), siren if name in COMPANY else "95" if name == "adviser" else "11")


def asked():
    return needs.asked(2, make.own_journey()[0])


def taken():
    return needs.taken(2, make.own_journey()[0])


def closed():
    return needs.involvement(needs.closed(of=make.own_journey()[0]), state=State.CLOSED)


def with_absence():
    held = asked()
    needs.away(held.adviser)
    return held


def with_body():
    held = asked()
    held.adviser.mandates.update(organisation=accounts.organisation())
    return held


RULE = {"all": [{"id": "small", "fact": "company_headcount", "op": "at_most", "value": "49"}]}
SERVICES = {
    "open_need": (
        COMPANY | {"asked_adviser", "adviser"},
        asked,
        lambda i, by: asking.open_need(journey=i.need.journey, subject="hiring", words="Qui ?", by=by, now=NOW),
    ),
    "withdraw_need": (COMPANY, asked, lambda i, by: asking.withdraw_need(need=i.need, by=by, now=NOW)),
    "add_message": (
        COMPANY | ASKED | {"officer"},
        taken,
        lambda i, by: asking.add_message(need=i.need, body="Bonjour.", by=by, now=NOW),
    ),
    "reroute_need": ({"officer"}, asked, lambda i, by: asking.reroute_need(need=i.need, subject="hiring", by=by, now=NOW)),
    "reopen_need": (COMPANY | {"officer"}, closed, lambda i, by: asking.reopen_need(need=i.need, by=by, now=NOW)),
    "take_need": (ASKED, asked, lambda i, by: advising.take_need(involvement=i, by=by, now=NOW)),
    "decline_need": (ASKED, asked, lambda i, by: advising.decline_need(involvement=i, by=by, now=NOW, reason="Complet.")),
    "report_misrouted": (ASKED, asked, lambda i, by: advising.report_misrouted(involvement=i, by=by, now=NOW)),
    "close_need": (
        ASKED,
        taken,
        lambda i, by: advising.close_need(involvement=i, outcome="helped", note="", by=by, now=NOW),
    ),
    "hand_over": (
        ASKED | {"officer"},
        taken,
        lambda i, by: advising.hand_over(involvement=i, to=needs.adviser("energy"), by=by, now=NOW),
    ),
    "set_subjects": (
        ASKED | {"officer", "admin"},
        asked,
        lambda i, by: advisers.set_subjects(adviser=i.adviser, subjects=["hiring"], by=by, now=NOW),
    ),
    "set_absence": (
        ASKED | {"officer", "admin"},
        asked,
        lambda i, by: advisers.set_absence(adviser=i.adviser, starts_on=TODAY, ends_on=TODAY + timedelta(days=2), by=by, now=NOW),
    ),
    "end_absence": (
        ASKED | {"officer", "admin"},
        with_absence,
        lambda i, by: advisers.end_absence(absence=AdviserAbsence.objects.get(adviser=i.adviser), by=by, now=NOW),
    ),
    "set_organisation_filter": (
        {"officer", "admin"},
        with_body,
        lambda i, by: advisers.set_organisation_filter(
            organisation=i.adviser.mandates.get().organisation, subject="", condition=RULE, by=by, now=NOW
        ),
    ),
}


@pytest.mark.parametrize("service", SERVICES)
def test_only_those_who_may(service):
    allowed, prepare, act = SERVICES[service]
    for name in PEOPLE:
        with transaction.atomic():
            held = prepare()
            by = person(name, held)
            held = Involvement.objects.select_related("need__journey", "adviser").get(pk=held.pk)
            if name in ("asked_adviser", "former_adviser"):
                held.adviser = by
            if name in allowed:
                act(held, by)
            else:
                with pytest.raises(NotAllowed):
                    act(held, by)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_need_is_read_by_its_company_the_advisers_asked_and_the_officers_of_the_place(name):
    held = asked()
    by = person(name, held)
    may = name in COMPANY | ASKED | {"officer"}
    assert permissions.may_follow_need(by, held.need) is may
    assert Need.objects.visible_to(by).filter(pk=held.need_id).exists() is may


def test_an_adviser_who_answered_no_longer_writes_on_the_thread():
    held = needs.involvement(needs.need(), state=State.DECLINED)
    assert permissions.may_follow_need(held.adviser, held.need)
    assert not permissions.may_write_on_need(held.adviser, held.need)


def test_nobody_answers_a_need_of_their_own_company():
    held = asked()
    accounts.mandate(held.adviser, Role.CONTRIBUTOR, "company", held.need.journey.siren)
    assert not permissions.may_take(held.adviser, held)


def test_an_officer_of_the_company_does_not_watch_over_it():
    held = asked()
    officer = accounts.person(Role.OFFICER)
    accounts.mandate(officer, Role.DIRECTOR, "company", held.need.journey.siren)
    assert not permissions.may_reroute(officer, held.need)
