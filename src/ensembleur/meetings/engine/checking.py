"""What is wrong with a timetable: every hard rule looked at again, and its figures counted again, with sets and lists only.

Nothing here is shared with what makes a timetable, so that no mistake is made twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from ensembleur.meetings.engine.plan import Plan, Score
from ensembleur.meetings.engine.problem import Meeting, Participant, Problem


class FaultCode(StrEnum):
    """The rule that is broken."""

    UNKNOWN_MEETING = "unknown_meeting"  # the plan, or a gap, names a meeting nobody asked for
    UNKNOWN_PARTICIPANT = "unknown_participant"  # a meeting names somebody who does not come
    UNKNOWN_PLACE = "unknown_place"  # a meeting is seated where there is no place
    NO_SUCH_SLOT = "no_such_slot"
    MISSING = "missing"  # neither placed nor said to be without slot
    PLACED_AND_UNPLACED = "placed_and_unplaced"
    UNPLACED_TWICE = "unplaced_twice"
    PERSON_TWICE = "person_twice"  # somebody has two meetings in one slot
    UNAVAILABLE = "unavailable"
    NOT_ALLOWED = "not_allowed"  # the meeting may not take this slot
    LOCKED_MOVED = "locked_moved"
    CAPACITY = "capacity"  # more meetings in a slot than tables
    MAX_MEETINGS = "max_meetings"
    MAX_CONSECUTIVE = "max_consecutive"
    GAP = "gap"
    FAIRNESS = "fairness"
    NOT_SEATED = "not_seated"  # people are seated, but not for this meeting
    PLACE_TWICE = "place_twice"
    PLACE_CLOSED = "place_closed"
    HOME_NOT_KEPT = "home_not_kept"
    HOME_TAKEN = "home_taken"  # strangers sit at the place somebody keeps
    STEP_FREE = "step_free"
    SCORE = "score"  # the plan does not cost what it says
    BOUND = "bound"  # the plan has fewer breaks than it says possible
    OPTIMAL = "optimal"  # the plan says that it is the best without a bound that shows it


@dataclass(frozen=True)
class Fault:
    """One broken rule, in French; the meetings and people concerned."""

    code: FaultCode
    says: str
    meetings: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()


def faults(problem: Problem, plan: Plan) -> list[Fault]:
    """Everything wrong with a plan; nothing when it can be used as it is."""
    day = _Day(problem, plan)
    checks = (_names, _slots, _agendas, _capacity, _gaps, _seats, _fairness, _figures)
    return [fault for check in checks for fault in check(day)]


class _Day:
    """A problem and a plan, opened out into sets and lists."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.people = {one.id: one for one in problem.participants}
        self.meetings = {one.id: one for one in problem.meetings}
        self.places = {one.id: one for one in problem.places}
        self.slots = {name: slot for name, slot in plan.slots.items() if name in self.meetings and self.is_slot(slot)}
        self.agenda: dict[str, list[tuple[int, str]]] = {name: [] for name in self.people}
        for name, slot in self.slots.items():
            for person in self.meetings[name].attendees:
                if person in self.people:
                    self.agenda[person].append((slot, name))
        for rows in self.agenda.values():
            rows.sort()
        self.free = {one.id: self.opened(one.available) for one in problem.participants}
        self.homes = {one.home for one in problem.participants if one.home}
        self.sessions = [self.opened(one) for one in problem.sessions] or [self.opened(-1)]

    def is_slot(self, slot: int) -> bool:
        return 0 <= slot < self.problem.slot_count

    def opened(self, bits: int) -> set[int]:
        """The slots of a set written as bits."""
        return {slot for slot in range(self.problem.slot_count) if bits & 2**slot}

    def attendees(self, name: str) -> list[Participant]:
        """The people of a meeting who are known."""
        return [self.people[one] for one in self.meetings[name].attendees if one in self.people]

    def keeper(self, meeting: Meeting) -> Participant | None:
        """Who the others come to: the first host who keeps a place, else the first who keeps one."""
        kept = [one for one in self.attendees(meeting.id) if one.home]
        hosts = [one for one in kept if one.host]
        return hosts[0] if hosts else kept[0] if kept else None


def _names(day: _Day) -> Iterator[Fault]:
    """Every meeting of the problem is placed or said not to be, once, and nobody else's is."""
    unplaced = [one.meeting for one in day.plan.unplaced]
    for name in sorted({*day.plan.slots, *day.plan.places, *unplaced} - set(day.meetings)):
        yield Fault(FaultCode.UNKNOWN_MEETING, f"La rencontre « {name} » n'est pas dans le problème.", (name,))
    for name, meeting in day.meetings.items():
        for person in meeting.attendees:
            if person not in day.people:
                says = f"La rencontre « {name} » nomme « {person} », qui ne vient pas."
                yield Fault(FaultCode.UNKNOWN_PARTICIPANT, says, (name,), (person,))
        if name in day.plan.slots and name in unplaced:
            says = f"La rencontre « {name} » est à la fois placée et dite sans créneau."
            yield Fault(FaultCode.PLACED_AND_UNPLACED, says, (name,))
        if name not in day.plan.slots and name not in unplaced:
            says = f"La rencontre « {name} » n'est ni placée ni dite sans créneau."
            yield Fault(FaultCode.MISSING, says, (name,))
    for name in sorted(name for name, times in Counter(unplaced).items() if times > 1):
        yield Fault(FaultCode.UNPLACED_TWICE, f"La rencontre « {name} » est dite deux fois sans créneau.", (name,))


def _slots(day: _Day) -> Iterator[Fault]:
    """Each meeting stands in a slot that exists, that it may take, and where it was locked."""
    for name, slot in day.plan.slots.items():
        meeting = day.meetings.get(name)
        if meeting is None:
            continue
        at = f"La rencontre « {name} » est au créneau {slot}"
        if not day.is_slot(slot):
            yield Fault(FaultCode.NO_SUCH_SLOT, f"{at}, qui n'existe pas.", (name,))
            continue
        if slot not in day.opened(meeting.allowed):
            yield Fault(FaultCode.NOT_ALLOWED, f"{at}, qui ne lui est pas permis.", (name,))
        if meeting.locked is not None and slot != meeting.locked:
            yield Fault(FaultCode.LOCKED_MOVED, f"{at}, mais elle est verrouillée au créneau {meeting.locked}.", (name,))


def _agendas(day: _Day) -> Iterator[Fault]:
    """Nobody is in two places, nor away, nor has more meetings than they accept, in all or in a row."""
    for person, rows in day.agenda.items():
        one, who = day.people[person], (person,)
        for slot in sorted({slot for slot, _ in rows}):
            here = tuple(name for when, name in rows if when == slot)
            if len(here) > 1:
                says = f"« {person} » a {len(here)} rencontres au créneau {slot}."
                yield Fault(FaultCode.PERSON_TWICE, says, here, who)
            if slot not in day.free[person]:
                yield Fault(FaultCode.UNAVAILABLE, f"« {person} » n'est pas disponible au créneau {slot}.", here, who)
        if one.max_meetings is not None and len(rows) > one.max_meetings:
            says = f"« {person} » a {len(rows)} rencontres et en accepte au plus {one.max_meetings}."
            yield Fault(FaultCode.MAX_MEETINGS, says, tuple(name for _, name in rows), who)
        if one.max_consecutive is not None:
            for row in _rows_in_sessions(day, rows):
                if len(row) > one.max_consecutive:
                    says = f"« {person} » a {len(row)} rencontres à la suite et demande une pause après {one.max_consecutive}."
                    yield Fault(FaultCode.MAX_CONSECUTIVE, says, tuple(name for slot, name in rows if slot in row), who)


def _rows_in_sessions(day: _Day, rows: list[tuple[int, str]]) -> list[list[int]]:
    """The slots busy one after the other inside each session."""
    found: list[list[int]] = []
    busy = {slot for slot, _ in rows}
    for session in day.sessions:
        for slot in sorted(busy & session):
            if found and slot - 1 == found[-1][-1] and slot - 1 in session:
                found[-1].append(slot)
            else:
                found.append([slot])
    return found


def _capacity(day: _Day) -> Iterator[Fault]:
    """No slot holds more meetings without a home than there are places for them, nor those who need no step than places without."""
    held: dict[int, list[str]] = defaultdict(list)
    for name, slot in day.slots.items():
        if day.keeper(day.meetings[name]) is None:
            held[slot].append(name)
    for slot, here in sorted(held.items()):
        places = [one for one in day.places.values() if one.id not in day.homes and slot in day.opened(one.open)]
        room = len(places) if day.places else day.problem.tables[slot]
        if len(here) > room:
            yield Fault(FaultCode.CAPACITY, f"{len(here)} rencontres au créneau {slot} pour {room} tables.", tuple(here))
        level = len([one for one in places if one.step_free])
        careful = [name for name in here if any(one.step_free for one in day.attendees(name))]
        if day.places and len(careful) > level:
            says = f"{len(careful)} rencontres au créneau {slot} ont besoin d'être de plain-pied, pour {level} places."
            yield Fault(FaultCode.STEP_FREE, says, tuple(careful))


def _gaps(day: _Day) -> Iterator[Fault]:
    """Meetings that must stand apart do, in their order."""
    for gap in day.problem.gaps:
        both = (gap.first, gap.second)
        for name in both:
            if name not in day.meetings:
                yield Fault(FaultCode.UNKNOWN_MEETING, f"Un écart nomme la rencontre « {name} », qui n'existe pas.", (name,))
        if gap.first not in day.slots or gap.second not in day.slots:
            continue
        apart = day.slots[gap.second] - day.slots[gap.first]
        if (apart if gap.ordered else abs(apart)) < gap.slots:
            how = "après" if gap.ordered else "avant ou après"
            far = f"{gap.slots} créneau{'x' if gap.slots > 1 else ''}"
            says = f"La rencontre « {gap.second} » doit être au moins {far} {how} « {gap.first} »."
            yield Fault(FaultCode.GAP, says, both)


def _seats(day: _Day) -> Iterator[Fault]:
    """Everybody sits alone at a place that is open, theirs when they keep one, without a step if needed.

    Before anybody is seated, those who keep a place are known to be there.
    """
    seated: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name, slot in day.slots.items():
        keeper = day.keeper(day.meetings[name])
        at = day.plan.places.get(name, "") if day.plan.places else keeper.home if keeper else ""
        if at:
            seated[slot, at].append(name)
            yield from _seat(day, name, slot, at)
        elif day.plan.places:
            yield Fault(FaultCode.NOT_SEATED, f"La rencontre « {name} » n'a pas de place au créneau {slot}.", (name,))
    for (slot, at), names in seated.items():
        if len(names) > 1:
            says = f"{len(names)} rencontres à la place « {at} » au créneau {slot}."
            yield Fault(FaultCode.PLACE_TWICE, says, tuple(names))


def _seat(day: _Day, name: str, slot: int, at: str) -> Iterator[Fault]:
    place, keeper, people = day.places.get(at), day.keeper(day.meetings[name]), day.attendees(name)
    if day.places and place is None:
        yield Fault(FaultCode.UNKNOWN_PLACE, f"La rencontre « {name} » est à la place « {at} », qui n'existe pas.", (name,))
    if keeper is not None and at != keeper.home:
        says = f"« {keeper.id} » garde la place « {keeper.home} », mais la rencontre « {name} » est à la place « {at} »."
        yield Fault(FaultCode.HOME_NOT_KEPT, says, (name,), (keeper.id,))
    if at in day.homes and at not in {one.home for one in people}:
        yield Fault(FaultCode.HOME_TAKEN, f"La rencontre « {name} » est à la place « {at} », gardée par d'autres.", (name,))
    if place is not None and slot not in day.opened(place.open):
        says = f"La place « {at} » de la rencontre « {name} » est fermée au créneau {slot}."
        yield Fault(FaultCode.PLACE_CLOSED, says, (name,))
    needing = tuple(one.id for one in people if one.step_free)
    if place is not None and needing and not place.step_free:
        says = f"« {needing[0]} » a besoin d'une place de plain-pied ; « {at} » n'en est pas une (rencontre « {name} »)."
        yield Fault(FaultCode.STEP_FREE, says, (name,), needing)


# -- the figures, counted again ------------------------------------------------------------------------------------------


def _fairness(day: _Day) -> Iterator[Fault]:
    """No two people's numbers of breaks differ by more than was decided."""
    most = day.problem.rules.fair_difference
    counted = {person: _breaks(day, person)[0] for person in day.agenda}
    if most is None or not counted:
        return
    worst, best = max(counted, key=lambda one: counted[one]), min(counted, key=lambda one: counted[one])
    if counted[worst] - counted[best] > most:
        says = f"« {worst} » a {counted[worst]} pauses et « {best} » {counted[best]} : {most} d'écart au plus."
        yield Fault(FaultCode.FAIRNESS, says, (), (worst, best))


def _figures(day: _Day) -> Iterator[Fault]:
    """The plan costs what it says, and what it says proved is not contradicted."""
    counted, plan = _counted(day), day.plan
    for field in fields(Score):
        said, found = getattr(plan.score, field.name), getattr(counted, field.name)
        if said != found:
            yield Fault(FaultCode.SCORE, f"Le planning annonce {said} {FIGURES[field.name]} ; on en compte {found}.")
    if plan.bound is not None and plan.bound > counted.breaks:
        says = f"Le planning dit impossible moins de {plan.bound} pauses ; il en a {counted.breaks}."
        yield Fault(FaultCode.BOUND, says)
    if plan.optimal and plan.bound != counted.breaks:
        shown = "aucune borne" if plan.bound is None else f"une borne de {plan.bound}"
        yield Fault(FaultCode.OPTIMAL, f"Le planning se dit optimal avec {counted.breaks} pauses et {shown}.")


FIGURES = {
    "placed": "rencontres placées",
    "breaks": "pauses",
    "idle_slots": "créneaux creux",
    "unwanted_breaks": "pauses subies",
    "unwanted_idle_slots": "créneaux creux subis",
    "max_breaks": "pauses pour la personne qui en a le plus",
    "table_changes": "changements de table",
}


def _counted(day: _Day) -> Score:
    every = [_breaks(day, person) for person in day.agenda]
    changes = 0
    for rows in day.agenda.values():
        seats = [day.plan.places[name] for _, name in rows if name in day.plan.places]
        changes += len([place for place, seat in enumerate(seats) if place and seat != seats[place - 1]])
    return Score(
        placed=len(day.slots),
        breaks=sum(one[0] for one in every),
        idle_slots=sum(one[1] for one in every),
        unwanted_breaks=sum(one[2] for one in every),
        unwanted_idle_slots=sum(one[3] for one in every),
        max_breaks=max([one[0] for one in every], default=0),
        table_changes=changes,
    )


def _breaks(day: _Day, person: str) -> tuple[int, int, int, int]:
    """One person's breaks and idle slots, then the same without what nothing can spare.

    Nothing can spare a break when the person is away for the whole of it, or when it follows as many meetings in a row as they
    accept: then its first slot is the pause they asked for, and what they are free for after it is idle for nothing.
    """
    rows, free = day.agenda[person], day.free[person]
    asked = day.people[person].max_consecutive
    in_a_row = {row[-1]: len(row) for row in _rows_in_sessions(day, rows)}
    busy = sorted({slot for slot, _ in rows})
    breaks = idle = unwanted = wasted = 0
    for place, slot in enumerate(busy[1:]):
        before = busy[place]
        run = list(range(before + 1, slot))
        if not run:
            continue
        breaks, idle = breaks + 1, idle + len(run)
        is_pause = asked is not None and in_a_row.get(before, 0) >= asked
        if not is_pause and any(one in free for one in run):
            unwanted += 1
        wasted += len([one for one in (run[1:] if is_pause else run) if one in free])
    return breaks, idle, unwanted, wasted
