"""What needs keep about people is given back, erased and forgotten in time, and no company is left without an answer."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification, User
from ensembleur.accounts.services.personal_data import shares
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Involvement, Need
from ensembleur.journeys.services import advising, asking, misrouting, need_data
from ensembleur.journeys.services.leaving import strike_departures
from ensembleur.journeys.services.need_clocks import strike_needs
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_everything_about_a_person_is_given_back():
    assert "needs" in shares()
    held = needs.taken(3)
    needs.away(held.adviser)
    asking.withdraw_need(need=held.need, by=held.need.created_by, now=NOW, note="Réglé.")
    asked, answered = need_data.export_share(held.need.created_by), need_data.export_share(held.adviser)
    assert [row["words"] for row in asked["asked"]] == ["Comment réduire notre facture ?"]
    assert len(asked["lines"]) == 1
    assert [row["outcome"] for row in answered["answered"]] == ["withdrawn"]
    assert (len(answered["subjects"]), len(answered["absences"])) == (1, 1)
    assert json.dumps([asked, answered], cls=DjangoJSONEncoder)


def test_what_a_person_wrote_is_emptied_and_the_rest_stays():
    need = needs.closed()
    over = needs.involvement(need, state=State.CLOSED, note="Visite faite.")
    asked_by, adviser = need.created_by, over.adviser
    assert need_data.erase_share(person=asked_by, now=NOW) == 1
    assert need_data.erase_share(person=asked_by, now=NOW) == 0
    needs.away(adviser)
    assert need_data.erase_share(person=adviser, now=NOW) == 3
    need.refresh_from_db()
    over.refresh_from_db()
    assert (need.words, over.note, over.outcome) == (need_data.GONE, "", "helped")
    assert not AdviserSubject.objects.exists()
    assert not AdviserAbsence.objects.exists()


def test_what_others_were_told_of_a_person_is_emptied_with_their_words():
    journey, director = make.own_journey()
    asked = needs.asked(2, journey)
    advising.take_need(involvement=asked, by=asked.adviser, now=NOW)
    asking.add_message(need=asked.need, body="Mon portable : 06.", by=director, now=NOW)
    asking.add_message(need=asked.need, body="Bien reçu.", by=asked.adviser, now=NOW)
    need_data.erase_share(person=director, now=NOW)
    assert not Notification.objects.visible_to(asked.adviser).filter(body__contains="portable").exists()
    assert [one.kind for one in Notification.objects.visible_to(director).order_by("pk")] == ["need_status", "need_message"]
    assert need_data.erase_share(person=asked.adviser, now=NOW) >= 2
    assert not Notification.objects.visible_to(director).filter(kind="need_message").exists()
    assert not Notification.objects.exclude(body="").filter(key__contains=":taken:").exists()


def test_a_need_held_by_an_account_that_closes_goes_to_the_officers_and_the_company_is_told():
    journey, director = make.own_journey()
    officer, held = accounts.person(Role.OFFICER, "95"), needs.taken(100, journey)
    need_data.erase_share(person=held.adviser, now=NOW)
    need = Need.objects.get()
    assert (need.status, need.to_reroute, need.routed_at, need.routing) == ("waiting", True, NOW, 2)
    assert Involvement.objects.get().state == State.CALLED_OFF
    assert [notice.kind for notice in Notification.objects.filter(user=officer)] == ["need_to_reroute"]
    assert [notice.kind for notice in Notification.objects.filter(user=director)] == ["need_status"]
    assert strike_needs(as_of=NOW + timedelta(days=1), dry_run=False)["release"] == 0


def test_the_next_adviser_is_asked_when_the_one_asked_leaves():
    asked, other = needs.asked(3), needs.adviser("energy")
    need_data.erase_share(person=asked.adviser, now=NOW)
    assert Involvement.objects.get(adviser=other).state == State.ASKED


@pytest.mark.parametrize("gone", ["role", "account"])
def test_the_clocks_free_what_was_left_by_an_adviser_whose_role_ended(gone):
    journey, director = make.own_journey()
    officer, held, kept = accounts.person(Role.OFFICER, "95"), needs.taken(20, journey), needs.taken(20)
    if gone == "role":
        held.adviser.mandates.update(ended_at=NOW)
    else:
        User.objects.filter(pk=held.adviser_id).update(is_active=False)
    assert strike_departures(as_of=NOW, dry_run=True) == {"freed": 1}
    assert strike_departures(as_of=NOW, dry_run=False) == {"freed": 1}
    assert strike_departures(as_of=NOW, dry_run=False) == {"freed": 0}
    held.need.refresh_from_db()
    kept.refresh_from_db()
    assert (held.need.status, held.need.to_reroute, kept.state) == ("waiting", True, State.TAKEN)
    assert [notice.kind for notice in Notification.objects.filter(user=officer)] == ["need_to_reroute"]
    assert [notice.kind for notice in Notification.objects.filter(user=director)] == ["need_status"]
    assert Act.objects.get(verb="leave_needs").after == {"needs": 1}


def test_a_need_given_back_by_its_company_is_not_released_the_next_morning():
    journey, director = make.own_journey()
    held = needs.taken(100, journey)
    misrouting.report_wrong_adviser(need=held.need, by=director, now=NOW)
    assert strike_needs(as_of=NOW + timedelta(days=1), dry_run=False)["release"] == 0


def test_after_five_years_only_figures_are_left():
    old = needs.closed(days_ago=5 * 366 + 2)
    needs.involvement(old, state=State.CLOSED, note="Visite faite.", reasons=[{"says": "Effectif de 34 salariés"}])
    old.messages.create(journey=old.journey, by=old.created_by, at=NOW, body="Merci.")
    old.events.create(at=NOW, kind="closed", note="Une aide a été apportée.")
    needs.closed(days_ago=300)
    assert need_data.retain_share(as_of=TODAY, now=NOW, dry_run=True) == 4
    assert Need.objects.get(pk=old.pk).words != need_data.GONE
    assert need_data.retain_share(as_of=TODAY, now=NOW, dry_run=False) == 4
    assert need_data.retain_share(as_of=TODAY, now=NOW, dry_run=False) == 0
    assert (old.messages.count(), Need.objects.filter(words=need_data.GONE).count()) == (0, 1)
    assert old.involvements.get().outcome == "helped"
