"""The files an organiser would bring in: the people of a forum of full size, and the wishes that lead to its 6,457 meetings."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ensembleur.meetings.engine.drawing import BUYERS, SUPPLIERS, full_size
from ensembleur.meetings.engine.people_files import OF_ORGANISATION, PEOPLE

BUYING, SUPPLYING, WISHES, MEETINGS = 200, 364, 15_000, 6_457  # organisations, wishes and meetings at full size
COLUMNS = ("de", "vers", "niveau", "etat", "niveau_reponse")
REST = (("Décliné", 55), ("Sans réponse à temps", 13), ("Envoyé", 20), ("Retiré", 6))  # what becomes of the other wishes
SEED = 7
Row = dict[str, str]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Forum:
    """One forum to bring in. people, organisations, wishes, meetings : how many.   people_csv, wishes_csv : the two files."""

    people: int
    organisations: int
    wishes: int
    meetings: int
    tables: int
    people_csv: bytes
    wishes_csv: bytes


def forum(exported: str, *, scale: float) -> Forum:
    """People of the demonstration's forum, put together in as many organisations as in 2014, with the wishes of the full size.

    exported : the participants of that forum, as its desk exports them.   scale : 1, or a part of it.
    """
    known = sorted(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")), delimiter=";"), key=lambda row: row["cote"])
    drawn = full_size(seed=SEED, scale=scale, meetings=MEETINGS)
    buyers, suppliers = round(BUYERS * scale), round(SUPPLIERS * scale)
    sizes = round(BUYING * scale), round(SUPPLYING * scale)
    own = [rank % sizes[0] for rank in range(buyers)] + [sizes[0] + rank % sizes[1] for rank in range(suppliers)]
    people = _people([*known[:buyers], *known[BUYERS : BUYERS + suppliers]], own)
    for row, one in zip(people, drawn.participants, strict=True):
        row["creneaux_absents"] = " ".join(str(slot + 1) for slot in range(drawn.slot_count) if not one.available >> slot & 1)
    rank_of = {one.id: rank for rank, one in enumerate(drawn.participants)}
    room = [0] * sum(sizes)
    for organisation, one in zip(own, drawn.participants, strict=True):
        room[organisation] += one.available.bit_count()
    likely = [(own[rank_of[one.attendees[0]]], own[rank_of[one.attendees[1]]]) for one in drawn.meetings]
    meetings, wishes = round(MEETINGS * scale), round(WISHES * scale)
    agreed, others = _pairs(likely, room, sizes, meetings, wishes)
    lines = _wishes(agreed, others, [people[own.index(number)]["courriel"] for number in range(sum(sizes))])
    return Forum(len(people), sum(sizes), len(lines), len(agreed), buyers, _written(PEOPLE.all, people), _written(COLUMNS, lines))


def _people(rows: Sequence[Mapping[str, str]], own: Sequence[int]) -> list[Row]:
    """Each with an address and a telephone of their own; those of one organisation say the same of it."""
    first: dict[int, Mapping[str, str]] = {}
    made = []
    for number, (row, organisation) in enumerate(zip(rows, own, strict=True), 1):
        shared = {name: first.setdefault(organisation, row)[name] for name in OF_ORGANISATION}
        address = {"courriel": f"personne{number}@forum.example", "telephone": f"06399{80_000 + number}"}  # numbers of no one
        made.append({**row, **shared, **address, "pause_apres": "", "place": ""})
    return made


def _pairs(
    likely: Iterable[Pair], room: list[int], sizes: tuple[int, int], meetings: int, wishes: int
) -> tuple[list[Pair], list[Pair]]:
    """The pairs of organisations that agree, as many as meetings and never more than their people have slots; then the others."""
    chance = random.Random(SEED)
    every = [(one, sizes[0] + other) for one in range(sizes[0]) for other in range(sizes[1])]
    chance.shuffle(every)
    agreed: dict[Pair, None] = {}
    for pair in (*likely, *every):
        if len(agreed) < meetings and pair not in agreed and room[pair[0]] and room[pair[1]]:
            agreed[pair] = None
            room[pair[0]] -= 1
            room[pair[1]] -= 1
    others = [pair for pair in every if pair not in agreed]
    return list(agreed), others[: wishes - len(agreed)]


def _wishes(agreed: Sequence[Pair], others: Sequence[Pair], address: Sequence[str]) -> list[Row]:
    chance = random.Random(SEED)
    words, shares = zip(*REST, strict=True)
    lines = []
    for rank, pair in enumerate((*agreed, *others)):
        sender, receiver = pair if chance.random() < 0.35 else pair[::-1]
        level, answer = (chance.choices(("Indispensable", "Souhaité"), (15, 85))[0] for _end in range(2))
        is_agreed = rank < len(agreed)
        cells = (address[sender], address[receiver], level, "Accepté" if is_agreed else chance.choices(words, shares)[0])
        lines.append(dict(zip(COLUMNS, (*cells, answer if is_agreed else ""), strict=True)))
    return lines


def _written(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
