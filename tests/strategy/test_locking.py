"""Periods closed and opened again: by whom, which days, and what no longer moves."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import NotAllowed, Refused
from ensembleur.strategy.models import PeriodLock
from ensembleur.strategy.services import locking
from tests.factories import accounts, values
from tests.factories.strategy import NOW, tiny

pytestmark = pytest.mark.django_db
JANUARY, JULY, NOVEMBER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 11, 1)


@pytest.fixture
def strategy():
    return tiny()


@pytest.fixture
def officer():
    return accounts.person(Role.OFFICER)


def lock(strategy, by, start=JANUARY, end=JULY, reason="Rapport adopté."):
    return locking.lock_period(strategy=strategy, start=start, end=end, reason=reason, by=by, now=NOW)


def lift(held, by, reason="Un centre oublié."):
    return locking.lift_lock(lock=held, reason=reason, by=by, now=NOW)


def test_an_officer_closes_a_period_with_a_reason(strategy, officer):
    held = lock(strategy, officer)
    assert (held.period_start, held.period_end, held.reason) == (JANUARY, JULY, "Rapport adopté.")
    assert Act.objects.get(verb="lock_period").who == f"user:{officer.pk}"


def test_only_officers_close(strategy):
    for person in (accounts.person(Role.SECOND_READER), values.partner()):
        with pytest.raises(NotAllowed):
            lock(strategy, person)


@pytest.mark.parametrize(
    ("given", "at", "says"),
    [
        ({"end": JANUARY}, "end", "est vide"),
        ({"end": date(2027, 1, 1)}, "end", "Le 31.décembre 2026 n'est pas passé"),
        ({"start": date(2025, 1, 1), "end": JANUARY}, "end", "La stratégie commence le 1er.janvier 2026"),
        ({"reason": "  "}, "reason", "Donnez un motif"),
        ({"reason": "x" * 501}, "reason", "tient en 500"),
    ],
)
def test_a_wrong_period_is_refused_beside_its_field(strategy, officer, given, at, says):
    with pytest.raises(Refused, match=says) as told:
        lock(strategy, officer, **given)
    assert told.value.details["at"] == at


def test_the_day_before_today_may_be_closed(strategy, officer):
    assert lock(strategy, officer, end=date(2026, 11, 27)).pk


def test_two_live_locks_do_not_touch_but_follow_one_another(strategy, officer):
    lock(strategy, officer)
    with pytest.raises(Refused, match="déjà verrouillés, du 1er.janvier 2026 au 30.juin 2026"):
        lock(strategy, officer, start=date(2026, 6, 30), end=NOVEMBER)
    assert lock(strategy, officer, start=JULY, end=NOVEMBER).pk


def test_somebody_else_opens_again_with_a_reason_and_once(strategy, officer):
    held, reader = lock(strategy, officer), accounts.person(Role.SECOND_READER)
    with pytest.raises(NotAllowed):
        lift(held, officer)
    with pytest.raises(Refused, match="Donnez un motif"):
        lift(held, reader, reason="")
    assert lift(held, reader).lifted_by == reader
    with pytest.raises(Refused, match=f"{reader.full_name} a déjà rouvert"):
        lift(held, accounts.person(Role.ADMIN))


def test_days_opened_again_may_be_closed_again(strategy, officer):
    lift(lock(strategy, officer), accounts.person(Role.ADMIN))
    assert lock(strategy, officer, end=NOVEMBER).pk


def test_locks_are_listed_to_those_who_steer_the_region(strategy, officer):
    held = values.lock(strategy, officer)
    assert list(PeriodLock.objects.visible_to(accounts.person(Role.COMMITTEE))) == [held]
    assert not PeriodLock.objects.visible_to(values.partner()).exists()
