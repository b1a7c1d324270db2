"""What one person is told: their meetings, their pauses, what they lost; and the pair of files that says it to calendars."""

from __future__ import annotations

import pytest

from ensembleur.meetings.choices import EventState, MeetingState, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Letter, Placement
from ensembleur.meetings.queries.agenda import agenda_of, booked_by, gaps_of
from ensembleur.meetings.queries.agenda_words import change_line, entries_of, line, place_name, when, where
from ensembleur.meetings.services.events import move_event
from tests.factories import meetings as make
from tests.meetings.mine.made import LATER, NOW, Forum, events, parsed

pytestmark = pytest.mark.django_db


def me(forum: Forum) -> Attendee:
    return Attendee.objects.select_related("registration__event").get(pk=forum.me.pk)


def letter(attendee: Attendee, start: str = "agenda:") -> Letter:
    return Letter.objects.filter(attendee=attendee, key__startswith=start).latest("written_at", "pk")


def test_a_day_is_in_order_with_its_pauses():
    forum = Forum()
    forum.published()
    agenda = agenda_of(me(forum))
    assert [one.meeting for one in agenda.appointments] == [forum.early, forum.late]
    (gap,) = gaps_of(agenda, list(forum.event.slots.all()))
    assert (gap.starts_at, gap.ends_at) == (agenda.appointments[0].slot.ends_at, agenda.appointments[1].slot.starts_at)
    assert not gap.is_away
    forum.me.absent_slots = [1, 2]
    forum.me.save()
    assert next(gaps_of(agenda_of(me(forum)), list(forum.event.slots.all()))).is_away
    assert (agenda.losses, agenda.changes) == ([], [])


def test_a_letter_asks_then_another_cancels_with_the_same_identity_and_a_greater_number():
    forum = Forum()
    forum.published()
    first = letter(forum.me)
    assert (first.calendar_method, parsed(first.calendar).method.value) == ("REQUEST", "REQUEST")
    asked = events(first.calendar)
    assert {one.sequence.value for one in asked.values()} == {"0"}
    assert [one.attendee.params["PARTSTAT"] for one in asked.values()] == [["ACCEPTED"]] * 2
    forum.publish((forum.late, 3, "2"), now=LATER)
    assert set(events(letter(forum.me).calendar)) == {f"{forum.late.uid}@ensembleur"}
    lost = letter(forum.me, "agenda-lost:")
    assert (lost.calendar_method, parsed(lost.calendar).method.value) == ("CANCEL", "CANCEL")
    (gone,) = events(lost.calendar).values()
    assert gone.uid.value == f"{forum.early.uid}@ensembleur"
    assert (gone.status.value, gone.sequence.value) == ("CANCELLED", "1")
    assert gone.summary.value == "Annulé : Usinage fictif 1"
    only = letter(make.first(forum.one))  # who has nothing left gets one letter, that cancels
    assert (only.calendar_method, "Vous n'avez plus de rendez-vous." in only.body) == ("CANCEL", True)
    assert Letter.objects.filter(attendee=make.first(forum.one)).count() == 2


@pytest.mark.parametrize(
    ("second", "number"),
    [((3, "2"), "0"), ((4, "2"), "1"), ((3, "3"), "1")],
    ids=["nothing changes", "another hour", "another table"],
)
def test_the_number_grows_only_when_something_changed(second, number):
    forum = Forum()
    forum.published()
    forum.publish((forum.early, 0, "1"), (forum.late, *second), now=LATER)
    told = events(letter(forum.me).calendar)
    assert told[f"{forum.late.uid}@ensembleur"].sequence.value == number
    assert told[f"{forum.early.uid}@ensembleur"].sequence.value == "0"


def test_who_is_replaced_by_a_colleague_is_withdrawn_and_the_meeting_is_not_cancelled():
    forum = Forum()
    colleague = make.attendee(forum.buyer)
    forum.published()
    second = make.version(forum.event, [(forum.early, 0, "1"), (forum.late, 3, "2")])
    Placement.objects.filter(version=second, meeting=forum.late).update(attendee_a=colleague)
    from ensembleur.meetings.services.publishing import publish_version

    publish_version(version=second, seen=1, by=forum.event.organisers.first().user, now=LATER)
    (gone,) = events(letter(forum.me, "agenda-lost:").calendar).values()
    assert (gone.summary.value, gone.sequence.value) == ("Sans vous : Usinage fictif 2", "1")
    (taken,) = events(letter(colleague).calendar).values()
    assert (taken.uid.value, taken.sequence.value) == (gone.uid.value, "1")
    agenda = agenda_of(me(forum))
    assert [(loss.is_cancelled, loss.sequence) for loss in agenda.losses] == [(False, 1)]
    other = Attendee.objects.select_related("registration__event").get(pk=make.first(forum.other).pk)
    assert "vous verrez" in change_line(agenda_of(other).changes[0], forum.event)


def test_what_changed_is_said_the_latest_first():
    forum = Forum()
    forum.published()
    forum.publish((forum.early, 1, "1"), now=LATER)
    forum.publish((forum.early, 1, "3"), (forum.late, 3, "2"), now=LATER)
    says = [change_line(one, forum.event) for one in agenda_of(me(forum)).changes]
    assert [text.split(" :")[0] for text in says] == ["Autre place", "Nouveau", "Déplacé", "Supprimé"]
    assert "au lieu de 9\xa0h\xa000" in says[2]
    assert "Table 3 au lieu de Table 1" in says[0]
    assert "Ce qui change" in letter(forum.me).body


def test_who_leaves_loses_everything_under_a_number_that_the_next_timetable_confirms():
    forum = Forum()
    forum.published()
    forum.buyer.status = RegistrationStatus.CANCELLED
    forum.buyer.save()
    agenda = agenda_of(me(forum))
    assert (agenda.appointments, [(one.is_cancelled, one.sequence) for one in agenda.losses]) == ([], [(True, 1)] * 2)
    forum.publish((make.meeting(make.registration(forum.event, Side.A), forum.one), 1, "3"), now=LATER)
    assert [(one.is_cancelled, one.sequence) for one in agenda_of(me(forum)).losses] == [(True, 1)] * 2


def test_a_cancelled_event_takes_every_meeting_out_of_calendars():
    forum = Forum()
    forum.published()
    move_event(event=forum.event, to=EventState.CANCELLED, by=forum.event.organisers.first().user, now=LATER)
    told = letter(forum.me, "event-cancelled:")
    assert told.calendar_method == "CANCEL"
    assert {(one.status.value, one.sequence.value) for one in events(told.calendar).values()} == {("CANCELLED", "1")}
    agenda = agenda_of(me(forum))
    assert [(one.is_cancelled, one.sequence) for one in agenda.losses] == [(True, 1)] * 2
    empty = make.event(state=EventState.REGISTRATION)
    make.registration(empty)
    move_event(event=empty, to=EventState.CANCELLED, by=empty.organisers.first().user, now=LATER)
    assert Letter.objects.get(event=empty).calendar == ""


def test_a_meeting_cancelled_on_the_day_leaves_the_agenda_at_once():
    forum = Forum()
    forum.published()
    forum.early.state, forum.early.sequence = MeetingState.CANCELLED, 1
    forum.early.save()
    agenda = agenda_of(me(forum))
    assert [one.meeting for one in agenda.appointments] == [forum.late]
    held, gone = entries_of(agenda, forum.event, "https://exemple.test/")
    assert ([one.sequence for one in held], [(one.sequence, one.is_cancelled) for one in gone]) == ([0], [(1, True)])


def test_places_days_and_interpreters_are_said_in_words():
    forum = Forum(ends_on=make.DAY.replace(day=13))
    interpreter = make.attendee(make.registration(forum.event), is_interpreter=True)
    version = forum.published()
    version.placements.filter(meeting=forum.early).update(interpreter=interpreter, place=None)
    helper = Attendee.objects.select_related("registration__event").get(pk=interpreter.pk)
    (one,) = agenda_of(helper).appointments
    assert line(one, forum.event).startswith("12\xa0janvier 2027, 9\xa0h\xa000 : Métallerie fictive, S.A. et Usinage fictif 1 (")
    assert where(one) == "sur place"
    make.visit(forum.buyer)
    assert where(agenda_of(helper).appointments[0]) == "2 rue Fictive"
    place = forum.event.places.first()
    place.kind, place.code = "room", "Salle bleue"
    assert place_name(place) == "Salle bleue"
    assert "12" in when(one, forum.event)


def test_people_written_in_english_are_written_in_english_and_a_person_alone_is_named_once():
    forum = Forum()
    alone = make.registration(forum.event, Side.B, name="Alex Fictif")
    alone.attendees.update(name="Alex Fictif", language="en", email="")
    forum.publish((forum.early, 0, "1"), (make.meeting(forum.buyer, alone), 2, "3"))
    mine = letter(forum.me)
    assert "9\xa0h\xa040 : Alex Fictif, Table 3" in mine.body
    theirs = letter(make.first(alone))
    assert "9:40" in theirs.body
    assert "attendee" not in next(iter(events(theirs.calendar).values())).contents
    assert len(theirs.short) <= 160


def test_a_link_too_long_for_a_text_message_gives_way_to_the_words(settings):
    settings.SITE_URL = f"https://{'long.' * 30}exemple.test"
    forum = Forum()
    forum.published()
    short = letter(forum.me).short
    assert short.startswith(f"{forum.event.title} : Vous avez 2 rendez-vous. Premier")
    assert "https" not in short


def test_a_seat_in_the_programme_is_known():
    forum = Forum()
    talk = make.session(forum.event)
    talk.bookings.create(attendee=forum.me, booked_at=NOW)
    assert [one.session for one in booked_by(forum.me)] == [talk]


def test_the_letters_of_many_people_cost_the_same(django_assert_num_queries):
    from ensembleur.meetings.queries import agenda as module

    forum = Forum()
    version = forum.published()
    people = [forum.me, make.first(forum.one), make.first(forum.other)]
    for asked, limit in ((people, 400), (people[:1], 400), (people, 0)):
        module.AT_ONCE, kept = limit, module.AT_ONCE
        with django_assert_num_queries(2):
            found = module.agendas_of(version, asked)
        module.AT_ONCE = kept
        assert [len(one.appointments) for one in found] == [2, 1, 1][: len(asked)]
