"""Wishes before any choice: who takes part, who asked whom, what each pair is worth, and which pairs are out at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import NamedTuple, TypeAlias

from ensembleur.meetings.engine.problem import Participant


class Level(StrEnum):
    """How much somebody wants a meeting; `never` is a private refusal, no one else may learn of it."""

    MUST = "must"
    LIKE = "like"
    NEVER = "never"


MUST, NEVER = Level.MUST, Level.NEVER  # a name of the module is read faster than a member of an enumeration


class Bond(StrEnum):
    """What the two sides of a pair said to each other."""

    MUTUAL = "mutual"  # each asked for the other
    ACCEPTED = "accepted"  # one asked, the other said yes
    ONE_SIDED = "one_sided"  # one asked, the other has not answered


# What a meeting is worth: (what they said to each other, somebody said « must »).
WEIGHTS: Mapping[tuple[Bond, bool], int] = {
    (Bond.MUTUAL, True): 6,
    (Bond.MUTUAL, False): 5,
    (Bond.ACCEPTED, True): 4,
    (Bond.ACCEPTED, False): 3,
    (Bond.ONE_SIDED, True): 2,
    (Bond.ONE_SIDED, False): 1,
}

People: TypeAlias = tuple[Participant, ...]
SAID = ((False, False), (True, False), (False, True), (True, True))  # by the first, by the second; made once for all pairs
Ids: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]  # of people of the first party, of the second

# The same, read fast: both asked, one accepted, somebody said « must » → the bond and its weight.
_BONDS = {
    (mutual, accepted, must): (bond, WEIGHTS[bond, must])
    for mutual, accepted, must in product((False, True), repeat=3)
    for bond in (Bond.MUTUAL if mutual else Bond.ACCEPTED if accepted else Bond.ONE_SIDED,)
}


class NotKept(StrEnum):
    """Why wishes for a pair did not become a meeting. In the order they are looked for, the refusal apart."""

    WITHDRAWN = "withdrawn"  # one of the two no longer takes part
    SAME_ORGANISATION = "same_organisation"
    DECLINED = "declined"
    UNANSWERED = "unanswered"  # and the organiser only keeps what both want
    NO_COMMON_SLOT = "no_common_slot"
    REFUSED = "refused"  # privately: a figure for the organiser, never a line for anybody
    FULL_AGENDA = "full_agenda"  # meetings worth as much already fill somebody's day
    NO_TABLE = "no_table"  # every place of every slot is promised
    OUTWEIGHED = "outweighed"  # all that participants are told of the last three


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, or a person alone: one representative. People and sets of slots are those of `problem`.

    side : "A" or "B" in an event with two sides, "" otherwise.   most : meetings the whole party accepts; None for no such limit.
    pauses : slots that each of its representatives wants to keep free.
    is_small : its first meetings count more, so that it does not come for nothing.
    """

    id: str
    representatives: tuple[Participant, ...]
    side: str = ""
    most: int | None = None
    pauses: int = 0
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """One party asks to meet another, or never to.

    accepted : what the target answered; None as long as it has not.   representative : the person it would rather meet, of either party.
    """

    id: str
    origin: str
    target: str
    level: Level = Level.LIKE
    accepted: bool | None = None
    representative: str = ""


class Pair(NamedTuple):
    """Two parties and all their wishes for each other, merged (a tuple: there are thousands, and they are made at once).

    asked, must : whether the first, the second, asked for the other, and said « must ».   weight : what the meeting is worth.
    people : who may attend for each; any of the first's shares a slot with any of the second's.   named : whom somebody would rather meet.
    """

    first: str
    second: str
    wishes: tuple[str, ...]
    asked: tuple[bool, bool]
    must: tuple[bool, bool]
    bond: Bond
    weight: int
    people: Ids
    named: tuple[str, ...] = ()


class Dropped(NamedTuple):
    """A pair that does not become a meeting.

    shown : the reason that participants may read; a refusal shows what would have been shown without it, so that nothing can be
    guessed.   who : the parties whose day is full.
    """

    pair: Pair
    why: NotKept
    shown: NotKept
    who: tuple[str, ...] = ()

    @property
    def private(self) -> bool:
        """Whether the organiser's screens may only count it."""
        return self.why is NotKept.REFUSED


def merge(
    wishes: Iterable[Wish], parties: Collection[Party], *, keep_unanswered: bool = True
) -> tuple[list[Pair], list[Dropped]]:
    """One Pair per two parties that may meet, one Dropped per two that may not; the order of what is given changes nothing.

    keep_unanswered : whether a wish without answer may become a meeting.
    """
    wishes = list(wishes)
    known = {party.id: party for party in sorted(parties, key=lambda one: (one.side, one.id))}
    strangers = {wish.origin for wish in wishes} | {wish.target for wish in wishes}
    names = [*known, *sorted(strangers - known.keys())]
    rank, many = {name: number for number, name in enumerate(names)}, len(names)

    books: dict[int, list[Wish]] = {}
    for wish in wishes:
        here, there = rank[wish.origin], rank[wish.target]
        books.setdefault(here * many + there if here < there else there * many + here, []).append(wish)
    everybody = [known[name].representatives if name in known else () for name in names]
    ids = [tuple(person.id for person in people) for people in everybody]
    alone = [people[0].available if len(people) == 1 else 0 for people in everybody]
    pairs, dropped = [], []
    for key in sorted(books):
        book, (one, other) = books.pop(key), divmod(key, many)
        fit = alone[one] & alone[other]  # the usual case is read at once
        people = (ids[one], ids[other]) if fit else _attendees(everybody[one], everybody[other], book)
        pair, refused, declined = _read(book, names[one], names[other], people)
        why: NotKept | None = None
        if one == other:
            why = NotKept.SAME_ORGANISATION
        elif other >= len(known):
            why = NotKept.WITHDRAWN
        elif declined:
            why = NotKept.DECLINED
        elif not keep_unanswered and pair.bond is Bond.ONE_SIDED:
            why = NotKept.UNANSWERED
        elif not pair.people[0]:
            why = NotKept.NO_COMMON_SLOT
        if not pair.wishes:
            continue
        if refused:
            dropped.append(Dropped(pair, NotKept.REFUSED, why or NotKept.OUTWEIGHED))
        elif why is not None:
            dropped.append(Dropped(pair, why, why))
        else:
            pairs.append(pair)
    return pairs, dropped


def _read(book: Iterable[Wish], first: str, second: str, people: Ids) -> tuple[Pair, bool, bool]:
    """The pair, whether one of the two refuses it, whether one declined it."""
    refused = declined = accepted = False
    asked = must = 0
    ids, named = [], []
    for wish in book:
        level = wish.level
        if level is NEVER:
            refused = True
            continue
        end = 1 if wish.origin == first else 2
        asked |= end
        if level is MUST:
            must |= end
        if wish.accepted is not None:
            accepted, declined = accepted or wish.accepted, declined or not wish.accepted
        if wish.representative:
            named.append(wish.representative)
        ids.append(wish.id)
    ids.sort()
    bond, weight = _BONDS[asked == 3, accepted, must > 0]
    return Pair(first, second, tuple(ids), SAID[asked], SAID[must], bond, weight, people, tuple(sorted(named))), refused, declined


def _attendees(ones: People, others: People, book: Iterable[Wish]) -> Ids:
    """Who may attend on each side, so that any of one side can meet any of the other; two empty tuples when nobody can.

    When not everybody of one can meet everybody of the other, those kept are around the two people that were named, or else that
    have the most slots in common.
    """
    able = [(one, other) for one in ones for other in others if one.available & other.available]
    if not able:
        return (), ()
    named = {wish.representative for wish in book}

    def wanted(two: tuple[Participant, Participant]) -> tuple[int, int]:
        return (two[0].id in named) + (two[1].id in named), (two[0].available & two[1].available).bit_count()

    heart = max(able, key=wanted)[0]
    met = [other for other in others if other.available & heart.available]
    meeting = [one for one in ones if all(one.available & other.available for other in met)]
    return tuple(one.id for one in meeting), tuple(other.id for other in met)
