"""Draws a fictional procurement forum of the size of a real one: 300 buyers, 549 suppliers, 24 slots, 6,457 meetings."""

from __future__ import annotations

import numpy as np

from ensembleur.meetings.engine.problem import Meeting, Participant, Problem, Rules

BUYERS, SUPPLIERS, SLOTS, MEETINGS, TABLES = 300, 549, 24, 6457, 300
AWAY_SHARE = 0.15
DRAWS = 1 << 14


def full_size(
    *, seed: int = 1, scale: float = 1, tables: int = TABLES, absences: bool = True, meetings: int = MEETINGS
) -> Problem:
    """The forum, the same for the same arguments.

    scale : how many times as many people, meetings and tables.   tables, meetings : how many at scale 1.
    One person in seven is away for a quarter of the day: its beginning, its end, or anywhere. Some are asked far more than others
    (log-normal, wider among suppliers); a pair is drawn again when an agenda is full. Any two people share half of the day at least.
    """
    chance = np.random.default_rng(seed)
    sides = (round(BUYERS * scale), round(SUPPLIERS * scale))
    available = [_available(chance, absences) for _ in range(sum(sides))]
    names = [f"B{rank:04d}" for rank in range(1, sides[0] + 1)] + [f"S{rank:04d}" for rank in range(1, sides[1] + 1)]
    pairs = _pairs(chance, sides, [one.bit_count() for one in available], round(meetings * scale))
    return Problem(
        slot_count=SLOTS,
        participants=tuple(
            Participant(name, free, side="buyer" if rank < sides[0] else "supplier")
            for rank, (name, free) in enumerate(zip(names, available, strict=True))
        ),
        meetings=tuple(
            Meeting(f"M{rank:05d}", (names[buyer], names[supplier]), (1 << SLOTS) - 1)
            for rank, (buyer, supplier) in enumerate(pairs, 1)
        ),
        tables=(round(tables * scale),) * SLOTS,
        rules=Rules(),
        title="Forum fictif",
    )


def _available(chance: np.random.Generator, absences: bool) -> int:
    """The slots of one person, as bits."""
    every, quarter = (1 << SLOTS) - 1, SLOTS // 4
    if not absences or chance.random() >= AWAY_SHARE:
        return every
    first = (0, SLOTS - quarter, int(chance.integers(0, SLOTS - quarter + 1)))[int(chance.integers(0, 3))]
    return every & ~(((1 << quarter) - 1) << first)


def _pairs(chance: np.random.Generator, sides: tuple[int, int], left: list[int], count: int) -> list[tuple[int, int]]:
    """Distinct (buyer, supplier) ranks among everybody; fewer than asked for when a hundred thousand draws bring nothing new.

    left : how many meetings each can have.
    """
    shares = [chance.lognormal(0, sigma, size) for sigma, size in zip((0.6, 0.7), sides, strict=True)]
    drawn: dict[tuple[int, int], None] = {}
    idle = 0
    while len(drawn) < count and idle < 100_000 and all(share.any() for share in shares):
        idle += DRAWS
        sampled = [chance.choice(size, DRAWS, p=share / share.sum()) for size, share in zip(sides, shares, strict=True)]
        for one, rank in zip(sampled[0].tolist(), sampled[1].tolist(), strict=True):
            pair = (one, sides[0] + rank)
            if pair in drawn or not left[pair[0]] or not left[pair[1]]:
                continue
            drawn[pair] = None
            left[pair[0]] -= 1
            left[pair[1]] -= 1
            idle = 0
            if len(drawn) == count:
                break
        shares = [
            share * (np.array(some) > 0) for share, some in zip(shares, (left[: sides[0]], left[sides[0] :]), strict=True)
        ]  # nobody whose agenda is full is drawn again
    return list(drawn)
