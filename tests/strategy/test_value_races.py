"""Two people at the same instant: one approves and the other is told, one file is brought once, a lock wins or waits."""

from __future__ import annotations

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.errors import Refused
from ensembleur.strategy.choices import ProposalState
from ensembleur.strategy.models import Measurement, Proposal
from ensembleur.strategy.services import locking, proposing
from tests.factories import accounts, values
from tests.factories.strategy import NOW, indicator, tiny
from tests.journeys.test_needs_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_round", range(3))
def test_of_two_approvers_at_once_one_wins_and_the_other_is_told_who(_round):
    tiny()
    proposal = values.proposal(values.partner())
    approvers = [accounts.person(Role.OFFICER), accounts.person(Role.SECOND_READER)]

    def approve(by):
        return lambda: proposing.decide_value(proposal=Proposal.objects.get(pk=proposal.pk), approve=True, by=by, now=NOW)

    results = together(*(approve(by) for by in approvers))
    winners = [result for result in results if isinstance(result, Proposal)]
    losers = [result for result in results if isinstance(result, Refused)]
    assert (len(winners), len(losers)) == (1, 1), results
    assert losers[0].code == "value_decided"
    assert winners[0].decided_by.full_name in losers[0].sentence
    assert Measurement.objects.count() == 1


def test_two_partners_who_report_the_same_value_at_once_make_one_report():
    tiny()
    row = indicator(values.CODE)

    def report(by):
        return lambda: proposing.propose_value(indicator=row, figures=values.figures(), by=by, now=NOW)

    results = together(*(report(values.partner()) for _number in range(2)))
    assert sorted(type(result).__name__ for result in results) == ["Proposal", "Refused"]
    assert Proposal.objects.count() == 1


def test_a_value_is_approved_before_the_lock_or_not_at_all():
    strategy = tiny()
    proposal, officer, reader = (
        values.proposal(values.partner()),
        accounts.person(Role.OFFICER),
        accounts.person(Role.SECOND_READER),
    )

    def lock():
        return locking.lock_period(
            strategy=strategy, start=values.START, end=values.END, reason="Rapport adopté.", by=officer, now=NOW
        )

    def approve():
        return proposing.decide_value(proposal=Proposal.objects.get(pk=proposal.pk), approve=True, by=reader, now=NOW)

    locked, approved = together(lock, approve)
    assert not isinstance(locked, Exception)
    proposal.refresh_from_db()
    is_approved = proposal.state == ProposalState.APPROVED
    assert is_approved is not isinstance(approved, Refused)
    assert Measurement.objects.count() == int(is_approved)
