"""Two people at the same instant: one adviser wins and the other is told, two clicks make one need."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from ensembleur.errors import Refused
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import Involvement, Need
from ensembleur.journeys.services import advising, asking
from tests.factories import journeys as make
from tests.factories import needs
from tests.factories.journeys import NOW


def together(*acts):
    """Start every act at once; what each gave, or the error it met."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait()
            results[place] = act()
        except Exception as error:  # reported by the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_advisers_at_once_one_wins_and_the_other_is_told_who(_round):
    need = needs.need()
    asked = [needs.involvement(need) for _number in range(3)]
    results = together(
        *(lambda one=one: advising.take_need(involvement=one, by=one.adviser, now=NOW) for one in asked)  # type: ignore[misc]
    )
    winners = [result for result in results if isinstance(result, Involvement)]
    losers = [result for result in results if isinstance(result, Refused)]
    assert (len(winners), len(losers)) == (1, 2), results
    assert {error.code for error in losers} == {"need_taken"}
    assert all(winners[0].adviser.full_name in error.sentence for error in losers)
    assert sorted(Involvement.objects.values_list("state", flat=True)) == [State.STOOD_DOWN, State.STOOD_DOWN, State.TAKEN]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_make_one_need_and_ask_nobody_twice():
    journey, director = make.own_journey()
    needs.adviser("energy")

    def click():
        return asking.open_need(journey=journey, subject="energy", words="Combien ?", by=director, now=NOW)

    results = together(click, click)
    assert sorted(result.attached for result in results) == [False, True]
    assert Need.objects.get().involvements.count() == 1
