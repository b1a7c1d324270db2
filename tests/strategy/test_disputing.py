"""A value contested in writing, answered in writing, and who is told."""

from __future__ import annotations

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import NotAllowed, Refused
from ensembleur.strategy.models import Dispute
from ensembleur.strategy.services import disputing
from tests.factories import accounts, values
from tests.factories.strategy import NOW, measurement, raw, tiny

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy():
    return tiny()


def contest(held, by, says="Notre registre en compte 90."):
    return disputing.dispute_value(measurement=held, says=says, by=by, now=NOW)


def settle(dispute, by, settlement="Vérifié : 120."):
    return disputing.settle_dispute(dispute=dispute, settlement=settlement, by=by, now=NOW)


def test_a_value_is_contested_whatever_its_origin_and_officers_are_told(strategy):
    officer, partner = accounts.person(Role.OFFICER), values.partner()
    dispute = contest(measurement("A1.companies", 12), partner)
    assert officer.notifications.get().title == "A1.companies : une valeur est contestée"
    assert not partner.notifications.exists()
    assert Act.objects.get(verb="dispute_value").thing.endswith(f":{dispute.pk}")


def test_an_officer_who_contests_is_not_told_of_it(strategy):
    officer = accounts.person(Role.OFFICER)
    contest(values.reported(), officer)
    assert not officer.notifications.exists()


def test_only_a_value_that_stands_is_contested_and_once_by_person(strategy):
    partner, former = values.partner(), values.reported(120)
    last = values.reported(130, replaces=former, reason="Un centre oublié.")
    with pytest.raises(Refused, match="déjà été remplacée"):
        contest(former, partner)
    contest(last, partner)
    with pytest.raises(Refused, match="Vous avez déjà contesté"):
        contest(last, partner)
    assert contest(last, values.partner()).pk


def test_words_are_needed_and_bounded(strategy):
    partner, held = values.partner(), values.reported()
    with pytest.raises(Refused, match="Dites ce qui est contesté") as told:
        contest(held, partner, says=" ")
    assert told.value.details["at"] == "says"
    with pytest.raises(Refused, match="tiennent en 1000"):
        contest(held, partner, says="x" * 1001)


def test_an_internal_value_is_contested_by_those_who_may_read_it():
    data = raw()
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["confidentiality"] = "internal"
    tiny(challenges=data["challenges"])
    with pytest.raises(NotAllowed):
        contest(values.reported(), values.partner())


def test_an_officer_answers_once_and_who_contested_is_told(strategy):
    officer, partner = accounts.person(Role.OFFICER), values.partner()
    dispute = contest(values.reported(), partner)
    with pytest.raises(NotAllowed):
        settle(dispute, accounts.person(Role.SECOND_READER))
    with pytest.raises(Refused, match="Répondez"):
        settle(dispute, officer, settlement="")
    settle(dispute, officer)
    told = partner.notifications.get()
    assert (told.title, told.body) == ("A2.people : votre contestation a sa réponse", "Vérifié : 120.")
    with pytest.raises(Refused, match=f"{officer.full_name} a déjà répondu"):
        settle(dispute, accounts.person(Role.OFFICER))


def test_disputes_are_listed_to_who_raised_them_and_to_who_steers(strategy):
    partner = values.partner()
    dispute = values.dispute(values.reported(), partner)
    from django.contrib.auth.models import AnonymousUser

    for person in (partner, accounts.person(Role.EVALUATOR)):
        assert list(Dispute.objects.visible_to(person)) == [dispute]
    assert not Dispute.objects.visible_to(values.partner()).exists()
    assert not Dispute.objects.visible_to(AnonymousUser()).exists()
