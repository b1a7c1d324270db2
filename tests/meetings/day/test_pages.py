"""The pages of the day: one tap each, every word there, no list that grows the number of queries, screens for the hall."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.choices import EventState, MeetingState, Origin, ProposalState, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Placement, Proposal, Registration
from ensembleur.meetings.queries.badges import code_of
from ensembleur.meetings.queries.day import Presence, frozen_slot, presence_of
from ensembleur.meetings.queries.hall import hall_token, screen_of
from ensembleur.meetings.queries.links import token_of
from ensembleur.meetings.services.changing import propose_change
from ensembleur.meetings.services.personal_data import erase_attendee
from ensembleur.meetings.views.change_words import rows_of
from tests.factories import meetings as make
from tests.meetings.day.made import FIRST, MORNING, again, arrive, busy, in_slot, lead, near, open_day, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return near(open_day())


@pytest.fixture
def browser(client, event):
    client.force_login(lead(event))
    return client


def address(name, event, *arguments):
    return reverse(f"meetings:{name}", args=[event.slug, *arguments])


def text(answer):
    return " ".join(answer.content.decode().split())


def test_the_desk_says_what_is_held_now_and_next_and_counts_honestly(browser, event):
    page = text(browser.get(address("desk_day", event)))
    assert "Maintenant : " in page
    assert "Ensuite : " in page
    assert "Personnes attendues : 4, arrivées : 0, <strong>manquantes : 4</strong>. Tables libres : 2." in page
    assert "rendez-vous tenu sur 12 placés" in page
    assert "vœux acceptés sur 12 envoyés" in page
    arrive(event)
    page = text(browser.get(address("desk_day", event)))
    assert "Tout le monde est là" in page
    page = text(browser.get(address("desk_day", event), {"creneau": "1"}))
    assert "Créneau de" in page
    assert page.count("day-marks") == 2


def test_an_event_whose_slots_are_over_asks_to_confirm_what_was_held(browser, event):
    arrive(event)
    event.slots.update(starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1))
    page = text(browser.get(address("desk_day", event)))
    assert "Aucun créneau à venir" in page
    assert "Marquer tenus" in page
    answer = browser.post(address("desk_hold", event, 0), follow=True)
    assert "notés comme tenus" in text(answer)
    assert Meeting.objects.filter(state=MeetingState.HELD).count() == len(in_slot(event, 0))


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_whatever_the_number_of_people(client, count, django_assert_max_num_queries):
    event = near(open_day(buyers=count, suppliers=count))
    arrive(event)
    Meeting.objects.filter(event=event).update(state=MeetingState.MISSED_A)
    client.force_login(lead(event))
    with django_assert_max_num_queries(34):
        page = client.get(address("desk_day", event), {"q": "Fictive"})
    assert len(page.context["found"]) == 2 * count


def test_a_name_or_a_badge_finds_somebody_and_one_tap_says_they_are_there(browser, event):
    who = busy(event, 0)
    assert who.name in text(browser.get(address("desk_day", event), {"q": who.name[:20]}))
    assert "Personne ne correspond" in text(browser.get(address("desk_day", event), {"q": "zzz"}))
    person = address("desk_person_day", event, who.pk)
    assert browser.get(address("desk_day", event), {"q": code_of(who).lower()})["Location"] == person
    page = text(browser.get(address("check_in", event, code_of(who))))
    assert "Marquer son arrivée" in page
    answer = browser.post(person, {"act": "arrived"}, follow=True)
    assert "est là." in text(answer)
    assert answer.redirect_chain[0][0] == person
    assert presence_of(again(who)) is Presence.HERE
    assert "n&#x27;est pas celui d&#x27;un badge" in text(browser.get(address("check_in", event, "2M-000000"), follow=True))
    assert browser.post(person, {"act": "dance"}).status_code == 404


def test_whoever_leaves_or_does_not_come_is_said_from_the_desk_too(browser, event):
    who, other = in_slot(event, 0)[0].attendee_a, in_slot(event, 1)[0].attendee_b
    desk = address("desk_day", event)
    for act in ("arrived", "left"):
        answer = browser.post(address("desk_person_day", event, who.pk), {"act": act, "from": "desk"})
        assert answer["Location"] == desk
    assert presence_of(again(who)) is Presence.LEFT
    answer = browser.post(address("desk_person_day", event, other.pk), {"act": "absent"}, follow=True)
    assert "Un changement du planning est proposé" in text(answer)
    assert "1 changement du planning est proposé" in text(browser.get(desk))
    answer = browser.post(address("desk_person_day", event, other.pk), {"act": "left"}, follow=True)
    assert "n&#x27;est pas arrivée" in text(answer)


def test_a_meeting_is_marked_from_the_table(browser, event):
    meeting = in_slot(event, 0)[0].meeting
    url = address("desk_mark", event, meeting.pk)
    answer = browser.post(url, {"act": "held", "creneau": "0"})
    assert answer["Location"].endswith("?creneau=0")
    assert again(meeting).state == MeetingState.HELD
    browser.post(url, {"act": "planned"})
    assert "est libre pour ce créneau" in text(browser.post(url, {"act": "AB"}, follow=True))
    browser.post(url, {"act": "planned"})
    browser.post(url, {"act": "B"})
    assert again(meeting).state == MeetingState.MISSED_B


def test_a_no_show_says_that_somebody_else_is_proposed(client):
    event = make.event(state=EventState.DAY, slots=3)
    buyers, suppliers = ([make.registration(event, side) for _number in range(2)] for side in (Side.A, Side.B))
    met = make.meeting(buyers[0], suppliers[0])
    published(event, [(met, 0, "1")])
    make.wish(buyers[0], suppliers[1], state="accepted")
    near(event)
    client.force_login(lead(event))
    page = text(client.post(address("desk_mark", event, met.pk), {"act": "B"}, follow=True))
    assert "Une rencontre est proposée" in page
    change = address("desk_change", event, Proposal.objects.get().pk)
    assert "une personne n&#x27;est pas venue" in text(client.get(change))
    assert "de créneau" in text(client.get(change))


def test_the_list_on_paper_has_everybody_with_their_first_meeting(browser, event, django_assert_max_num_queries):
    late = make.first(make.registration(event, Side.B))
    Attendee.objects.filter(pk=busy(event, 0).pk).update(arrived_at=MORNING)
    Attendee.objects.filter(pk=busy(event, 1).pk).update(left_at=MORNING)
    with django_assert_max_num_queries(16):
        page = text(browser.get(address("desk_presence", event)))
    assert "8 personnes" in page
    assert late.name in page
    assert "à cocher" in page


def test_a_late_absence_is_announced_by_the_person_read_and_applied_by_the_organiser(client, event):
    who = busy(event, 2)
    client.get(reverse("meetings:open_link", args=[token_of(who)]))
    url = address("say_late", event)
    assert url in text(client.get(address("my_day", event)))
    assert "Vous avez 3 rendez-vous" in text(client.get(url))
    answer = client.post(url, {"how": "away", "slot": ""})
    assert answer.status_code == 400
    assert "Choisissez le créneau" in text(answer)
    assert "obligatoire" in text(answer)  # a reason is asked
    answer = client.post(url, {"how": "away", "slot": "2", "reason": "Rendez-vous déplacé"})
    assert answer["Location"] == address("my_day", event)
    proposal = Proposal.objects.get()
    assert (proposal.about, proposal.made_by, proposal.reason) == (who, None, "Rendez-vous déplacé")
    client.force_login(lead(event))
    page = text(client.get(address("desk_changes", event)))
    assert f"Absence : {who.name}" in page
    assert "la personne elle-même" in page
    change = address("desk_change", event, proposal.pk)
    page = text(client.get(change))
    assert f"absence de {who.name}" in page
    assert "Appliquer et prévenir" in page
    assert "Rendez-vous placés" in page
    assert "sont prévenues" in text(client.post(change, {"act": "approve"}, follow=True))
    assert again(proposal).state == ProposalState.APPROVED
    assert "a déjà décidé" in text(client.post(change, {"act": "refuse"}, follow=True))
    assert "Appliquée" in text(client.get(address("desk_changes", event)))
    assert client.post(change, {"act": "dance"}).status_code == 404


def test_a_change_is_read_in_the_order_of_the_day(browser, event):
    who = busy(event, 3)
    made = propose_change(
        event=event, kind="absence", about=who, slots=[0, 1, 2, 3, 4, 5], reason="Train.", by=lead(event), now=timezone.now()
    )
    Proposal.objects.filter(pk=made.pk).update(lines=made.lines[::-1])
    told = [row["before"] for row in rows_of(again(made))]
    assert told == sorted(told)
    assert told[0] != told[-1]


def test_nothing_is_announced_once_it_is_over(client, event):
    who = busy(event, 0)
    event.slots.update(starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1))
    client.get(reverse("meetings:open_link", args=[token_of(who)]))
    assert "rien à annoncer" in text(client.get(address("say_late", event)))
    Event.objects.filter(pk=event.pk).update(published_version=None)
    assert "rien à annoncer" in text(client.get(address("say_late", event)))


def test_a_word_said_too_late_is_refused_on_the_form(client, event):
    who = busy(event, 0)
    Meeting.objects.filter(event=event).update(state=MeetingState.HELD)
    client.get(reverse("meetings:open_link", args=[token_of(who)]))
    answer = client.post(address("say_late", event), {"how": "away", "slot": "0", "reason": "Malentendu"})
    assert answer.status_code == 422
    assert "sont passés" in text(answer)


def test_a_proposal_out_of_date_offers_to_be_made_again(browser, event):
    first, second = in_slot(event, 2)[:2]
    for who in (first.attendee_b, second.attendee_b):
        answer = browser.post(address("desk_change_person", event, who.pk), {"how": "away", "slot": "2"})
        assert answer.status_code == 302
    one, other = Proposal.objects.order_by("pk")
    browser.post(address("desk_change", event, one.pk), {"act": "approve"})
    assert "À refaire" in text(browser.get(address("desk_changes", event)))
    change = address("desk_change", event, other.pk)
    assert "Refaire sur le planning actuel" in text(browser.get(change))
    assert "planning a changé" in text(browser.post(change, {"act": "approve"}, follow=True))
    answer = browser.post(change, {"act": "renew"}, follow=True)
    assert "relisez-la" in text(answer)
    assert "Appliquer et prévenir" in text(answer)


def test_how_somebody_is_away_becomes_slots(browser, event):
    who = busy(event, 2)
    url = address("desk_change_person", event, who.pk)
    assert "Départ plus tôt" in text(browser.get(url))
    for how, slots in (("late", [0, 1, 2]), ("leaves", [3, 4, 5]), ("all", [0, 1, 2, 3, 4, 5])):
        assert browser.post(url, {"how": how, "slot": "3"}).status_code == 302
        assert Proposal.objects.latest("pk").changes[0]["slots"] == slots
    assert browser.post(url, {"how": "away"}).status_code == 400


def test_a_lost_table_and_a_cancelled_participation_are_proposed_from_the_desk(browser, event):
    url = address("desk_change_place", event)
    place = in_slot(event, 2)[0].place
    assert "À partir du créneau" in text(browser.get(url))
    assert browser.post(url, {"place": place.pk, "slot": "2"}).status_code == 302
    assert f"Table {place.code}" in text(browser.get(address("desk_change", event, Proposal.objects.get().pk)))
    who = busy(event, 0)
    Registration.objects.filter(pk=who.registration_id).update(status=RegistrationStatus.CANCELLED)
    assert "Désistements qui ont encore des rendez-vous" in text(browser.get(address("desk_day", event)))
    url = address("desk_change_person", event, who.pk)
    assert "chacun de ses rendez-vous à venir sera retiré" in text(browser.get(url))
    assert browser.post(url).status_code == 302
    Meeting.objects.filter(event=event).update(state=MeetingState.HELD)
    assert "plus de rendez-vous à venir" in text(browser.post(url))


def test_of_somebody_erased_among_several_only_their_own_meetings_are_taken_out(browser, event):
    who = busy(event, 0)
    colleague = make.attendee(who.registration)
    theirs = in_slot(event, 1)[0]
    Placement.objects.filter(pk=theirs.pk).update(attendee_b=colleague)
    mine = Placement.objects.filter(version=event.published_version, attendee_b=who).placed()
    meetings = {f"m{pk}" for pk in mine.values_list("meeting", flat=True)}
    erase_attendee(attendee=who, by=who, now=timezone.now())
    assert "Personne effacée" in text(browser.get(address("desk_day", event)))
    url = address("desk_change_person", event, who.pk)
    assert "Proposer un changement pour une personne effacée" in text(browser.get(url))
    assert "désistement" in text(browser.post(url, follow=True))
    lines = Proposal.objects.get().lines
    assert {line["meeting"] for line in lines if line["why"] == "cancelled"} == meetings


def test_a_late_registration_is_proposed_from_the_desk(browser, event):
    registration = make.registration(event, Side.B, decided_at=timezone.now())
    who = make.first(registration)
    assert "Chercher des rendez-vous" in text(browser.get(address("desk_day", event)))
    url = address("desk_change_registration", event, who.pk)
    buyer = make.first(event.registrations.filter(side=Side.A)[0])
    page = text(browser.get(url, {"q": buyer.name}))
    assert f"{buyer.name} ({buyer.registration.name})" in page
    assert browser.post(url).status_code == 422
    assert browser.post(url, {"whom": [buyer.pk]}).status_code == 302
    assert "inscription tardive" in text(browser.get(address("desk_change", event, Proposal.objects.get().pk)))
    event.two_sided = False
    event.save()
    assert browser.get(url).status_code == 200


def test_a_change_of_somebody_erased_names_nobody(browser, event):
    who = busy(event, 2)
    browser.post(address("desk_change_person", event, who.pk), {"how": "away", "slot": "2"})
    Attendee.objects.filter(pk=who.pk).update(erased_at=timezone.now())
    url = address("desk_change", event, Proposal.objects.get().pk)
    assert "<h1>Absence</h1>" in text(browser.get(url))
    Proposal.objects.update(about=None, changes=[], lines=[])
    assert "sont effacés 30 jours après" in text(browser.get(url))


def test_the_screen_of_the_hall_shows_tables_without_account_and_turns_its_pages(client, event, django_assert_max_num_queries):
    url = address("hall", event, hall_token(event))
    alone = in_slot(event, 1)[0].attendee_b
    Attendee.objects.filter(pk=alone.pk).update(name="Camille de Fictive")
    Registration.objects.filter(pk=alone.registration_id).update(origin=Origin.PERSON, name="Camille de Fictive")
    hidden = in_slot(event, 1)[0].attendee_a
    Registration.objects.filter(pk=hidden.registration_id).update(is_listed=False)
    with django_assert_max_num_queries(8):
        page = text(client.get(url))
    assert "Camille F." in page
    assert "Camille de Fictive" not in page
    assert hidden.registration.name not in page
    assert "Réservé" in page
    assert "dans 14 minutes" in page
    assert 'http-equiv="refresh" content="20;url=?tour=2"' in page
    assert 'hx-trigger="every 20s"' in page
    part = text(client.get(url, {"tour": "7"}, headers={"HX-Request": "true", "HX-Target": "hall"}))
    assert "<html" not in part
    for token in ("false", hall_token(make.event())):
        assert client.get(address("hall", event, token)).status_code == 404


def test_the_screen_says_when_it_is_time_far_away_and_over(client, event):
    url = address("hall", event, hall_token(event))
    event.slots.filter(number=0).update(
        starts_at=timezone.now() - timedelta(minutes=2), ends_at=timezone.now() + timedelta(minutes=18)
    )
    assert "c&#x27;est l&#x27;heure" in text(client.get(url))
    event.slots.update(starts_at=timezone.now() + timedelta(hours=3), ends_at=timezone.now() + timedelta(hours=4))
    assert "dans 3 heures" in text(client.get(url, {"tour": "x"}))
    Event.objects.filter(pk=event.pk).update(state=EventState.CLOSED)
    assert "Plus de rendez-vous à venir" in text(client.get(url))


def test_the_pages_of_a_screen_come_again_after_the_last(event, monkeypatch):
    monkeypatch.setattr("ensembleur.meetings.queries.hall.PAGE", 1)
    screens = [screen_of(event, timezone.now(), turn) for turn in (1, 2, 3)]
    assert [(one.turn, one.turns, len(one.rows)) for one in screens] == [(1, 2, 1), (2, 2, 1), (1, 2, 1)]


def test_in_a_long_pause_the_slot_to_come_may_still_change():
    event = open_day(slots=3)
    slots = list(event.slots.all())
    assert frozen_slot(slots, MORNING) is None
    assert frozen_slot(slots, FIRST) == 0
    last = slots[2]
    last.starts_at += timedelta(hours=2)
    last.ends_at += timedelta(hours=2)
    assert frozen_slot(slots, FIRST + timedelta(minutes=40)) == 0
    assert frozen_slot(slots, last.starts_at - timedelta(minutes=5)) == 1
    assert frozen_slot(slots, last.ends_at + timedelta(hours=1)) == 2
