"""A version is published: one winner, each meeting knows what people were told of it, and only those concerned are written to."""

from __future__ import annotations

import pytest

from ensembleur.accounts.models import Notification
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventKind, EventState, MeetingState, RegistrationStatus, Side, VersionState
from ensembleur.meetings.models import Event, Letter, Version
from ensembleur.meetings.services import publishing
from ensembleur.meetings.services.places import remove_places
from ensembleur.meetings.services.publishing import publish_version
from tests.factories import accounts
from tests.factories import meetings as make
from tests.journeys.test_needs_races import together
from tests.meetings.timetable.made import LATER, NOW, drafted, forum, lead

pytestmark = pytest.mark.django_db


def publish(version: Version, seen: int = 0, **given):
    return publish_version(version=version, seen=seen, by=lead(version.event), now=given.pop("now", NOW), **given)


def test_the_first_publication_tells_everybody_once():
    event = forum()
    version = publish(drafted(event))
    event.refresh_from_db()
    assert (event.state, event.published_version) == (EventState.PUBLISHED, version)
    assert version.published_by == lead(event)
    assert Letter.objects.count() == 7
    for meeting in event.meetings.all():
        placement = version.placements.get(meeting=meeting)
        assert (meeting.told_slot, meeting.told_place, meeting.sequence) == (placement.slot, placement.place, 0)


def test_the_letters_of_a_large_publication_are_composed_apart_and_none_is_written_twice(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(publishing, "WRITTEN_HERE", 3)
    event = forum()
    with django_capture_on_commit_callbacks(execute=True):
        version = publish(drafted(event))
    assert Letter.objects.count() == 7
    assert publishing.write_agendas.call(version.pk, 0, list(Letter.objects.values_list("attendee", flat=True))) == 0


def test_only_what_changes_moves_on_and_only_those_concerned_are_written_to():
    event = make.event(state=EventState.TIMETABLE)
    buyer, other, supplier = (make.registration(event, side) for side in (Side.A, Side.A, Side.B))
    stays, moves, goes = make.meeting(buyer, supplier), make.meeting(other, supplier), make.meeting(other, supplier)
    publish(make.version(event, [(stays, 0, "1"), (moves, 1, "1"), (goes, 2, "1")]))
    Letter.objects.all().delete()
    second = publish(make.version(event, [(stays, 0, "1"), (moves, 3, "1")]), seen=1, tell="changed", now=LATER)
    for one in (stays, moves, goes):
        one.refresh_from_db()
    assert (stays.sequence, stays.changed_at, stays.state) == (0, NOW, MeetingState.PLANNED)
    assert (moves.sequence, moves.told_slot, moves.changed_at) == (1, 3, LATER)
    assert (goes.sequence, goes.state, goes.told_slot) == (1, MeetingState.CANCELLED, 2)
    assert set(Letter.objects.values_list("attendee__registration", flat=True)) == {other.pk, supplier.pk}
    assert [one.state for one in event.versions.order_by("number")] == [VersionState.REPLACED, VersionState.PUBLISHED]
    publish(make.version(event, [(stays, 0, "1"), (moves, 3, "1"), (goes, 2, "1")]), seen=second.number)
    goes.refresh_from_db()
    assert (goes.sequence, goes.state) == (2, MeetingState.PLANNED)  # the same meeting comes back, and calendars know it


def test_whoever_publishes_late_is_told_what_was_published():
    event = forum()
    one, other = drafted(event), drafted(event)
    publish(one)
    with pytest.raises(Refused, match="a publié la version 1") as told:
        publish(other)
    assert told.value.code == "published_meanwhile"
    assert lead(event).full_name in told.value.sentence
    publish(other, seen=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_organisers_publishing_at_once_one_wins_and_the_other_is_told():
    event = forum()
    one, other = drafted(event), drafted(event)
    results = together(lambda: publish(one), lambda: publish(other))
    winners = [result for result in results if isinstance(result, Version)]
    losers = [result for result in results if isinstance(result, Refused)]
    assert (len(winners), len(losers)) == (1, 1), results
    assert losers[0].code == "published_meanwhile"
    assert event.versions.filter(state=VersionState.PUBLISHED).count() == 1
    assert Event.objects.get(pk=event.pk).published_version == winners[0]


def test_a_draft_whose_table_was_taken_away_is_never_published():
    event = forum()
    version = drafted(event)
    remove_places(event=event, places=[version.placements.first().place_id], by=lead(event), now=NOW)
    with pytest.raises(Refused, match="relancez le calcul"):
        publish(version)


def test_what_cannot_be_held_is_never_published():
    event = forum()
    assumed, faulty, empty, late = (drafted(event) for _number in range(4))
    Version.objects.filter(pk=assumed.pk).update(selection={"assumes": {"tables": 1}})
    Version.objects.filter(pk=faulty.pk).update(faults=[{"code": "capacity", "says": "Trop de monde."}])
    empty.placements.all().delete()
    gone = late.placements.first().attendee_b.registration
    for version, words in ((assumed, "suppose"), (faulty, "Trop de monde"), (empty, "aucun rendez-vous")):
        with pytest.raises(Refused, match=words):
            publish(version)
    gone.status = RegistrationStatus.CANCELLED
    gone.save()
    with pytest.raises(Refused, match="3 rendez-vous ne tiennent plus"):
        publish(late)


def test_an_absence_and_a_refusal_said_since_are_seen():
    event = forum(buyers=1, suppliers=2)
    version = drafted(event)
    first, second = version.placements.order_by("slot")
    first.attendee_a.absent_slots = [first.slot]
    first.attendee_a.save()
    buyer = event.registrations.get(side=Side.A)
    buyer.refusals.create(of=second.attendee_b.registration, at=NOW)
    with pytest.raises(Refused, match="2 rendez-vous"):
        publish(version)


def test_a_published_version_is_not_published_again_and_the_event_must_be_there():
    event = forum()
    version = publish(drafted(event))
    with pytest.raises(Refused, match="déjà été publiée"):
        publish(version, seen=1)
    early = forum(state=EventState.REGISTRATION)
    with pytest.raises(Refused, match="Calcul du planning"):
        publish(drafted(early))
    fair = forum(state=EventState.REGISTRATION, kind=EventKind.FAIR)
    assert publish(drafted(fair)).state == VersionState.PUBLISHED
    with pytest.raises(BadInput):
        publish(drafted(fair), seen=1, tell="nobody")


def test_on_the_day_the_event_stays_on_its_day():
    event = forum(state=EventState.DAY)
    publish(drafted(event))
    event.refresh_from_db()
    assert event.state == EventState.DAY


def test_publishing_costs_the_same_whatever_the_number_of_meetings(django_assert_max_num_queries):
    event = forum(buyers=4, suppliers=5)
    version = drafted(event)
    with django_assert_max_num_queries(40):
        publish(version)


def test_whoever_has_an_account_finds_it_there_in_their_language():
    event = make.event(state=EventState.TIMETABLE)
    reader = accounts.person(accounts.Role.DIRECTOR, language="en")
    buyer, supplier = make.registration(event, Side.A, user=reader), make.registration(event, Side.B)
    publish(make.version(event, [(make.meeting(buyer, supplier), 0, "1")]))
    (told,) = Notification.objects.filter(user=reader)
    assert (told.kind, event.slug in told.url) == ("meeting_agenda", True)
