"""What reported values keep about people: given back, emptied, not kept for ever."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.personal_data import shares
from ensembleur.strategy.models import Batch, Dispute, Proposal
from ensembleur.strategy.services import value_data
from tests.factories import accounts, values
from tests.factories.strategy import NOW, tiny

pytestmark = pytest.mark.django_db
LATER = date(2032, 1, 1)


@pytest.fixture
def partner():
    return values.partner()


@pytest.fixture
def everything(partner):
    strategy, officer = tiny(), accounts.person(Role.OFFICER)
    values.proposal(partner, comment="Vu avec Alix.")
    values.proposal(
        partner, 130, state="refused", decided_by=officer, decided_at=NOW, decision_note="Non, Alix.", comment="De Sacha."
    )
    values.batch(strategy, partner, file_name="alix.csv")
    settled = {"settled_by": officer, "settled_at": NOW, "settlement": "Vu avec Alix."}
    values.dispute(values.reported(), partner, **settled)
    values.lock(strategy, officer)
    return officer


def test_the_share_is_registered():
    assert shares()["values"].export is value_data.export_share


def test_a_person_takes_away_what_they_wrote(partner, everything):
    share = value_data.export_share(partner)
    counts = {name: len(rows) for name, rows in share.items()}
    assert counts == {"reported": 2, "decided": 0, "files": 1, "locked": 0, "lifted": 0, "disputes": 1, "answers": 0}
    theirs = value_data.export_share(everything)
    assert (len(theirs["decided"]), len(theirs["locked"]), len(theirs["answers"])) == (1, 1, 1)


def test_words_go_with_the_person_and_figures_stay(partner, everything):
    assert value_data.erase_share(person=partner, now=NOW) == 5
    assert set(Proposal.objects.values_list("comment", flat=True)) == {""}
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["refused", "withdrawn"]
    assert Batch.objects.get().file_name == ""
    assert Dispute.objects.get().says == "Texte effacé."
    assert value_data.erase_share(person=everything, now=NOW) == 2
    assert Proposal.objects.get(state="refused").decision_note == ""
    assert Dispute.objects.get().settlement == "Texte effacé."
    assert value_data.erase_share(person=partner, now=NOW) == 0


def test_words_are_not_kept_more_than_five_years_after_the_decision(partner, everything):
    assert value_data.retain_share(as_of=NOW.date() + timedelta(days=30), now=NOW, dry_run=False) == 0
    assert value_data.retain_share(as_of=LATER, now=NOW, dry_run=True) == 2
    assert Dispute.objects.get().settlement == "Vu avec Alix."
    assert value_data.retain_share(as_of=LATER, now=NOW, dry_run=False) == 2
    assert value_data.retain_share(as_of=LATER, now=NOW, dry_run=False) == 0
