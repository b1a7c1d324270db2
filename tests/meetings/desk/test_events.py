"""An event is created, set, and led from state to state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.urls import URLPattern

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.choices import EVENT_ARROWS, EventKind, EventState
from ensembleur.meetings.models import Event, Letter, Meeting
from ensembleur.meetings.services import events
from ensembleur.meetings.services.events import RESERVED, create_event, edit_event, move_event
from ensembleur.meetings.urls import urlpatterns
from tests.factories import accounts
from tests.factories import meetings as made

pytestmark = pytest.mark.django_db
NOW, DAY = made.NOW, made.DAY
EVE = datetime(2027, 1, 11, 9, tzinfo=UTC)
EVENING = datetime(2027, 1, 12, 17, tzinfo=UTC)
GIVEN = {
    "title": "Forum fictif de Cergy", "starts_on": DAY, "ends_on": DAY, "commune": "95018", "organised_by_name": "Organisme",
}  # fmt: skip


@pytest.fixture
def adviser():
    return accounts.person(Role.ADVISER, "95")


def created(by, kind=EventKind.FORUM, **more):
    return create_event(kind=kind, given={**GIVEN, **more}, by=by, now=NOW)


def test_an_event_starts_as_a_draft_run_by_who_created_it_and_its_act_is_kept(adviser):
    event = created(adviser)
    assert (event.slug, event.state, event.organisers.get().user) == ("forum-fictif-de-cergy", EventState.DRAFT, adviser)
    assert Act.objects.get(verb="create_event").thing == f"meetings.event:{event.pk}"


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [(EventKind.FORUM, "max_meetings", 18), (EventKind.JOB_DATING, "asks_both", False), (EventKind.VISITS, "answer_days", 15)],
)
def test_each_kind_starts_with_its_usual_rules(adviser, kind, name, value):
    assert getattr(created(adviser, kind), name) == value


def test_a_rule_given_wins_over_the_usual_one_and_what_is_no_setting_is_ignored(adviser):
    event = created(adviser, max_meetings=5, state="closed")
    assert (event.max_meetings, event.state) == (5, EventState.DRAFT)


def test_two_events_of_one_title_have_two_addresses(adviser):
    assert [created(adviser).slug for _rank in range(3)] == [
        "forum-fictif-de-cergy", "forum-fictif-de-cergy-2", "forum-fictif-de-cergy-3",
    ]  # fmt: skip


def test_two_events_of_one_title_created_at_one_instant_have_two_addresses(adviser, monkeypatch):
    created(adviser)
    seen = iter(["forum-fictif-de-cergy", "forum-fictif-de-cergy-2"])  # the first was read before the other was written
    monkeypatch.setattr(events, "_slug_of", lambda _title: next(seen))
    assert created(adviser).slug == "forum-fictif-de-cergy-2"
    monkeypatch.setattr(events, "_slug_of", lambda _title: "ailleurs")
    with pytest.raises(IntegrityError):  # what no other address would mend is not tried again
        created(adviser, longitude=2.0)


@pytest.mark.parametrize("title", ["Nouveau", "Agenda", "  Entrer !", "Tournées", "…", "大会"])
def test_a_title_that_would_take_the_place_of_another_page_is_refused(adviser, title):
    with pytest.raises(BadInput, match="ajoutez-y le lieu"):
        created(adviser, title=title)


def test_every_fixed_word_of_the_addresses_is_reserved():
    firsts = {str(pattern.pattern).split("/")[0] for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    words = {first for first in firsts if first and "<" not in first and "." not in first}
    assert words <= RESERVED, f"add to RESERVED of services/events.py: {sorted(words - RESERVED)}"


def test_an_adviser_creates_events_in_their_places_only(adviser):
    with pytest.raises(NotAllowed):
        created(adviser, commune="77284")


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"wishes_close_at": datetime(2027, 1, 13, 9, tzinfo=UTC)}, "wishes_close_at"),
        ({"registration_closes_at": datetime(2027, 1, 13, 9, tzinfo=UTC)}, "registration_closes_at"),
    ],
)
def test_days_in_disorder_are_refused_beside_their_field(adviser, wrong, at):
    with pytest.raises(BadInput) as error:
        created(adviser, **wrong)
    assert error.value.details["at"] == at


def test_editing_keeps_what_changed_in_the_journal_and_nothing_when_nothing_did(adviser):
    event = made.event(by=adviser)
    edit_event(event=event, given={"title": event.title, "max_people": 40}, by=adviser, now=NOW)
    edit_event(event=event, given={"max_people": 40}, by=adviser, now=NOW)
    assert Event.objects.get(pk=event.pk).max_people == 40
    assert Act.objects.get(verb="edit_event").after == {"max_people": "40"}


def test_more_room_lets_those_who_wait_in(adviser):
    event = made.event(by=adviser, max_people=1)
    made.registration(event)
    first, second = (made.registration(event, status="waiting", registered_at=NOW + timedelta(hours=hours)) for hours in (1, 2))
    edit_event(event=event, given={"max_people": 2}, by=adviser, now=NOW)
    assert [event.registrations.get(pk=one.pk).status for one in (first, second)] == ["accepted", "waiting"]
    edit_event(event=event, given={"max_people": None}, by=adviser, now=NOW)
    assert event.registrations.get(pk=second.pk).status == "accepted"
    assert Letter.objects.count() == 2


def test_an_event_moves_to_a_commune_only_where_its_organiser_may_create_one(adviser):
    event = made.event(by=adviser)
    assert edit_event(event=event, given={"commune": "95063"}, by=adviser, now=NOW).commune == "95063"
    with pytest.raises(NotAllowed):
        edit_event(event=event, given={"commune": "77284"}, by=adviser, now=NOW)


def test_when_the_day_moves_the_slots_keep_their_hours_through_the_change_of_the_clocks(adviser):
    event = made.event(by=adviser, slots=2)
    edit_event(event=event, given={"starts_on": date(2027, 6, 8), "ends_on": date(2027, 6, 8)}, by=adviser, now=NOW)
    assert event.slots.first().starts_at == datetime(2027, 6, 8, 7, tzinfo=UTC)  # 9 h in Paris, in summer too


def test_a_day_is_not_taken_away_from_under_its_slots(adviser):
    event = made.event(by=adviser, slots=1, starts_on=DAY - timedelta(days=1))
    with pytest.raises(Refused, match="supprimez-les"):
        edit_event(event=event, given={"ends_on": DAY - timedelta(days=1)}, by=adviser, now=NOW)


def test_the_days_stay_once_the_timetable_is_published(adviser):
    event = made.event(by=adviser)
    made.version(event, published=True)
    with pytest.raises(Refused, match="leurs horaires"):
        edit_event(event=event, given={"ends_on": DAY + timedelta(days=1)}, by=adviser, now=NOW)


def test_the_sides_stay_once_somebody_has_registered(adviser):
    event = made.event(by=adviser)
    assert not edit_event(event=event, given={"two_sided": False}, by=adviser, now=NOW).two_sided
    made.registration(event, "")
    with pytest.raises(Refused, match="garde ses côtés"):
        edit_event(event=event, given={"two_sided": True}, by=adviser, now=NOW)


def ready(adviser, state, kind=EventKind.FORUM):
    """An event that meets every condition of its next states."""
    event = made.event(kind, state, by=adviser)
    if kind == EventKind.TOUR:
        made.stop(event)
    elif state in (EventState.TIMETABLE, EventState.PUBLISHED, EventState.DAY, EventState.CLOSED):
        made.version(event, published=True)
    return event


ARROWS = [(start, to) for start, ends in EVENT_ARROWS.items() for to in ends]
NO_ARROWS = [(start, to) for start in EventState for to in EventState if to not in EVENT_ARROWS[start]]


@pytest.mark.parametrize(("start", "to"), ARROWS)
def test_an_arrow_of_the_table_is_followed_when_its_conditions_are_met(adviser, start, to):
    fair = (start, to) == (EventState.REGISTRATION, EventState.PUBLISHED)
    event = ready(adviser, start, EventKind.FAIR if fair else EventKind.FORUM)
    moved = move_event(event=event, to=to, by=adviser, now=EVENING)
    assert (moved.state, moved.state_since) == (to, EVENING)
    act = Act.objects.get(verb="move_event")
    assert (act.before, act.after) == (start.value, to.value)


@pytest.mark.parametrize(("start", "to"), NO_ARROWS)
def test_what_is_no_arrow_of_the_table_is_refused(adviser, start, to):
    event = ready(adviser, start)
    with pytest.raises(Refused, match="rechargez la page"):
        move_event(event=event, to=to, by=adviser, now=EVENING)
    assert Event.objects.get(pk=event.pk).state == start


def test_two_organisers_who_move_an_event_at_once_move_it_once(adviser):
    event = ready(adviser, EventState.DRAFT)
    same = Event.objects.get(pk=event.pk)
    move_event(event=event, to="registration", by=adviser, now=NOW)
    with pytest.raises(Refused, match="en est à « Inscriptions »"):
        move_event(event=same, to="registration", by=adviser, now=NOW)


@pytest.mark.parametrize(
    ("kind", "start", "to", "fields", "now", "says"),
    [
        ("forum", "draft", "registration", {}, EVENING + timedelta(days=1), "déjà passé"),
        ("forum", "registration", "wishes", {"slots": 0}, NOW, "pas de créneau"),
        ("forum", "wishes", "timetable", {"slots": 0}, NOW, "pas de créneau"),
        ("tour", "registration", "wishes", {}, NOW, "ni vœux ni rendez-vous"),
        ("tour", "registration", "published", {}, NOW, "pas d'étape"),
        ("forum", "registration", "published", {}, NOW, "Aucun planning n'est publié"),
        ("forum", "timetable", "published", {}, NOW, "Aucun planning n'est publié"),
        ("forum", "published", "day", {}, EVE - timedelta(days=1), "la veille, le 11"),
        ("forum", "day", "closed", {}, EVE, "se termine le 12"),
    ],
)
def test_a_condition_that_is_not_met_is_said(adviser, kind, start, to, fields, now, says):
    event = made.event(kind, start, by=adviser, **fields)
    with pytest.raises(Refused, match=says):
        move_event(event=event, to=to, by=adviser, now=now)


def test_an_event_with_participants_is_no_draft_again(adviser):
    event = made.event(by=adviser)
    made.registration(event)
    with pytest.raises(Refused, match="il s'annule"):
        move_event(event=event, to="draft", by=adviser, now=NOW)


def test_the_day_opens_on_its_eve(adviser):
    assert move_event(event=ready(adviser, EventState.PUBLISHED), to="day", by=adviser, now=EVE).state == EventState.DAY


def test_a_tour_is_published_from_its_registrations(adviser):
    event = ready(adviser, EventState.REGISTRATION, EventKind.TOUR)
    assert move_event(event=event, to="published", by=adviser, now=NOW).state == EventState.PUBLISHED


def test_staff_and_strangers_do_not_move_an_event(adviser):
    event, other = ready(adviser, EventState.DRAFT), accounts.user()
    made.staff(event, other)
    with pytest.raises(NotAllowed):
        move_event(event=event, to="registration", by=other, now=NOW)


def test_cancelling_ends_every_meeting_and_writes_each_person_once_in_their_language(adviser):
    event = made.event(by=adviser, state=EventState.PUBLISHED)
    buyer, supplier = made.registration(event, "A", people=2), made.registration(event, "B")
    english = made.attendee(supplier, language="en")
    gone = made.registration(event, "B", status="refused")
    planned, held = made.meeting(buyer, supplier, sequence=2), made.meeting(buyer, supplier, state="held")
    computing = made.computation(event)
    move_event(event=event, to="cancelled", by=adviser, now=NOW)
    assert list(Meeting.objects.order_by("pk").values_list("state", "sequence")) == [("cancelled", 3), ("held", 0)]
    assert Meeting.objects.get(pk=planned.pk).changed_at == NOW
    assert held.pk
    computing.refresh_from_db()
    assert computing.stop_asked_at == NOW
    letters = Letter.objects.all()
    assert {letter.attendee_id for letter in letters} == {*buyer.attendees.values_list("pk", flat=True), *supplier.attendees.values_list("pk", flat=True)}  # fmt: skip
    assert not letters.filter(attendee__registration=gone).exists()
    french = letters.get(attendee=made.first(supplier))
    assert french.subject == f"Annulé : {event.title}"
    assert "12 January 2027" in letters.get(attendee=english).body.replace("\u00a0", " ")
