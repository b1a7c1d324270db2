"""Whatever is drawn: later operations change no past day, a locked period never moves, a company counts once."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from ensembleur.journeys.models import Application
from tests.factories import journeys
from tests.factories.measuring import D1, agreed, at, lines, lock, measure, standing, two_schemes
from tests.factories.strategy import tiny

pytestmark = pytest.mark.django_db
OFFSETS = st.lists(st.integers(-100, 100), max_size=4)
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def apart():
    """Nothing left of a draw: the examples of one test share its transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@FEW
@drawn(before=OFFSETS, after=OFFSETS)
def test_what_happens_later_never_changes_a_day_and_what_happened_earlier_always_says_so(before, after):
    with apart():
        tiny()
        agreed()
        for offset in before:
            agreed(on=D1 + timedelta(days=offset))
        first = lines(measure())["A1.companies"]
        assert first.value == 1 + sum(offset <= 0 for offset in before)
        for offset in after:
            agreed(on=D1 + timedelta(days=offset))
        reaches_back = any(offset <= 0 for offset in after)
        again = lines(measure())["A1.companies"]
        assert again.what == ("differs" if reaches_back else "same")
        assert bool(again.says) == reaches_back
        assert again.value == first.value + sum(offset <= 0 for offset in after)


@FEW
@drawn(after=OFFSETS, drop=st.booleans())
def test_a_locked_period_never_moves(after, drop):
    with apart():
        strategy = tiny()
        agreed()
        measure()
        kept = standing()
        lock(strategy)
        if drop:
            Application.objects.all().delete()
        for offset in after:
            agreed(on=D1 + timedelta(days=offset))
        again = lines(measure())["A1.companies"]
        assert again.what == ("held" if drop or any(offset <= 0 for offset in after) else "same")
        assert standing() == kept
        assert standing().value == 1


@FEW
@drawn(one=st.sets(st.integers(1, 5)), two=st.sets(st.integers(1, 5)))
def test_a_company_of_two_measures_counts_once_in_their_objective(one, two):
    with apart():
        two_schemes()
        journeys.journey(opened_at=at(date(2026, 1, 5)))
        for scheme, companies in (("one", one), ("two", two)):
            for number in companies:
                agreed(siren=f"{number:09d}", scheme=scheme)
        found = lines(measure())
        assert (found["A1.companies"].value, found["A3.companies"].value) == (len(one), len(two))
        assert found["O1.companies"].value == found["O1.companies"].units == len(one | two)
        assert found["O1.companies"].overlap == len(one & two)
