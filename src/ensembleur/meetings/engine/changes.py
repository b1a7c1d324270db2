"""What may happen once a timetable is published, read from a file, and the timetable to make once it has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Never, TypeVar

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.problem import MOST_SLOTS, Meeting, Participant, Place, Problem

EVERY_SLOT = (1 << MOST_SLOTS) - 1
MOST_CHANGES = 10_000


class Absence(StrEnum):
    """How somebody is missing, to tell the others."""

    LATE = "late"
    LEAVES = "leaves"
    AWAY = "away"
    NO_SHOW = "no_show"


@dataclass(frozen=True)
class Absent:
    """A participant cannot meet anybody in these slots, as bits."""

    participant: str
    slots: int
    how: Absence = Absence.AWAY


@dataclass(frozen=True)
class Back:
    """A participant can meet again in these slots, as bits."""

    participant: str
    slots: int


@dataclass(frozen=True)
class Joined:
    """A participant registered late."""

    participant: Participant


@dataclass(frozen=True)
class Cancelled:
    """A meeting will not be held."""

    meeting: str


@dataclass(frozen=True)
class Added:
    """A meeting asked for late: it takes an empty slot or none."""

    meeting: Meeting


@dataclass(frozen=True)
class PlaceClosed:
    """A place cannot be used in these slots, as bits; where places have no name, `place` is "" and one table fewer is left."""

    place: str
    slots: int


@dataclass(frozen=True)
class SlotClosed:
    """Nobody meets in these slots, as bits: an alarm, a speech that lasts."""

    slots: int


Thing = TypeVar("Thing", Participant, Meeting, Place)
Change = Absent | Back | Joined | Cancelled | Added | PlaceClosed | SlotClosed


def apply(problem: Problem, changes: Iterable[Change], *, since: int = 0) -> Problem:
    """The problem once the changes have happened, one after the other. Raises BadInput when one names what does not exist.

    since : the first slot that is not past; what was held before it stays held, whoever is said to be away.
    """
    past = (1 << since) - 1
    people = {one.id: one for one in problem.participants}
    meetings = {one.id: one for one in problem.meetings}
    places = {one.id: one for one in problem.places}
    tables = list(problem.tables)
    for change in changes:
        match change:
            case Absent(name, slots):
                one = _known(people, name, "Le participant")
                people[name] = replace(one, available=one.available & (~slots | past))
            case Back(name, slots):
                one = _known(people, name, "Le participant")
                people[name] = replace(one, available=one.available | slots & problem.all_slots)
            case Joined(one):
                _unknown(people, one.id, "Le participant")
                people[one.id] = replace(one, available=one.available & problem.all_slots)
            case Cancelled(name):
                _known(meetings, name, "La rencontre")
                del meetings[name]
            case Added(asked):
                _unknown(meetings, asked.id, "La rencontre")
                for name in asked.attendees:
                    _known(people, name, "Le participant")
                meetings[asked.id] = replace(asked, allowed=asked.allowed & problem.all_slots)
            case PlaceClosed("", slots) if not places:
                tables = [max(0, count - ((slots & ~past) >> s & 1)) for s, count in enumerate(tables)]
            case PlaceClosed(name, slots):
                place = _known(places, name, "La place")
                places[name] = replace(place, open=place.open & (~slots | past))
            case SlotClosed(slots):
                people = {name: replace(one, available=one.available & (~slots | past)) for name, one in people.items()}
    return replace(
        problem,
        participants=tuple(people.values()),
        meetings=tuple(meetings.values()),
        places=tuple(places.values()),
        tables=tuple(tables),
        gaps=tuple(gap for gap in problem.gaps if gap.first in meetings and gap.second in meetings),
    )


def read_changes(data: object) -> tuple[Change, ...]:
    """The changes of a JSON file {"changes": [{"kind": "late", "participant": "p1", "until": 6}, …]}, or of the bare list.

    Slots are numbered from 0; "slots" is a list of numbers or "all". Raises BadInput with the path of what cannot be read.
    """
    at = ""
    if isinstance(data, dict):
        _only(data, "le fichier", {"changes"})
        data, at = data["changes"], "changes"
    if not isinstance(data, list) or not data:
        _refuse(at or "le fichier", "donnez la liste des changements, un au moins")
    if len(data) > MOST_CHANGES:
        _refuse(at or "le fichier", f"{MOST_CHANGES} changements au plus en une fois")
    return tuple(_change(one, f"{at}[{rank}]") for rank, one in enumerate(data))


def _change(data: object, at: str) -> Change:
    if not isinstance(data, dict):
        _refuse(at, "un changement est un objet, avec son « kind »")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _READERS:
        _refuse(f"{at}.kind", f"choisissez parmi {', '.join(_READERS)}")
    keys, optional, read = _READERS[kind]
    _only(data, at, {"kind", *keys}, optional)
    return read(data, at)


def _late(data: dict[str, Any], at: str) -> Change:
    until = _number(data["until"], f"{at}.until", 1, MOST_SLOTS)
    return Absent(_word(data["participant"], f"{at}.participant"), (1 << until) - 1, Absence.LATE)


def _leaves(data: dict[str, Any], at: str) -> Change:
    start = _number(data["from"], f"{at}.from", 0, MOST_SLOTS - 1)
    return Absent(_word(data["participant"], f"{at}.participant"), EVERY_SLOT >> start << start, Absence.LEAVES)


def _away(data: dict[str, Any], at: str) -> Change:
    return Absent(_word(data["participant"], f"{at}.participant"), _slots(data["slots"], f"{at}.slots"), Absence.AWAY)


def _no_show(data: dict[str, Any], at: str) -> Change:
    slot = _number(data["slot"], f"{at}.slot", 0, MOST_SLOTS - 1)
    return Absent(_word(data["participant"], f"{at}.participant"), 1 << slot, Absence.NO_SHOW)


def _back(data: dict[str, Any], at: str) -> Change:
    return Back(_word(data["participant"], f"{at}.participant"), _slots(data["slots"], f"{at}.slots"))


def _joined(data: dict[str, Any], at: str) -> Change:
    name, organisation, side = (_text(data.get(key, ""), f"{at}.{key}") for key in ("name", "organisation", "side"))
    who, slots = _word(data["participant"], f"{at}.participant"), _slots(data["slots"], f"{at}.slots")
    return Joined(Participant(who, slots, name, organisation, side))


def _cancelled(data: dict[str, Any], at: str) -> Change:
    return Cancelled(_word(data["meeting"], f"{at}.meeting"))


def _added(data: dict[str, Any], at: str) -> Change:
    who = data["attendees"]
    if not isinstance(who, list) or len(who) < 2:
        _refuse(f"{at}.attendees", "donnez la liste des participants, deux au moins")
    names = tuple(_word(one, f"{at}.attendees[{rank}]") for rank, one in enumerate(who))
    if len(set(names)) < len(names):
        _refuse(f"{at}.attendees", "le même participant y est deux fois")
    must = data.get("must", False)
    if not isinstance(must, bool):
        _refuse(f"{at}.must", "écrivez true ou false")
    return Added(
        Meeting(
            _word(data["meeting"], f"{at}.meeting"),
            names,
            _slots(data.get("slots", "all"), f"{at}.slots"),
            weight=_number(data.get("weight", 1), f"{at}.weight", 1, 1_000_000),
            must=must,
        )
    )


def _place_closed(data: dict[str, Any], at: str) -> Change:
    return PlaceClosed(_text(data.get("place", ""), f"{at}.place"), _slots(data["slots"], f"{at}.slots"))


def _slot_closed(data: dict[str, Any], at: str) -> Change:
    return SlotClosed(_slots(data["slots"], f"{at}.slots"))


# {kind: the keys it must have, those it may have, what reads it}
_READERS: dict[str, tuple[set[str], set[str], Callable[[dict[str, Any], str], Change]]] = {
    "late": ({"participant", "until"}, set(), _late),
    "leaves": ({"participant", "from"}, set(), _leaves),
    "away": ({"participant", "slots"}, set(), _away),
    "no_show": ({"participant", "slot"}, set(), _no_show),
    "back": ({"participant", "slots"}, set(), _back),
    "joined": ({"participant", "slots"}, {"name", "organisation", "side"}, _joined),
    "cancelled": ({"meeting"}, set(), _cancelled),
    "added": ({"meeting", "attendees"}, {"slots", "weight", "must"}, _added),
    "place_closed": ({"slots"}, {"place"}, _place_closed),
    "slot_closed": ({"slots"}, set(), _slot_closed),
}


def _only(data: dict[str, Any], at: str, needed: set[str], optional: Iterable[str] = ()) -> None:
    for key in sorted(needed - data.keys()):
        _refuse(at, f"il manque « {key} »")
    for key in data:
        if key not in needed and key not in optional:
            _refuse(at, f"« {str(key)[:60]} » n'est pas attendu")


def _text(value: object, at: str) -> str:
    if not isinstance(value, str):
        _refuse(at, "écrivez un texte entre guillemets")
    return value


def _word(value: object, at: str) -> str:
    if not _text(value, at):
        _refuse(at, "ce texte est vide")
    return str(value)


def _number(value: object, at: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        _refuse(at, f"écrivez un nombre entier de {low} à {high}")
    return value


def _slots(value: object, at: str) -> int:
    if value == "all":
        return EVERY_SLOT
    if not isinstance(value, list) or not value:
        _refuse(at, "donnez une liste de numéros de créneaux, à partir de 0, ou « all »")
    found = 0
    for rank, one in enumerate(value):
        found |= 1 << _number(one, f"{at}[{rank}]", 0, MOST_SLOTS - 1)
    return found


def _known(things: dict[str, Thing], name: str, what: str) -> Thing:
    if name not in things:
        raise BadInput("unknown_in_change", f"{what} « {name[:60]} » ne figure pas dans ce planning : vérifiez son identifiant.")
    return things[name]


def _unknown(things: dict[str, Thing], name: str, what: str) -> None:
    if name in things:
        raise BadInput("known_in_change", f"{what} « {name[:60]} » figure déjà dans ce planning : prenez un autre identifiant.")


def _refuse(at: str, says: str) -> Never:
    raise BadInput("bad_changes", f"{at} : {says}.", field=at)
