"""The problem in numbers, as the search reads it: rows for people, rows for meetings, sets of slots as bits; what is malformed is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.problem import MOST_SLOTS, Meeting, Participant, Place, Problem

NO_TABLE, ANY_TABLE, STEP_FREE_TABLE = 0, 1, 2
AFTER, BEFORE, APART = 1, 2, 3


@dataclass(frozen=True)
class Grid:
    """Ranks instead of names.

    people : names; the first `persons` are the participants, the others are places that several of them keep, which hold one
        meeting at a time as a person does.
    available, most, in_a_row : of each of the people; most meetings, and most in a row inside a session (0 for no limit).
    meetings : names.   attendees : the ranks of each meeting's people, its shared home last.
    domain : the slots each meeting can take, whoever is busy.   needs : NO_TABLE, ANY_TABLE or STEP_FREE_TABLE.
    gaps : of each meeting, (other, slots, side): it must be `slots` AFTER the other, BEFORE it, or APART from it.
    tables, step_free : free places in each slot, and those without a step.
    """

    problem: Problem
    people: tuple[str, ...]
    persons: int
    available: list[int]
    most: list[int]
    in_a_row: list[int]
    meetings: tuple[str, ...]
    attendees: list[tuple[int, ...]]
    domain: list[int]
    needs: list[int]
    gaps: dict[int, list[tuple[int, int, int]]]
    tables: list[int]
    step_free: list[int]
    sessions: tuple[int, ...]


def grid(problem: Problem) -> Grid:
    """The problem in numbers. Raises BadInput when it is malformed."""
    refuse_malformed(problem)
    every = problem.all_slots
    people = [one.id for one in problem.participants]
    keepers = Counter(one.home for one in problem.participants if one.home)
    shared = [home for home, count in keepers.items() if count > 1]
    ranks = {name: rank for rank, name in enumerate(people)}
    special = {rank for rank, one in enumerate(problem.participants) if one.home or one.step_free}
    columns = {home: len(people) + rank for rank, home in enumerate(shared)}
    available = [one.available & every for one in problem.participants] + [every] * len(shared)
    most = [_most(one) for one in problem.participants] + [MOST_SLOTS] * len(shared)
    attendees, domain, needs = [], [], []
    places = {one.id: one for one in problem.places}
    tables, step_free = list(problem.capacity()), _step_free(problem, keepers)
    roomy = [_roomy(counts) for counts in (tables, step_free)]
    for meeting in problem.meetings:
        who = tuple([ranks[name] for name in meeting.attendees])
        free = meeting.allowed & every
        if meeting.locked is not None:
            free &= 1 << meeting.locked
        for rank in who:
            free &= available[rank]
        home, careful = "", False
        if not special.isdisjoint(who):
            present = [problem.participants[rank] for rank in who]
            home, careful = _home(present), any(one.step_free for one in present)
        if home:
            free &= _opened(places.get(home), careful) if places else every
            who = (*who, columns[home]) if home in columns else who
        else:
            free &= roomy[careful]
        attendees.append(who)
        domain.append(free)
        needs.append(NO_TABLE if home else STEP_FREE_TABLE if careful else ANY_TABLE)
    return Grid(
        problem=problem,
        people=(*people, *shared),
        persons=len(people),
        available=available,
        most=most,
        in_a_row=[one.max_consecutive or 0 for one in problem.participants] + [0] * len(shared),
        meetings=tuple(one.id for one in problem.meetings),
        attendees=attendees,
        domain=domain,
        needs=needs,
        gaps=_gaps(problem),
        tables=tables,
        step_free=step_free,
        sessions=problem.sessions or (every,),
    )


def refuse_malformed(problem: Problem) -> None:
    """Raise BadInput, one sentence, for what no timetable can mean; what is only impossible is left to be said meeting by meeting."""
    if not 1 <= problem.slot_count <= MOST_SLOTS:
        raise BadInput(
            "slot_count", f"Un emploi du temps a de 1 à {MOST_SLOTS} créneaux, pas {problem.slot_count} : changez leur durée."
        )
    for what, names in (
        ("Le participant", [one.id for one in problem.participants]),
        ("La rencontre", [one.id for one in problem.meetings]),
        ("La place", [one.id for one in problem.places]),
    ):
        if len(set(names)) < len(names):
            twice = next(name for name, count in Counter(names).items() if count > 1)
            raise BadInput("twice", f"{what} « {twice[:40]} » figure deux fois : donnez à chaque ligne son identifiant.")
    if not problem.places and (len(problem.tables) != problem.slot_count or min(problem.tables) < 0):
        raise BadInput("tables", "Donnez pour chaque créneau un nombre de tables, zéro ou plus.")
    seen = 0
    for session in problem.sessions:
        if session & seen or session & ~problem.all_slots:
            raise BadInput(
                "sessions", "Deux sessions se recouvrent ou débordent de la journée : un créneau est d'une seule session."
            )
        seen |= session
    known = {one.id for one in problem.participants}
    for person in problem.participants:
        if min(person.max_meetings or 0, 1 if person.max_consecutive is None else person.max_consecutive - 1) < 0:
            raise BadInput("limits", f"Les limites de « {person.id[:40]} » sont à corriger : au moins une rencontre à la suite.")
    for meeting in problem.meetings:
        _refuse_meeting(problem, meeting, known)
    meetings = {one.id for one in problem.meetings}
    for gap in problem.gaps:
        if gap.first not in meetings or gap.second not in meetings or gap.first == gap.second or gap.slots < 1:
            raise BadInput(
                "gap", f"L'écart entre « {gap.first[:40]} » et « {gap.second[:40]} » doit lier deux rencontres connues."
            )


def _refuse_meeting(problem: Problem, meeting: Meeting, known: set[str]) -> None:
    """The same for one meeting."""
    name = meeting.id[:40]
    for who in meeting.attendees:
        if who not in known:
            raise BadInput(
                "unknown_attendee", f"La rencontre « {name} » attend « {who[:40]} », qui n'est pas inscrit : inscrivez-le."
            )
    if not meeting.attendees or len(set(meeting.attendees)) < len(meeting.attendees):
        raise BadInput(
            "attendees", f"La rencontre « {name} » n'a personne ou compte deux fois la même : corrigez ses participants."
        )
    if meeting.locked is not None and not 0 <= meeting.locked < problem.slot_count:
        raise BadInput("locked", f"La rencontre « {name} » est fixée hors de la journée : choisissez un de ses créneaux.")


def _most(person: Participant) -> int:
    return MOST_SLOTS if person.max_meetings is None else person.max_meetings


def _home(present: list[Participant]) -> str:
    """What Problem.at_home says, without looking everybody up."""
    kept = [one for one in present if one.home]
    return next((one.home for one in kept if one.host), kept[0].home if kept else "")


def _opened(place: Place | None, careful: bool) -> int:
    """The slots where a kept place can be used, as bits; none when it is unknown, or has a step that somebody cannot take."""
    return 0 if place is None or (careful and not place.step_free) else place.open


def _step_free(problem: Problem, keepers: Counter[str]) -> list[int]:
    """How many free places without a step each slot has; as many as there are tables when nothing is said of them."""
    if not problem.places:
        return list(problem.tables)
    free = [one for one in problem.places if one.step_free and one.id not in keepers]
    return [sum(1 for one in free if one.open >> slot & 1) for slot in range(problem.slot_count)]


def _roomy(counts: list[int]) -> int:
    """The slots where there is at least one, as bits."""
    return sum(1 << slot for slot, count in enumerate(counts) if count > 0)


def _gaps(problem: Problem) -> dict[int, list[tuple[int, int, int]]]:
    ranks = {one.id: rank for rank, one in enumerate(problem.meetings)} if problem.gaps else {}
    found: dict[int, list[tuple[int, int, int]]] = {}
    for gap in problem.gaps:
        first, second = ranks[gap.first], ranks[gap.second]
        found.setdefault(second, []).append((first, gap.slots, AFTER if gap.ordered else APART))
        found.setdefault(first, []).append((second, gap.slots, BEFORE if gap.ordered else APART))
    return found
