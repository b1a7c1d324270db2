"""What events keep about people is given back, erased on request, and goes with time; meetings stay counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.personal_data import shares
from ensembleur.errors import NotAllowed
from ensembleur.meetings.models import Attendee, ImportBatch, Letter, Organiser, Outcome, Proposal, Registration, Version, Wish
from ensembleur.meetings.queries.links import attendee_of, token_of
from ensembleur.meetings.services import attending, personal_data
from ensembleur.meetings.services.retaining import retain_share
from tests.factories import accounts, meetings
from tests.factories.meetings import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def met():
    """A buyer and somebody alone who met, a letter, a note, an absence."""
    event = meetings.event(state="day")
    buyer = meetings.registration(event, "A")
    alone = meetings.registration(event, "B", origin="person", name="Camille Fictive")
    me = meetings.first(alone)
    held = meetings.meeting(buyer, alone, wish=meetings.wish(alone, buyer, note="Je suis Camille"))
    told = meetings.version(event, [(held, 0, "1")], published=True)
    meetings.outcome(held, "B", by=me, note="Personnel")
    meetings.proposal(told, about=me, reason="Malade")
    Attendee.objects.filter(pk=me.pk).update(needs_note="Chaise", step_free=True, absent_slots=[1], phone="01")
    attending.send_link(attendee=me, by=me, now=NOW)
    me.refresh_from_db()
    return me


def test_the_domain_says_what_it_keeps():
    assert "meetings" in shares()


def test_everything_about_a_person_is_given_back(met):
    told = personal_data.export_attendee(attendee=met, by=met, now=NOW)
    assert told["person"]["needs_note"] == "Chaise"
    assert (told["wishes_sent"][0]["note"], told["outcomes"][0]["note"]) == ("Je suis Camille", "Personnel")
    assert "Votre page" in told["letters"][0]["body"]
    with pytest.raises(NotAllowed):
        personal_data.export_attendee(attendee=met, by=accounts.user(), now=NOW)


def test_nobody_takes_away_nor_erases_a_colleague_and_an_organiser_may():
    account, adviser = accounts.user(), accounts.person(Role.ADVISER, "95")
    registration = meetings.registration(meetings.event(by=adviser), people=3, user=account)
    mine, colleague, other = registration.attendees.order_by("pk")
    for act in (personal_data.export_attendee, personal_data.erase_attendee):
        for by in (account, colleague):
            with pytest.raises(NotAllowed):
                act(attendee=other, by=by, now=NOW)
        act(attendee=mine, by=account, now=NOW)
        act(attendee=colleague, by=colleague, now=NOW)
        act(attendee=other, by=adviser, now=NOW)
    assert not registration.attendees.filter(erased_at=None).exists()


@pytest.mark.parametrize("status", ["cancelled", "refused"])
def test_one_takes_away_and_erases_ones_data_once_the_participation_is_over_too(status):
    me = meetings.first(meetings.registration(meetings.event(), status=status))
    assert personal_data.export_attendee(attendee=me, by=me, now=NOW)["person"]["name"] == me.name
    personal_data.erase_attendee(attendee=me, by=me, now=NOW)
    assert Attendee.objects.get(pk=me.pk).erased_at == NOW


def test_an_account_takes_its_attendances_and_the_events_it_runs():
    adviser = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=adviser)
    meetings.registration(event, user=adviser, name="Atelier")
    told = personal_data.export_share(adviser)
    assert told["attendances"][0]["participation"]["name"] == "Atelier"
    assert (told["organised"][0]["event__title"], told["events_created"][0]["title"]) == (event.title, event.title)


def test_erasing_oneself_empties_names_and_words_and_keeps_the_meeting(met):
    link = token_of(met)
    personal_data.erase_attendee(attendee=met, by=met, now=NOW)
    held = Attendee.objects.get(pk=met.pk)
    assert (held.name, held.email, held.phone, held.needs_note, held.step_free, held.absent_slots) == ("", "", "", "", False, [])
    assert (held.erased_at, attendee_of(link)) == (NOW, None)
    assert held.registration.name == "Personne effacée"
    assert held.registration.status == "cancelled"
    assert (Wish.objects.get().note, Outcome.objects.get().note, Proposal.objects.get().reason) == ("", "", "")
    assert not Letter.objects.exists()
    assert held.registration.meetings_b.count() == 1
    with pytest.raises(NotAllowed):
        personal_data.erase_attendee(attendee=held, by=met, now=NOW)


def test_an_organisation_keeps_its_name_and_those_who_still_come():
    account = accounts.user()
    registration = meetings.registration(meetings.event(max_people=2), people=2, user=account, name="Atelier")
    waiting = meetings.registration(registration.event, status="waiting")
    assert personal_data.erase_share(person=account, now=NOW) == 1
    registration.refresh_from_db()
    assert (registration.name, registration.status, registration.attendees.filter(erased_at=None).count()) == (
        "Atelier",
        "accepted",
        1,
    )
    last = registration.attendees.get(erased_at=None)
    personal_data.erase_attendee(attendee=last, by=last, now=NOW)
    assert [Registration.objects.get(pk=one.pk).status for one in (registration, waiting)] == ["cancelled", "accepted"]
    assert Registration.objects.get(pk=registration.pk).name == "Atelier"


def test_after_the_event_a_participation_stays_counted():
    account = accounts.person(Role.ADVISER, "95")
    registration = meetings.registration(meetings.event(by=account, state="closed"), user=account)
    assert personal_data.erase_share(person=account, now=NOW) == 2
    registration.refresh_from_db()
    assert (registration.status, registration.is_listed) == ("accepted", False)
    assert not Organiser.objects.exists()


def retain(day, **options):
    return retain_share(as_of=day, now=NOW, **{"dry_run": False, **options})


def test_needs_and_absences_go_a_month_after_the_event(met):
    away = {"kind": "away", "participant": f"a{met.pk}", "slots": [1]}
    account = accounts.user()
    Attendee.objects.filter(pk=met.pk).update(user=account)
    Proposal.objects.update(reason="", changes=[away], lines=[{"who": [f"a{met.pk}"], "why": "absent"}], made_by=account)
    Version.objects.update(problem={"slots": 6, "participants": [{"id": f"a{met.pk}", "step_free": True}]})
    ImportBatch.objects.create(event=met.registration.event, sha256="0", rejects=[[2, "?", "Camille"]], at=NOW)
    assert retain(DAY + timedelta(days=30)) == 0
    after = DAY + timedelta(days=31)
    assert retain(after, dry_run=True) == 4
    assert Attendee.objects.get(pk=met.pk).needs_note == "Chaise"
    assert retain(after) == 4
    held = Attendee.objects.get(pk=met.pk)
    assert (held.needs_note, held.step_free, held.absent_slots, held.name) == ("", False, [], met.name)
    said = Proposal.objects.get()
    assert said.made_by is None  # their own account said it
    assert (said.about, said.reason, said.changes, said.lines, ImportBatch.objects.get().rejects) == (None, "", [], [], [])
    assert Version.objects.get().problem == {}
    assert retain(after) == 0


def test_letters_go_after_a_year_and_people_without_account_after_three(met):
    account = meetings.attendee(met.registration, user=accounts.user())
    retain(DAY + timedelta(days=31))
    assert retain(date(2028, 1, 13)) == 1
    assert not Letter.objects.exists()
    assert retain(date(2030, 1, 12)) == 0
    assert retain(date(2030, 1, 13)) == 2  # with the buyer's
    assert Attendee.objects.get(pk=met.pk).erased_at == NOW
    assert Attendee.objects.get(pk=account.pk).erased_at is None
