"""From wishes to the timetable that is asked of the engine: the meetings chosen, those that stay, and the lines they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ensembleur.errors import Refused
from ensembleur.meetings import models
from ensembleur.meetings.choices import EventKind, MeetingOrigin, MeetingState, WishState
from ensembleur.meetings.engine.problem import MOST_SLOTS, Meeting, Participant, Problem
from ensembleur.meetings.engine.selecting import Selection, select, to_meetings
from ensembleur.meetings.engine.wishes import Level, Wish
from ensembleur.meetings.models import Attendee, Event, Placement, Refusal, Version
from ensembleur.meetings.queries.frames import Frame, assumed, frame_of
from ensembleur.meetings.queries.travelling import gaps_of, sites_of
from ensembleur.meetings.queries.visits import misfits

_ANSWERS = {WishState.ACCEPTED: True, WishState.DECLINED: False}


@dataclass(frozen=True)
class Row:
    """The meeting of the database that a meeting of the engine is, or will be: `meeting` is None as long as it has no line."""

    registration_a: int
    registration_b: int
    group: int | None = None
    meeting: int | None = None
    wish: int | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked of the engine. rows : {id of a meeting in the problem: its line}.   alone : attendees whose interpreter was not found."""

    problem: Problem
    selection: Selection
    rows: dict[str, Row]
    alone: tuple[str, ...] = ()


def asked_of_event(event: Event, *, parent: Version | None = None, tables: int = 0, slots: int = 0) -> Asked:
    """The meetings the wishes lead to, and the timetable to make of them.

    parent : the version whose locked meetings keep their slot, and whose meetings added by hand stay.
    """
    frame = frame_of(event, tables=tables, slots=slots)
    kept = _kept(frame, parent)
    selection = _selected(frame, kept, _wishes(frame, _pairs(frame, kept) | misfits(event)))
    meetings, rows = _lines(frame, kept, selection)
    meetings, alone = _interpreted(frame, meetings)
    problem = replace(frame.problem, meetings=tuple(meetings))
    if event.kind == EventKind.VISITS:
        problem = replace(problem, gaps=gaps_of(problem, sites_of(event, frame.attendees), frame.slots))
    return Asked(problem, selection, rows, tuple(alone))


def _wishes(frame: Frame, out: set[frozenset[str]]) -> list[Wish]:
    """Wishes and private refusals, but for the pairs that already have their meeting, or can never have one."""
    found = []
    rows = models.Wish.objects.of_event(frame.event).exclude(state=WishState.WITHDRAWN).order_by("pk")
    fields = ("pk", "sender_id", "receiver_id", "group_id", "named_id", "level", "answer_level", "state")
    for pk, sender, receiver, group, named, level, answer, state in rows.values_list(*fields):
        ends = [frame.party_of(one, group) for one in (sender, receiver)]
        if frozenset(ends) in out:
            continue
        whom = f"a{named}" if named else ""
        found.append(Wish(f"w{pk}", ends[0], ends[1], Level(level), _ANSWERS.get(WishState(state)), whom))
        if answer == Level.MUST and state == WishState.ACCEPTED:
            found.append(Wish(f"w{pk}", ends[1], ends[0], Level.MUST, True))
    for pk, by, of in Refusal.objects.filter(by__event=frame.event).order_by("pk").values_list("pk", "by_id", "of_id"):
        found += [
            Wish(f"f{pk}", one, other, Level.NEVER)
            for one in frame.parties_of(by)
            for other in frame.parties_of(of)
            if frozenset((one, other)) not in out
        ]
    return found


def choices_of(event: Event, hypotheses: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, Problem, Selection | Refused]]:
    """(tables, slots, what would be to place, what would be chosen or why nothing can be) of each hypothesis; the event is read once.

    What leaves places free with as many slots stays the best choice with a few places more or less, as long as it fits in them.
    """
    read = frame_of(event)
    wishes = _wishes(read, misfits(event))
    free: dict[int, Selection] = {}
    for tables, slots in hypotheses:
        try:
            frame = assumed(read, tables=tables, slots=slots)
        except Refused as error:
            yield tables, slots, read.problem, error
            continue
        selection, room = free.get(slots), _room(frame)
        if selection is None or (room is not None and len(selection.chosen) > room):
            selection = _selected(frame, (), wishes)
            if room is None or len(selection.chosen) < room:
                free[slots] = selection
        yield tables, slots, replace(frame.problem, meetings=to_meetings(selection)), selection


def _pairs(frame: Frame, kept: Iterable[Placement]) -> set[frozenset[str]]:
    """The pairs of parties that have their meeting already."""
    return {
        frozenset(
            frame.party_of(end, one.meeting.group_id) for end in (one.meeting.registration_a_id, one.meeting.registration_b_id)
        )
        for one in kept
    }


def _selected(frame: Frame, kept: Sequence[Placement], wishes: Iterable[Wish]) -> Selection:
    """The meetings to place besides those kept, whose slots and tables are taken."""
    taken: dict[str, list[int | None]] = defaultdict(list)
    for placement in kept:
        for name in (f"a{placement.attendee_a_id}", f"a{placement.attendee_b_id}"):
            taken[name].append(placement.slot if placement.locked else None)
    parties = [
        replace(party, representatives=tuple(_less(one, taken.get(one.id, [])) for one in party.representatives))
        for party in frame.parties
    ]
    room = _room(frame)
    room = None if room is None else room - len(kept)
    return select(wishes, parties, capacity=room, sessions=frame.problem.sessions, keep_unanswered=not frame.event.asks_both)


def _room(frame: Frame) -> int | None:
    """How many meetings the places hold in all; None when they do not limit."""
    if any(place.id[0] == "g" for place in frame.problem.places):
        return None
    return sum(place.open.bit_count() for place in frame.problem.places)


def _less(person: Participant, taken: list[int | None]) -> Participant:
    """Somebody without the slots of the meetings they have already."""
    if not taken:
        return person
    free = person.available & ~sum(1 << slot for slot in {slot for slot in taken if slot is not None})
    most = min(person.available.bit_count(), MOST_SLOTS if person.max_meetings is None else person.max_meetings)
    return replace(person, available=free, max_meetings=max(most - len(taken), 0))


def _kept(frame: Frame, parent: Version | None) -> list[Placement]:
    """The placements of a version that stay: locked, or of a meeting no wish made; their people still come, and refuse nobody there."""
    if parent is None:
        return []
    refused = set(map(frozenset, Refusal.objects.filter(by__event=frame.event).values_list("by_id", "of_id")))
    rows = parent.placements.select_related("meeting").exclude(meeting__state=MeetingState.CANCELLED).order_by("meeting_id")
    here = frame.attendees
    return [
        one
        for one in rows
        if (one.locked and one.slot is not None) or one.meeting.origin != MeetingOrigin.WISH
        if frozenset((one.meeting.registration_a_id, one.meeting.registration_b_id)) not in refused
        if one.attendee_a_id in here and one.attendee_b_id in here and (one.slot or 0) < frame.problem.slot_count
    ]


Key = tuple[frozenset[int], int | None]


def _lines(frame: Frame, kept: Sequence[Placement], selection: Selection) -> tuple[list[Meeting], dict[str, Row]]:
    """Every meeting to place, and the line that it is."""
    every, known = frame.problem.all_slots, _known_rows(frame.event)
    meetings, rows = [], {}
    for placement in kept:
        name, one = f"m{placement.meeting_id}", placement.meeting
        locked = placement.slot if placement.locked else None
        who = (f"a{placement.attendee_a_id}", f"a{placement.attendee_b_id}")
        meetings.append(Meeting(name, who, every, locked, max(one.weight, 1), one.is_must))
        rows[name] = Row(one.registration_a_id, one.registration_b_id, one.group_id, one.pk, one.wish_id)
        known.pop((frozenset((one.registration_a_id, one.registration_b_id)), one.group_id), None)
    for number, chosen in enumerate(selection.chosen):
        row, who = _row(frame, chosen.attendees, chosen.pair.wishes, known)
        name = f"m{row.meeting}" if row.meeting else f"n{number}"
        rows[name] = row
        meetings.append(Meeting(name, who, every, weight=chosen.pair.weight, must=any(chosen.pair.must)))
    return meetings, rows


def _known_rows(event: Event) -> dict[Key, tuple[int, int]]:
    """{(the two participations, the group): (the line of their meeting, its participation A)}; a pair keeps its line for ever."""
    known: dict[Key, tuple[int, int]] = {}
    rows = event.meetings.filter(state__in=[MeetingState.PLANNED, MeetingState.CANCELLED]).order_by("-state", "pk")
    for pk, a, b, group in rows.values_list("pk", "registration_a_id", "registration_b_id", "group_id"):
        known.setdefault((frozenset((a, b)), group), (pk, a))
    return known


def _row(
    frame: Frame, attendees: tuple[str, str], wishes: tuple[str, ...], known: dict[Key, tuple[int, int]]
) -> tuple[Row, tuple[str, str]]:
    """The line of a meeting chosen, and its people in the order of the line."""
    one, other = (frame.attendees[int(name[1:])] for name in attendees)
    group = other.pk if frame.event.kind == EventKind.VISITS else None
    pair = (one.registration_id, other.registration_id)
    wish = int(wishes[0][1:]) if wishes else None
    standing = known.pop((frozenset(pair), group), None)
    if standing is None:
        return Row(*pair, group, None, wish), attendees
    pk, first = standing
    if first == pair[0]:
        return Row(*pair, group, pk, wish), attendees
    return Row(*pair[::-1], group, pk, wish), attendees[::-1]


def _interpreted(frame: Frame, meetings: list[Meeting]) -> tuple[list[Meeting], list[str]]:
    """The meetings with the interpreter one of their people asked for, and those who asked in vain."""
    interpreters, load = frame.interpreters(), Counter[int]()
    alone: dict[str, None] = {}
    found = []
    for meeting in meetings:
        asking = [one for one in (frame.attendees[int(name[1:])] for name in meeting.attendees) if one.interpreter]
        able = [one for one in interpreters if asking and speaks(one, asking[0].interpreter)]
        if able:
            chosen = min(able, key=lambda one: load[one.pk])
            load[chosen.pk] += 1
            meeting = replace(meeting, attendees=(*meeting.attendees, f"a{chosen.pk}"))
        elif asking:
            alone[f"a{asking[0].pk}"] = None
        found.append(meeting)
    return found, list(alone)


def speaks(interpreter: Attendee, wanted: str) -> bool:
    """Whether an interpreter's language, or what they say they do, is what somebody asked for."""
    asked = wanted.strip().casefold()
    return asked == interpreter.language.casefold() or asked in interpreter.function.casefold()
