"""The academic `.dzn` files of business-to-business meetings: everything numbered from 1, read and written.

nBusiness, nMeetings, nTables, nTotalSlots, nMorningSlots : whole numbers.
requested : a row a meeting, (participant, participant, session): 1 the morning, 2 the afternoon, 3 either.
forbidden : a row a participant, the slots they cannot take; 0 stands for nothing.
fixed : the slot of each meeting, 0 when it is free.   precedences : a row a meeting, the meetings that come before it.
meetingsxBusiness, nMeetingsBusiness : the same again by participant, ids shifted by one; not read, written for other readers.
Source: Bofill et al., Journal of Artificial Intelligence Research 74 (2022).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.formats.limits import MOST_BYTES, MOST_MEETINGS, MOST_PARTICIPANTS, MOST_TABLES
from ensembleur.meetings.engine.problem import MOST_SLOTS, Gap, Meeting, Participant, Problem, Rules

FAIR_DIFFERENCE = 2  # the file does not say it: the published optima are those of two breaks at most between any two people
MORNING, AFTERNOON, EITHER = 1, 2, 3

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\f\v]+|%[^\n]*)|(?P<line>\n)|(?P<word>[A-Za-z_]\w*)|(?P<number>\d{1,9})(?!\d)|(?P<mark>[][{}|,;=])"
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class _Row:
    """The numbers of a row or of a set, and where it stands."""

    numbers: tuple[int, ...]
    line: int


def read_dzn(text: str, *, title: str = "") -> Problem:
    """The problem of a file; participants and meetings are called "1", "2"… as the file numbers them.

    Raises BadInput with the line.
    """
    if len(text) > MOST_BYTES:
        raise BadInput("file_too_big", f"Le fichier dépasse {MOST_BYTES // 1_000_000} Mo : aucun forum n'en demande autant.")
    found = _assignments(text)
    people = _number(found, "nBusiness", 0, MOST_PARTICIPANTS)
    count = _number(found, "nMeetings", 0, MOST_MEETINGS)
    tables = _number(found, "nTables", 0, MOST_TABLES)
    slots = _number(found, "nTotalSlots", 1, MOST_SLOTS)
    morning = (1 << _number(found, "nMorningSlots", 0, slots)) - 1
    every = (1 << slots) - 1
    session = {MORNING: morning, AFTERNOON: every & ~morning, EITHER: every}
    requested = _rows(found, "requested", count, least=1)
    forbidden = _rows(found, "forbidden", people, least=0, most=slots)
    precedences = _rows(found, "precedences", count, least=1, most=count) if "precedences" in found else []
    fixed = _numbers(found, "fixed", count, most=slots) if "fixed" in found else (0,) * count
    meetings = []
    for place, row in enumerate(requested):
        first, second, when = _asked(row, people)
        locked = fixed[place] - 1 if fixed[place] else None
        meetings.append(Meeting(str(place + 1), (str(first), str(second)), session[when], locked))
    gaps = []
    for place, row in enumerate(precedences):
        if place + 1 in row.numbers:
            raise _bad(row.line, f"precedences : la rencontre {place + 1} ne peut pas passer avant elle-même")
        gaps += [Gap(str(before), str(place + 1)) for before in sorted(set(row.numbers))]
    return Problem(
        slot_count=slots,
        participants=tuple(Participant(str(n + 1), every & ~_bits(row.numbers)) for n, row in enumerate(forbidden)),
        meetings=tuple(meetings),
        tables=(tables,) * slots,
        sessions=(morning, every & ~morning) if 0 < morning < every else (),
        gaps=tuple(gaps),
        rules=Rules(fair_difference=FAIR_DIFFERENCE),
        title=title,
    )


def write_dzn(problem: Problem) -> str:
    """The file of a problem, people and meetings numbered in their order; names are left out.

    Raises BadInput naming what such a file cannot say.
    """
    morning = _morning(problem)
    _check(problem, morning)
    people = {one.id: place + 1 for place, one in enumerate(problem.participants)}
    numbers = {one.id: place + 1 for place, one in enumerate(problem.meetings)}
    sessions = {morning: MORNING, problem.all_slots & ~morning: AFTERNOON, problem.all_slots: EITHER}
    asked = [f"{people[one.attendees[0]]},{people[one.attendees[1]]},{sessions[one.allowed]}" for one in problem.meetings]
    busy: dict[str, list[int]] = {one.id: [] for one in problem.participants}
    for meeting in problem.meetings:
        for name in meeting.attendees:
            busy[name].append(numbers[meeting.id])
    before: dict[str, list[int]] = {one.id: [] for one in problem.meetings}
    for gap in problem.gaps:
        before[gap.second].append(numbers[gap.first])
    away = [[0, *(s + 1 for s in range(problem.slot_count) if not one.available >> s & 1)] for one in problem.participants]
    lines = [
        f"nBusiness = {len(people)};",
        f"nMeetings = {len(numbers)};",
        f"nTables = {max(problem.tables)};",
        f"nTotalSlots = {problem.slot_count};",
        f"nMorningSlots = {morning.bit_count()};",
        "requested = [|" + "\n|".join(asked) + "|];",
        f"meetingsxBusiness = {_sets([1, *(one + 1 for one in ids)] for ids in busy.values())};",
        f"nMeetingsBusiness = [{','.join(str(len(ids)) for ids in busy.values())}];",
        f"forbidden = {_sets(away)};",
        f"fixed = [{','.join(str(0 if one.locked is None else one.locked + 1) for one in problem.meetings)}];",
        f"precedences = {_sets(sorted(ids) for ids in before.values())};",
    ]
    return "\n".join(lines) + "\n"


def _sets(rows: Iterator[list[int]] | list[list[int]]) -> str:
    return "[" + ",\n".join("{" + ",".join(map(str, row)) + "}" for row in rows) + "]"


def _morning(problem: Problem) -> int:
    """The slots of the first of two sessions, of the whole day when there is one."""
    if len(problem.sessions) < 2:
        return problem.all_slots
    return problem.sessions[0]


def _check(problem: Problem, morning: int) -> None:
    """Raise BadInput for the first thing that a `.dzn` file cannot say."""
    halves = (morning, problem.all_slots & ~morning)
    reasons = {
        "des places nommées": bool(problem.places),
        "un nombre de tables qui change d'un créneau à l'autre": len(set(problem.tables)) > 1,
        "d'autres sessions qu'un matin suivi d'un après-midi": bool(morning & (morning + 1))
        or problem.sessions not in ((), (problem.all_slots,), halves),
        f"un autre écart de pauses que {FAIR_DIFFERENCE} entre deux personnes": problem.rules.fair_difference != FAIR_DIFFERENCE,
        "un nombre de rencontres à la suite ou en tout par personne": any(
            one.max_consecutive is not None or one.max_meetings is not None for one in problem.participants
        ),
        "une place gardée ou un besoin de plain-pied": any(one.home or one.step_free for one in problem.participants),
        "une rencontre qui n'est pas à deux": any(len(one.attendees) != 2 for one in problem.meetings),
        "une rencontre permise sur une partie seulement du matin ou de l'après-midi": any(
            one.allowed not in (*halves, problem.all_slots) for one in problem.meetings
        ),
        "des rencontres qui comptent plus que d'autres": any(one.weight != 1 or one.must for one in problem.meetings),
        "un écart entre deux rencontres autre qu'un ordre": any(not one.ordered or one.slots != 1 for one in problem.gaps),
    }
    for what, is_there in reasons.items():
        if is_there:
            raise BadInput("not_in_dzn", f"Un fichier .dzn ne sait pas dire {what} : enregistrez ce problème en .json.")


# -- reading -------------------------------------------------------------------------------------------------------------


def _assignments(text: str) -> dict[str, tuple[list[_Token], int]]:
    """{name: the tokens of its value, its line}. Raises BadInput."""
    found: dict[str, tuple[list[_Token], int]] = {}
    statement: list[_Token] = []
    for token in _tokens(text):
        if token.text != ";":
            statement.append(token)
            continue
        if len(statement) < 3 or statement[0].kind != "word" or statement[1].text != "=":
            raise _bad(token.line, "attendu « nom = valeur; »")
        if statement[0].text in found:
            raise _bad(statement[0].line, f"« {statement[0].text} » est donné deux fois")
        found[statement[0].text] = (statement[2:], statement[0].line)
        statement = []
    if statement:
        raise _bad(statement[0].line, "il manque un « ; » à la fin de ce qui commence ici")
    return found


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _bad(line, f"« {text[at : at + 20].split(chr(10))[0]} » ne se lit pas")
        at, kind = match.end(), match.lastgroup or ""
        line += kind == "line"
        if kind not in ("space", "line"):
            yield _Token(kind, match.group(), line)


def _value(found: dict[str, tuple[list[_Token], int]], name: str) -> tuple[list[_Token], int]:
    if name not in found:
        raise BadInput("bad_dzn", f"Il manque « {name} » : un fichier .dzn de rencontres le donne toujours.")
    return found[name]


def _number(found: dict[str, tuple[list[_Token], int]], name: str, least: int, most: int) -> int:
    tokens, line = _value(found, name)
    if len(tokens) != 1 or tokens[0].kind != "number":
        raise _bad(line, f"« {name} » doit être un nombre entier")
    number = int(tokens[0].text)
    if not least <= number <= most:
        raise _bad(line, f"« {name} » vaut {number} : de {least} à {most} attendu")
    return number


def _numbers(found: dict[str, tuple[list[_Token], int]], name: str, count: int, *, most: int) -> tuple[int, ...]:
    """A list of `count` numbers from 0 to `most`."""
    tokens, line = _value(found, name)
    if len(tokens) < 2 or tokens[0].text != "[" or tokens[-1].text != "]":
        raise _bad(line, f"« {name} » doit être une liste entre crochets")
    inside = [token for token in tokens[1:-1] if token.text != ","]
    for token in inside:
        if token.kind != "number" or int(token.text) > most:
            raise _bad(token.line, f"« {name} » : « {token.text} » n'est pas un nombre de 0 à {most}")
    if len(inside) != count:
        raise _bad(line, f"« {name} » compte {len(inside)} nombres, {count} attendus")
    return tuple(int(token.text) for token in inside)


def _rows(
    found: dict[str, tuple[list[_Token], int]], name: str, count: int, *, least: int, most: int | None = None
) -> list[_Row]:
    """A list of `count` rows: sets between braces, or the rows of an array between bars. Raises BadInput."""
    tokens, line = _value(found, name)
    rows: list[_Row] = []
    numbers: list[int] | None = None
    started = line
    for token in tokens:
        if token.text in ("{", "|") and numbers is None:
            numbers, started = [], token.line
        elif token.text in ("}", "|") and numbers is not None:
            rows.append(_Row(tuple(numbers), started))
            numbers, started = ([], token.line) if token.text == "|" else (None, token.line)
        elif token.kind == "number" and numbers is not None:
            numbers.append(int(token.text))
            if numbers[-1] < least or (most is not None and numbers[-1] > most):
                raise _bad(token.line, f"« {name} » : {token.text} n'existe pas, de {least} à {most or 'plus'} attendu")
        elif token.text not in ("[", "]", ","):
            raise _bad(token.line, f"« {name} » : « {token.text[:20]} » n'a rien à faire là")
    if len(rows) != count:
        raise _bad(line, f"« {name} » compte {len(rows)} lignes, {count} attendues")
    return rows


def _asked(row: _Row, people: int) -> tuple[int, int, int]:
    if len(row.numbers) != 3:
        raise _bad(row.line, "« requested » : trois nombres attendus, deux participants puis la session")
    first, second, when = row.numbers
    if first == second or max(first, second) > people:
        raise _bad(row.line, f"« requested » : deux participants différents de 1 à {people} attendus, pas {first} et {second}")
    if when > EITHER:
        raise _bad(row.line, f"« requested » : la session {when} n'existe pas, 1 matin, 2 après-midi ou 3 indifférent")
    return first, second, when


def _bits(numbers: tuple[int, ...]) -> int:
    """The slots numbered from 1, as bits; 0 stands for nothing."""
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits >> 1


def _bad(line: int, says: str) -> BadInput:
    return BadInput("bad_dzn", f"Ligne {line} : {says}.", line=line)
