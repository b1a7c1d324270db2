"""What an agenda costs, compiled: sets of slots as bits, figures as whole numbers. Imported only when it runs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit


def compiled(function: Any) -> Any:
    """Compile on first use and keep the code beside the source or in the user's cache; only in memory when neither can be written."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # what numba says when it finds no folder to write in
        return njit(nogil=True)(function)


AVAILABLE, WITHIN, ROW, LEAST = range(4)
SESSION, TABLES, STEP_FREE, USED, USED_CAREFUL = range(5)
IDLE_BITS, BREAK_BITS = 20, 28  # a key: breaks above the fair limit, then what breaks cost, then idle slots


class Weights(NamedTuple):
    """Thousandths of a break: an unwanted break, one that nothing spares, an idle slot, a break above each of the two limits."""

    unwanted: int
    forced: int
    idle: int
    above: int
    soft: int
    hard: int


@compiled
def step(state: Any) -> Any:
    """The next state of the generator (xorshift on 64 bits)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    return state ^ (state << np.uint64(17))


@compiled
def share(state: Any, shift: int, below: int) -> Any:
    """A whole number from 0 to below - 1 out of 20 bits of a state."""
    return (np.int64((state >> np.uint64(shift)) & np.uint64(0xFFFFF)) * below) >> 20


@compiled
def count(mask: int) -> int:
    """How many bits of a set; one instruction once compiled."""
    found = 0
    while mask:
        mask &= mask - 1
        found += 1
    return found


@compiled
def lowest(mask: int) -> Any:
    """The index of the lowest bit set."""
    return count((mask & -mask) - 1)


@compiled
def pick(mask: int, state: Any, shift: int) -> Any:
    """The index of one of the bits set."""
    for _ in range(share(state, shift, count(mask))):
        mask &= mask - 1
    return lowest(mask)


@compiled
def idle_in(shown: int) -> Any:
    """How many bits unset between the lowest and the highest set."""
    span = shown | shown >> 1
    span |= span >> 2
    span |= span >> 4
    span |= span >> 8
    span |= span >> 16
    span |= span >> 32
    return count(span & -(shown & -shown)) - count(shown)


@compiled
def row_around(day: Any, busy: int, slot: int) -> int:
    """How many meetings in a row, inside one session, around a slot."""
    inside = busy & day[slot, SESSION]
    first, last = slot, slot
    while first > 0 and inside >> (first - 1) & 1:
        first -= 1
    while inside >> (last + 1) & 1:
        last += 1
    return last - first + 1


@compiled
def paused(day: Any, available: int, row: int, busy: int) -> tuple[int, int, int]:
    """(breaks, unwanted breaks, unwanted idle slots) of somebody who asks for pauses; see counting.day."""
    breaks, unwanted, idle = 0, 0, 0
    slot = lowest(busy)
    while True:
        run, inside = 0, day[slot, SESSION]
        while busy >> slot & 1:
            run = run + 1 if inside >> slot & 1 else 1
            inside = day[slot, SESSION]
            slot += 1
        if not busy >> slot:
            return breaks, unwanted, idle
        free, at_once = 0, available >> slot & 1
        while not busy >> slot & 1:
            free += available >> slot & 1
            slot += 1
        breaks += 1
        if run >= row:
            idle += free - at_once
        elif free:
            unwanted += 1
            idle += free


@compiled
def price(who: Any, day: Any, weights: Any, one: int, busy: int, shown: int) -> tuple[int, int]:
    """What somebody's agenda costs: the cost that guides, and the one that ranks."""
    row = who[one, ROW]
    if row < 0 or busy == 0:
        return 0, 0
    if row > 0:
        breaks, unwanted, idle = paused(day, who[one, AVAILABLE], row, busy)
    else:
        breaks = count(busy & ~(busy << 1)) - 1
        unwanted = count(shown & ~(shown << 1)) - 1
        idle = idle_in(shown)
    cost = weights.unwanted * unwanted + weights.forced * (breaks - unwanted)
    over, far = max(0, breaks - weights.hard), max(0, breaks - weights.soft)
    key = (((over << BREAK_BITS) + cost) << IDLE_BITS) + idle
    return cost + weights.idle * idle + weights.above * (far + over), key
