"""The JSON file of a timetable to make, described by `problem.schema.json`: read into a Problem, and written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from ensembleur.meetings.engine.formats.shape import check_shape, parse_json, refuse
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Problem, Rules

SLOT_SETS = ("available", "allowed", "open")  # written as lists of slots; every slot when the key is absent


def read_problem(text: str) -> Problem:
    """The problem a JSON text says. Raises BadInput with the path of the first thing wrong."""
    return problem_of(parse_json(text))


def problem_of(data: Any) -> Problem:
    """The problem that plain data says. Raises BadInput with the path of the first thing wrong."""
    check_shape(data, "problem")
    problem = problem_kept(data)
    _check(problem)
    return problem


def problem_kept(data: Any) -> Problem:
    """The problem of data that `data_of` wrote and nobody touched since: nothing is looked at again, which is fifty times faster."""
    count = int(data["slots"])
    places = tuple(Place(**_row(row, f"places[{n}]", count, "open")) for n, row in enumerate(data.get("places", ())))
    people = tuple(
        Participant(**_row(row, f"participants[{n}]", count, "available")) for n, row in enumerate(data["participants"])
    )
    meetings = tuple(
        Meeting(**_row(row, f"meetings[{n}]", count, "allowed") | {"attendees": tuple(row["attendees"])})
        for n, row in enumerate(data["meetings"])
    )
    return Problem(
        slot_count=count,
        participants=people,
        meetings=meetings,
        tables=_tables(data, count),
        places=places,
        sessions=tuple(_bits(row, f"sessions[{n}]", count) for n, row in enumerate(data.get("sessions", ()))),
        gaps=tuple(Gap(**_whole(row)) for row in data.get("gaps", ())),
        rules=Rules(**_whole(data.get("rules", {}))),
        title=data.get("title", ""),
    )


def write_problem(problem: Problem) -> str:
    """The JSON text of a problem; what has its default is left out."""
    return json.dumps(data_of(problem), ensure_ascii=False, indent=1)


def data_of(problem: Problem) -> dict[str, Any]:
    """The plain data of a problem."""
    data: dict[str, Any] = {"title": problem.title, "slots": problem.slot_count, "tables": list(problem.tables)}
    lists = {
        "sessions": [_numbers(one) for one in problem.sessions],
        "places": [_kept(one, problem) for one in problem.places],
        "participants": [_kept(one, problem) for one in problem.participants],
        "meetings": [_kept(one, problem) for one in problem.meetings],
        "gaps": [_kept(one, problem) for one in problem.gaps],
    }
    return data | lists | {"rules": {"fair_difference": problem.rules.fair_difference, "most_breaks": problem.rules.most_breaks}}


def _row(row: dict[str, Any], at: str, count: int, slots: str) -> dict[str, Any]:
    """The fields of a place, a person or a meeting, its set of slots as bits."""
    if row.get("locked") is not None and row["locked"] >= count:
        raise refuse(f"{at}.locked", f"le créneau {row['locked']} n'existe pas, ils vont de 0 à {count - 1}")
    return _whole(row) | {slots: _bits(row[slots], f"{at}.{slots}", count) if slots in row else (1 << count) - 1}


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    """Whole numbers as such: 3.0 is one for JSON."""
    return {key: int(value) if isinstance(value, float) else value for key, value in row.items()}


def _bits(slots: Iterable[int], at: str, count: int) -> int:
    bits = 0
    for place, slot in enumerate(slots):
        if slot >= count:
            raise refuse(f"{at}[{place}]", f"le créneau {slot} n'existe pas, ils vont de 0 à {count - 1}")
        bits |= 1 << int(slot)
    return bits


def _numbers(bits: int) -> list[int]:
    return [slot for slot in range(bits.bit_length()) if bits >> slot & 1]


def _tables(data: dict[str, Any], count: int) -> tuple[int, ...]:
    tables = data.get("tables")
    if tables is None:
        if not data.get("places"):
            raise refuse("tables", "dites combien de tables il y a, ou donnez la liste « places »")
        return (0,) * count
    if not isinstance(tables, list):
        return (int(tables),) * count
    if len(tables) != count:
        raise refuse("tables", f"{len(tables)} nombres pour {count} créneaux")
    return tuple(int(one) for one in tables)


def _kept(thing: Any, problem: Problem) -> dict[str, Any]:
    """The fields of a thing that differ from their default."""
    data = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in SLOT_SETS:
            if value & problem.all_slots != problem.all_slots:
                data[field.name] = _numbers(value & problem.all_slots)
        elif value != field.default:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def _check(problem: Problem) -> None:
    """What no schema says: nothing named twice, nobody named who does not exist. Raises BadInput."""
    people = _once("participants", [one.id for one in problem.participants])
    meetings = _once("meetings", [one.id for one in problem.meetings])
    places = _once("places", [one.id for one in problem.places])
    for n, person in enumerate(problem.participants):
        if person.home and places and person.home not in places:
            raise refuse(f"participants[{n}].home", f"la place « {person.home} » n'est pas dans « places »")
    for n, meeting in enumerate(problem.meetings):
        for k, name in enumerate(meeting.attendees):
            if name not in people:
                raise refuse(f"meetings[{n}].attendees[{k}]", f"« {name} » n'est pas dans « participants »")
            if name in meeting.attendees[:k]:
                raise refuse(f"meetings[{n}].attendees[{k}]", f"« {name} » y est deux fois")
    for n, gap in enumerate(problem.gaps):
        for end, name in (("first", gap.first), ("second", gap.second)):
            if name not in meetings:
                raise refuse(f"gaps[{n}].{end}", f"la rencontre « {name} » n'est pas dans « meetings »")
        if gap.first == gap.second:
            raise refuse(f"gaps[{n}]", "une rencontre ne peut pas être à l'écart d'elle-même")
    seen = 0
    for n, session in enumerate(problem.sessions):
        if session & seen or not session:
            raise refuse(f"sessions[{n}]", "chaque partie de la journée a ses créneaux, qui ne sont dans aucune autre")
        seen |= session
    if problem.sessions and seen != problem.all_slots:
        raise refuse("sessions", "chaque créneau est dans une partie de la journée")


def _once(name: str, ids: list[str]) -> set[str]:
    seen: set[str] = set()
    for n, one in enumerate(ids):
        if one in seen:
            raise refuse(f"{name}[{n}].id", f"« {one} » sert déjà dans « {name} »")
        seen.add(one)
    return seen
