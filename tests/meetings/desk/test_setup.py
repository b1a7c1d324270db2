"""Slots, places and organisers of an event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.engine.grid import Interval, Pattern, intervals
from ensembleur.meetings.models import Attendee, Organiser, Place, Version
from ensembleur.meetings.services.organisers import name_organiser, remove_organiser
from ensembleur.meetings.services.places import add_places, edit_place, remove_places
from ensembleur.meetings.services.slots import USUAL, Span, drawn, set_slots
from tests.factories import accounts
from tests.factories import meetings as made

NOW, DAY = made.NOW, made.DAY
db = pytest.mark.django_db


@pytest.fixture
def adviser(db):
    return accounts.person(Role.ADVISER, "95")


@pytest.fixture
def event(adviser):
    return made.event(by=adviser)


def at(hour, minute=0, day=12):
    """That hour in Paris, in winter."""
    return datetime(2027, 1, day, hour - 1, minute, tzinfo=UTC)


def spans(*hours, minutes=20):
    return [Span(at(hour), at(hour) + timedelta(minutes=minutes)) for hour in hours]


def test_a_slot_never_enters_the_lunch_and_what_follows_is_the_other_half():
    found = intervals(Pattern(11 * 60, 45, 5, 3, (12 * 60 + 30, 14 * 60)))
    assert found == [Interval(660, 705), Interval(840, 885, 1), Interval(890, 935, 1)]


def test_a_day_ends_at_midnight():
    assert intervals(Pattern(23 * 60, 30, 0, 9)) == [Interval(1380, 1410), Interval(1410, 1440)]


def test_the_drawing_names_its_sessions_by_half_and_by_day():
    days = [DAY, DAY + timedelta(days=1)]
    two = drawn(pattern=Pattern(660, 60, 0, 2, (720, 780)), days=days)
    assert [span.session.replace("\u00a0", " ") for span in two] == [
        "12 janvier 2027, Matin", "12 janvier 2027, Après-midi", "13 janvier 2027, Matin", "13 janvier 2027, Après-midi",
    ]  # fmt: skip
    assert drawn(pattern=Pattern(540, 20), days=[DAY]) == [Span(at(9), at(9, 20))]
    assert [span.starts_at for span in two][:2] == [at(11), at(13)]


def test_a_slot_that_ends_at_midnight_ends_on_the_next_day():
    assert drawn(pattern=Pattern(23 * 60, 60), days=[DAY])[0].ends_at == datetime(2027, 1, 12, 23, tzinfo=UTC)


@pytest.mark.parametrize("kind", USUAL)
def test_what_is_proposed_for_each_kind_fits_in_its_day(kind):
    assert len(drawn(pattern=USUAL[kind], days=[DAY])) == USUAL[kind].count


@pytest.mark.parametrize(
    ("pattern", "days", "says"),
    [
        (Pattern(20 * 60, 60, 0, 5), 1, "ne tiennent pas avant minuit : il y en a 4"),
        (Pattern(8 * 60, 10, 0, 63), 1, "63 créneaux : un planning en compte 62 au plus"),
        (Pattern(8 * 60, 10, 0, 32), 2, "64 créneaux"),
    ],
)
def test_too_many_slots_are_refused_in_one_sentence(pattern, days, says):
    with pytest.raises(BadInput, match=says):
        drawn(pattern=pattern, days=[DAY + timedelta(days=number) for number in range(days)])


def test_slots_are_numbered_in_the_order_of_the_day(event, adviser):
    set_slots(event=event, spans=spans(14, 9), by=adviser, now=NOW)
    assert list(event.slots.values_list("number", "starts_at")) == [(0, at(9)), (1, at(14))]


def test_an_absence_and_a_closed_table_keep_their_hours_when_slots_change(event, adviser):
    away = made.attendee(made.registration(event), absent_slots=[0, 5])
    place = event.places.first()
    Place.objects.filter(pk=place.pk).update(closed_slots=[1])
    # 9 h 00, 9 h 10 … in tens: the former slot 0 (9 h 00–9 h 20) covers the new 0 and 1; slot 5 (10 h 40) is gone.
    set_slots(event=event, spans=drawn(pattern=Pattern(540, 10, 0, 6), days=[DAY]), by=adviser, now=NOW)
    assert Attendee.objects.get(pk=away.pk).absent_slots == [0, 1]
    assert Place.objects.get(pk=place.pk).closed_slots == [2, 3]


def test_drafts_of_a_timetable_are_set_aside_with_the_slots_they_followed(event, adviser):
    made.version(event)
    set_slots(event=event, spans=spans(9), by=adviser, now=NOW)
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ([Span(at(9), at(10)), Span(at(9, 30), at(10, 30))], "chevauchent le 12.janvier.2027 à 09:30"),
        ([Span(at(9, day=13), at(10, day=13))], "hors des dates"),
        ([Span(at(8) + timedelta(minutes=5 * n), at(8) + timedelta(minutes=5 * n + 5)) for n in range(63)], "63 créneaux"),
    ],
)
def test_slots_that_overlap_leave_the_days_or_are_too_many_are_refused(event, adviser, wanted, says):
    with pytest.raises(BadInput, match=says):
        set_slots(event=event, spans=wanted, by=adviser, now=NOW)
    assert event.slots.count() == 6


def test_slots_stay_once_published_and_while_a_timetable_is_computed(event, adviser):
    computing = made.computation(event)
    with pytest.raises(Refused, match="calcul de planning est en cours"):
        set_slots(event=event, spans=spans(9), by=adviser, now=NOW)
    computing.delete()
    made.version(event, published=True)
    with pytest.raises(Refused, match="leurs horaires"):
        set_slots(event=event, spans=spans(9), by=adviser, now=NOW)


def test_three_hundred_tables_are_added_at_once_after_those_there(event, adviser):
    made_now = add_places(event=event, count=300, kind="table", first=5, by=adviser, now=NOW)
    assert (len(made_now), event.places.count(), made_now[0].rank, made_now[-1].code) == (300, 304, 5, "304")


def test_a_range_bears_a_word_and_a_single_place_its_name(event, adviser):
    hall = add_places(event=event, count=2, kind="stand", prefix="Hall B", step_free=False, quiet=True, by=adviser, now=NOW)
    room = add_places(event=event, count=1, kind="room", prefix="Salle des fêtes", by=adviser, now=NOW)
    assert [place.code for place in hall + room] == ["Hall B 1", "Hall B 2", "Salle des fêtes"]
    assert (hall[0].step_free, hall[0].quiet, room[0].step_free) == (False, True, True)


@pytest.mark.parametrize(("count", "first", "at_field"), [(0, 1, "count"), (1997, 9, "count"), (2, 4, "first")])
def test_no_place_too_many_or_a_number_already_there_is_refused(event, adviser, count, first, at_field):
    with pytest.raises(BadInput) as error:
        add_places(event=event, count=count, kind="table", first=first, by=adviser, now=NOW)
    assert error.value.details["at"] == at_field


def test_a_place_is_set_one_by_one_and_closed_only_in_slots_that_exist(event, adviser):
    place = event.places.first()
    edit_place(place=place, given={"quiet": True, "closed_slots": [3, 0, 99]}, by=adviser, now=NOW)
    edit_place(place=place, given={"quiet": True}, by=adviser, now=NOW)
    place.refresh_from_db()
    assert (place.quiet, place.closed_slots) == (True, [0, 3])
    assert Act.objects.filter(verb="edit_place").count() == 1
    with pytest.raises(BadInput, match="existe déjà"):
        edit_place(place=place, given={"code": "2"}, by=adviser, now=NOW)


def test_places_go_unless_they_are_in_use(event, adviser):
    first, second, third, _fourth = event.places.all()
    talk = made.session(event)  # in the first place
    with pytest.raises(Refused, match="accueille « Conférence fictive »"):
        remove_places(event=event, places=[first.pk], by=adviser, now=NOW)
    talk.delete()
    made.version(event, [(made.meeting(made.registration(event, "A"), made.registration(event)), 0, "2")], published=True)
    with pytest.raises(Refused, match="« 2 » sert dans le planning publié"):
        remove_places(event=event, places=[second.pk], by=adviser, now=NOW)
    made.computation(event)
    with pytest.raises(Refused, match="calcul"):
        remove_places(event=event, places=[third.pk], by=adviser, now=NOW)
    event.computations.all().delete()
    other = made.event().places.first()
    assert remove_places(event=event, places=[first.pk, third.pk, other.pk], by=adviser, now=NOW) == 2
    assert Place.objects.filter(pk=other.pk).exists()


def test_the_holder_of_an_account_is_named_then_given_another_role(event, adviser):
    other = accounts.user(email="accueil@test.example")
    named = name_organiser(event=event, email=" ACCUEIL@test.example ", role="staff", by=adviser, now=NOW)
    again = name_organiser(event=event, email="accueil@test.example", role="lead", by=adviser, now=NOW)
    assert (named.user, again.pk, again.role) == (other, named.pk, "lead")


def test_an_address_without_account_is_said(event, adviser):
    with pytest.raises(BadInput, match="Aucun compte"):
        name_organiser(event=event, email="inconnue@test.example", role="lead", by=adviser, now=NOW)


def test_the_last_who_runs_an_event_neither_leaves_nor_becomes_staff(event, adviser):
    last = event.organisers.get()
    with pytest.raises(Refused, match="dernière personne"):
        remove_organiser(organiser=last, by=adviser, now=NOW)
    with pytest.raises(Refused, match="dernière personne"):
        name_organiser(event=event, email=adviser.email, role="staff", by=adviser, now=NOW)
    name_organiser(event=event, email=accounts.user().email, role="lead", by=adviser, now=NOW)
    remove_organiser(organiser=last, by=adviser, now=NOW)
    assert not Organiser.objects.filter(user=adviser).exists()


def test_staff_leave_and_set_nothing(event, adviser):
    other = accounts.user()
    named = made.staff(event, other)
    for act in (
        lambda: set_slots(event=event, spans=[], by=other, now=NOW),
        lambda: add_places(event=event, count=1, kind="table", by=other, now=NOW),
        lambda: name_organiser(event=event, email=other.email, role="lead", by=other, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    remove_organiser(organiser=named, by=adviser, now=NOW)
    assert event.organisers.count() == 1


def test_a_slot_of_the_night_belongs_to_its_day_in_paris(event, adviser):
    night = [Span(datetime(2027, 1, 11, 23, tzinfo=UTC), datetime(2027, 1, 11, 23, 20, tzinfo=UTC))]  # midnight in Paris
    assert len(set_slots(event=event, spans=night, by=adviser, now=NOW)) == 1
    assert event.starts_on == date(2027, 1, 12)
