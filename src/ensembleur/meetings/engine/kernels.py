"""The compiled inner loop: chains of exchanges between two slots, accepted as in simulated annealing. Imported only when it runs."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True)
inlined = njit(cache=True, nogil=True)
BROKEN8, EDGE8 = 5, 6
IDLE_BITS, BREAK_BITS = 22, 26  # a cost as one whole number: breaks above the fair limit, then weighted breaks, then idle slots


class Fixed(NamedTuple):
    """What a search never changes.

    P people, M meetings, T slots, K attendees at most.
    available (P) sets of slots.   rank (P, T) the place of each slot among those where somebody is there, -1 when they are not;
    slot_of (P, T) the reverse.   row (P) most meetings in a row, 0 for no limit, -1 for a shared home, which has no breaks to spare.
    people (M, K) filled with -1.   pair (M) the two attendees combined by exclusive or: each gives the other.
    domain (M) sets of slots.   table, careful (M) 1 when it uses a table, one without a step.
    tables, step_free (T) free places.   session (T) the set of slots of the session of each.
    gap_first (M + 1), gaps (G, 3): the rows gap_first[m]:gap_first[m + 1] of meeting m, (other, slots, side).
    movers : the people who have both a meeting and a slot to spare.   least (P) : the cost nobody can go under.
    """

    available: Any
    rank: Any
    slot_of: Any
    within: Any
    row: Any
    people: Any
    pair: Any
    domain: Any
    table: Any
    careful: Any
    tables: Any
    step_free: Any
    session: Any
    gap_first: Any
    gaps: Any
    movers: Any
    least: Any
    luck: Any


class Moving(NamedTuple):
    """What a search changes.

    slot (M).   agenda (P, T) the meeting or -1.   busy, shown (P) sets of slots, among all and among those where they are there.
    used, used_careful (T).   cost (P) float.   key (P) the same cost as one whole number.
    broken, where (P): the first `whole[1]` of `broken` are the people who cost more than their least, each at its place `where`.
    best (M) the best slots met.   whole : 0 total key, 1 number of broken, 2 best key, 3 whether `best` is late.
    chain, mark (M) : scratch.   chance (1) the state of the generator.
    """

    slot: Any
    agenda: Any
    busy: Any
    shown: Any
    used: Any
    used_careful: Any
    cost: Any
    key: Any
    broken: Any
    where: Any
    best: Any
    whole: Any
    chain: Any
    mark: Any
    chance: Any


class Weights(NamedTuple):
    """What costs what, in breaks; `forced` in quarters of a break. soft, hard : breaks of one person above which each costs more."""

    forced: int
    idle: float
    above: float
    soft: int
    hard: int


@inlined
def step(state: Any) -> Any:
    """The next state of the generator (xorshift on 64 bits)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    return state ^ (state << np.uint64(17))


@inlined
def share(state: Any, shift: int, below: int) -> int:
    """A whole number from 0 to below - 1 out of 20 bits of a state."""
    return (np.int64((state >> np.uint64(shift)) & np.uint64(0xFFFFF)) * below) >> 20


@inlined
def count(mask: int) -> int:
    """How many bits of a set; one instruction once compiled."""
    found = 0
    while mask:
        mask &= mask - 1
        found += 1
    return found


@inlined
def lowest(mask: int) -> int:
    """The index of the lowest bit set."""
    return count((mask & -mask) - 1)


@inlined
def pick(mask: int, state: Any, shift: int) -> int:
    """The index of one of the bits set."""
    for _ in range(share(state, shift, count(mask))):
        mask &= mask - 1
    return lowest(mask)


@inlined
def idle_in(shown: int) -> int:
    """How many bits unset between the lowest and the highest set."""
    span = shown | shown >> 1
    span |= span >> 2
    span |= span >> 4
    span |= span >> 8
    span |= span >> 16
    span |= span >> 32
    return count(span & -(shown & -shown)) - count(shown)


@inlined
def row_around(session: Any, busy: int, slot: int) -> int:
    """How many meetings in a row, inside one session, around a slot."""
    inside = busy & session[slot]
    first, last = slot, slot
    while first > 0 and inside >> (first - 1) & 1:
        first -= 1
    while inside >> (last + 1) & 1:
        last += 1
    return last - first + 1


@compiled
def paused(session: Any, available: int, row: int, busy: int) -> tuple[int, int, int]:
    """(breaks, unwanted breaks, unwanted idle slots) of somebody who asks for pauses; see counting.day."""
    breaks, unwanted, idle = 0, 0, 0
    slot = lowest(busy)
    while True:
        run, inside = 0, session[slot]
        while busy >> slot & 1:
            run = run + 1 if inside >> slot & 1 else 1
            inside = session[slot]
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


@inlined
def price(fixed_row: int, available: int, session: Any, weights: Any, busy: int, shown: int) -> tuple[float, int]:
    """What somebody's agenda costs: the cost that guides, and the one that ranks."""
    if fixed_row < 0 or busy == 0:
        return 0.0, 0
    if fixed_row > 0:
        breaks, unwanted, idle = paused(session, available, fixed_row, busy)
    else:
        breaks = count(busy & ~(busy << 1)) - 1
        unwanted = count(shown & ~(shown << 1)) - 1
        idle = idle_in(shown)
    quarters = 4 * unwanted + weights.forced * (breaks - unwanted)
    over, far = max(0, breaks - weights.hard), max(0, breaks - weights.soft)
    guide = 0.25 * quarters + weights.idle * idle + weights.above * (far + over)
    return guide, (((over << BREAK_BITS) + quarters) << IDLE_BITS) + idle


@inlined
def walk(agenda: Any, pair: Any, domain: Any, chain: Any, one: int, here: int, there: int, start: int) -> tuple[int, int, int]:
    """Follow the chain of two-people meetings from somebody busy in `here` and free in `there`, writing it in `chain` from `start`.

    Returns (its end, -1 when a meeting may not move; who is at the other end; the slot they leave).
    """
    slot, end = here, start
    meeting = agenda[one, here]
    while True:
        other = here + there - slot
        if not domain[meeting] >> other & 1:
            return -1, one, slot
        chain[end] = meeting
        end += 1
        one = pair[meeting] ^ one
        meeting = agenda[one, other]
        if meeting < 0:
            return end, one, slot
        slot = other


@compiled
def far_enough(fixed: Any, moving: Any, end: int, here: int, there: int) -> bool:
    """Whether the meetings of a chain, once exchanged, stand far enough from the others."""
    slots, mark, chain = moving.slot, moving.mark, moving.chain
    for rank in range(end):
        mark[chain[rank]] = 1
    sound = True
    for rank in range(end):
        meeting = chain[rank]
        slot = here + there - slots[meeting]
        for gap in range(fixed.gap_first[meeting], fixed.gap_first[meeting + 1]):
            other = fixed.gaps[gap, 0]
            where = slots[other]
            if where >= 0:
                if mark[other]:
                    where = here + there - where
                far = slot - where
                side = fixed.gaps[gap, 2]
                if side == 2:
                    far = -far
                elif side == 3:
                    far = abs(far)
                if far < fixed.gaps[gap, 1]:
                    sound = False
    for rank in range(end):
        mark[chain[rank]] = 0
    return sound


@inlined
def exchange(slots: Any, agenda: Any, people: Any, chain: Any, end: int, here: int, there: int) -> None:
    """Exchange the two slots along the chain."""
    for rank in range(end):
        meeting = chain[rank]
        for column in range(people.shape[1]):
            if people[meeting, column] >= 0:
                agenda[people[meeting, column], slots[meeting]] = -1
        slots[meeting] = here + there - slots[meeting]
    for rank in range(end):
        meeting = chain[rank]
        for column in range(people.shape[1]):
            if people[meeting, column] >= 0:
                agenda[people[meeting, column], slots[meeting]] = meeting


@inlined
def mend(broken: Any, where: Any, whole: Any, one: int, wrong: bool) -> None:
    """Keep the list of the people who cost more than their least."""
    at = where[one]
    if wrong and at < 0:
        where[one] = whole[1]
        broken[whole[1]] = one
        whole[1] += 1
    elif not wrong and at >= 0:
        whole[1] -= 1
        last = broken[whole[1]]
        broken[at] = last
        where[last] = at
        where[one] = -1


@inlined
def turned(rank: Any, one: int, leaves: int, takes: int) -> int:
    """The bits of somebody's own slots that change."""
    return (1 << rank[one, leaves]) | (1 << rank[one, takes])


@inlined
def roomy(used: Any, places: Any, here: int, there: int, more: int) -> bool:
    """Whether both slots have the places for so many more meetings in `there` and fewer in `here`."""
    return used[there] + more <= places[there] and used[here] - more <= places[here]


@inlined
def taken(slots: Any, needing: Any, chain: Any, end: int, there: int) -> int:
    """How many places more `there` needs once the chain is exchanged."""
    more = 0
    for rank in range(end):
        meeting = chain[rank]
        if slots[meeting] == there:
            more -= needing[meeting]
        else:
            more += needing[meeting]
    return more


@compiled
def anneal(fixed: Any, moving: Any, weights: Any, tries: int, hot: float, cold: float) -> None:
    """Try exchanges, the temperature going down from `hot` to `cold`; what is best is kept in moving.best."""
    available, rank, slot_of, within, row = fixed.available, fixed.rank, fixed.slot_of, fixed.within, fixed.row
    pair, domain, table, careful, tables, step_free = fixed.pair, fixed.domain, fixed.table, fixed.careful, fixed.tables, fixed.step_free
    session, movers, luck = fixed.session, fixed.movers, fixed.luck
    slots, agenda, busy, shown, used, used_careful = moving.slot, moving.agenda, moving.busy, moving.shown, moving.used, moving.used_careful
    attending, least, best, key, where = fixed.people, fixed.least, moving.best, moving.key, moving.where
    cost, broken, whole, chain, chance = moving.cost, moving.broken, moving.whole, moving.chain, moving.chance
    people, gaps, steps, luckies = available.shape[0], fixed.gaps.shape[0] > 0, careful.any(), luck.shape[0]
    temperature, cooling, state = hot, (cold / hot) ** (1.0 / tries), chance[0]
    for _ in range(tries):
        temperature *= cooling
        state = step(state)
        if whole[1] > 0 and share(state, 0, 8) < BROKEN8:
            one = broken[share(state, 20, whole[1])]
        else:
            one = movers[share(state, 20, movers.shape[0])]
        mask = shown[one]
        free = within[one] & ~mask
        if free == 0:
            continue
        leaving, taking = mask, free
        if share(state, 40, 8) < EDGE8:
            leaving = mask & ~((mask << 1) & (mask >> 1))
            taking = free & ((mask << 1) | (mask >> 1))
        state = step(state)
        leave, take = pick(leaving, state, 0), pick(taking, state, 20)
        here, there = slot_of[one, leave], slot_of[one, take]
        after = busy[one] ^ (1 << here) ^ (1 << there)
        allowed = temperature * luck[share(state, 40, luckies)]
        more = price(row[one], available[one], session, weights, after, mask ^ (1 << leave) ^ (1 << take))[0] - cost[one]
        if more > 0.5 * allowed or (row[one] > 0 and row_around(session, after, there) > row[one]):
            continue
        end, last, leaves = walk(agenda, pair, domain, chain, one, here, there, 0)
        if end < 0:
            continue
        takes = here + there - leaves
        after = busy[last] ^ (1 << leaves) ^ (1 << takes)
        more += price(row[last], available[last], session, weights, after, shown[last] ^ turned(rank, last, leaves, takes))[0] - cost[last]
        if more > allowed or (row[last] > 0 and row_around(session, after, takes) > row[last]):
            continue
        third, fourth, fourth_leaves, full = -1, -1, 0, here
        tabled = taken(slots, table, chain, end, there)
        stepless = taken(slots, careful, chain, end, there) if steps else 0
        if not (roomy(used, tables, here, there, tabled) and (not steps or roomy(used_careful, step_free, here, there, stepless))):
            full = there if tabled > 0 or stepless > 0 else here
            other = here + there - full
            for _ in range(10):
                state = step(state)
                third = share(state, 0, people)
                if third != one and third != last and agenda[third, full] >= 0 and agenda[third, other] < 0:
                    break
                third = -1
            if third < 0:
                continue
            end, fourth, fourth_leaves = walk(agenda, pair, domain, chain, third, full, other, end)
            if end < 0:
                continue
            tabled = taken(slots, table, chain, end, there)
            stepless = taken(slots, careful, chain, end, there) if steps else 0
            if not (roomy(used, tables, here, there, tabled) and (not steps or roomy(used_careful, step_free, here, there, stepless))):
                continue
            takes = here + there - fourth_leaves
            after = busy[third] ^ (1 << full) ^ (1 << other)
            more += price(row[third], available[third], session, weights, after, shown[third] ^ turned(rank, third, full, other))[0] - cost[third]
            if row[third] > 0 and row_around(session, after, other) > row[third]:
                continue
            after = busy[fourth] ^ (1 << here) ^ (1 << there)
            more += price(row[fourth], available[fourth], session, weights, after, shown[fourth] ^ turned(rank, fourth, here, there))[0] - cost[fourth]
            if more > allowed or (row[fourth] > 0 and row_around(session, after, takes) > row[fourth]):
                continue
        if gaps and not far_enough(fixed, moving, end, here, there):
            continue
        if whole[3]:
            best[:] = slots
            whole[3] = 0
        exchange(slots, agenda, attending, chain, end, here, there)
        used[there] += tabled
        used[here] -= tabled
        used_careful[there] += stepless
        used_careful[here] -= stepless
        for end in range(4 if third >= 0 else 2):
            if end == 1:
                one, here, there = last, leaves, here + there - leaves
            elif end == 2:
                one, here, there = third, full, here + there - full
            elif end == 3:
                one, here, there = fourth, fourth_leaves, here + there - fourth_leaves
            busy[one] ^= (1 << here) ^ (1 << there)
            shown[one] ^= turned(rank, one, here, there)
            cost[one], after = price(row[one], available[one], session, weights, busy[one], shown[one])
            whole[0] += after - key[one]
            key[one] = after
            mend(broken, where, whole, one, cost[one] > least[one])
        if whole[0] < whole[2]:
            whole[2] = whole[0]
            whole[3] = 1
    chance[0] = state
    if whole[3]:
        best[:] = slots
        whole[3] = 0
