"""The compiled inner loop: chains of exchanges between two slots, taken as in simulated annealing. Imported only when it runs.

Everything is a whole number in a table, a column a thing: that is what compiles to the fastest code. P people, M meetings, T slots.

who (P, 4)      what never changes of each of the people: AVAILABLE, the slots where they are there, as bits; WITHIN, the same slots
                numbered from 0 without those where they are away; ROW, the most meetings in a row, 0 for no limit, -1 for a shared
                home, which has no breaks to spare; LEAST, the cost nothing can bring them under.
agent (P, 5)    what changes: BUSY, the slots of their meetings as bits, SHOWN, the same numbered as WITHIN; COST, which guides;
                KEY, the cost that ranks; WHERE, their place in `broken`, -1 when they are not there.
rank, slot_of   (P, T) from a slot to its number in WITHIN, and back.
agenda (P, T)   the meeting of each of the people in each slot, -1 for none.
meeting (M, 4)  PAIR, its two people combined by exclusive or, so that one gives the other; DOMAIN, the slots it may take; TABLE and
                CAREFUL, 1 when it uses a table, a table without a step.
people (M, K)   its attendees, filled with -1.   slots, best (M) the slot of each, now and at the best time.
day (T, 5)      SESSION, the slots of the same session as bits; TABLES and STEP_FREE, how many; USED and USED_CAREFUL, how many now.
gap_first, gaps rows gap_first[m]:gap_first[m + 1] are the gaps of meeting m: other, slots, side (see arrays.AFTER and others).
movers, broken  people with a meeting and a slot to spare; first whole[BROKEN] of `broken`: those who cost more than their least.
whole (4)       TOTAL key, number of BROKEN, BEST key, whether `best` is LATE.
chain, ends     the meetings of a chain; the people at its ends, with the slot each leaves.   mark (M) zeros, for a moment's use.
luck            minus the logarithm of numbers spread evenly between 0 and 1.   chance (1) the state of the generator.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ensembleur.meetings.engine.pricing import (
    AVAILABLE,
    LEAST,
    ROW,
    STEP_FREE,
    TABLES,
    USED,
    USED_CAREFUL,
    WITHIN,
    compiled,
    count,
    pick,
    price,
    row_around,
    share,
    step,
)

BUSY, SHOWN, COST, KEY, WHERE = range(5)
PAIR, DOMAIN, TABLE, CAREFUL = range(4)
TOTAL, BROKEN, BEST, LATE = range(4)

FROM_BROKEN, AT_EDGES = 5, 6  # in eighths: tries from somebody with a break; tries that move an end of a run next to another
DRAWS = 30  # of somebody to give back a table
NEVER = 1 << 40
ONE = np.int64(1)


class Tables(NamedTuple):
    """The tables above."""

    who: Any
    agent: Any
    rank: Any
    slot_of: Any
    agenda: Any
    meeting: Any
    people: Any
    slots: Any
    best: Any
    day: Any
    gap_first: Any
    gaps: Any
    movers: Any
    broken: Any
    whole: Any
    chain: Any
    ends: Any
    mark: Any
    luck: Any
    chance: Any


@compiled
def somebody(state: Any, movers: Any, broken: Any, count: int) -> Any:
    """One of the people who can move, more often one of those who cost more than their least."""
    if count > 0 and share(state, 0, 8) < FROM_BROKEN:
        return broken[share(state, 20, count)]
    return movers[share(state, 20, movers.shape[0])]


@compiled
def dearer(who: Any, agent: Any, day: Any, rank: Any, weights: Any, one: int, leaves: int, takes: int) -> Any:
    """What it costs that somebody leaves a slot and takes another; NEVER when they would have too many meetings in a row."""
    busy = agent[one, BUSY] ^ ((ONE << leaves) | (ONE << takes))
    shown = agent[one, SHOWN] ^ ((ONE << rank[one, leaves]) | (ONE << rank[one, takes]))
    if who[one, ROW] > 0 and row_around(day, busy, takes) > who[one, ROW]:
        return NEVER
    return price(who, day, weights, one, busy, shown)[0] - agent[one, COST]


@compiled
def follow(agenda: Any, meeting: Any, chain: Any, ends: Any, here: int, there: int, links: int, last: int) -> tuple[int, int]:
    """Follow a chain of two-people meetings from the person ends[last], busy in `here` and free in `there`.

    The chain is written from `links`, its ends from `last`. Returns where they end; (-1, last) when a meeting may not move.
    """
    slot, one = here, ends[last, 0]
    ends[last, 1] = here
    link = agenda[one, here]
    while True:
        other = here + there - slot
        if not meeting[link, DOMAIN] >> other & 1:
            return -1, last
        chain[links] = link
        links += 1
        one = meeting[link, PAIR] ^ one
        link = agenda[one, other]
        if link < 0:
            ends[last + 1, 0], ends[last + 1, 1] = one, slot
            return links, last + 2
        slot = other


@compiled
def spread(
    agenda: Any,
    meeting: Any,
    people: Any,
    slots: Any,
    mark: Any,
    chain: Any,
    ends: Any,
    here: int,
    there: int,
    links: int,
    last: int,
) -> tuple[int, int]:
    """The same when a meeting gathers any number of people."""
    start, following, sound = links, links + 1, True
    chain[links] = agenda[ends[last, 0], here]
    mark[chain[links]] = 1
    while links < following and sound:
        link = chain[links]
        links += 1
        other = here + there - slots[link]
        sound = meeting[link, DOMAIN] >> other & 1 == 1
        for column in range(people.shape[1]):
            one = people[link, column]
            if one >= 0 and agenda[one, other] < 0:
                ends[last, 0], ends[last, 1] = one, slots[link]
                last += 1
            elif one >= 0 and not mark[agenda[one, other]]:
                mark[agenda[one, other]] = 1
                chain[following] = agenda[one, other]
                following += 1
    for place in range(start, following):
        mark[chain[place]] = 0
    return (following if sound else -1), last


@compiled
def far_enough(slots: Any, gap_first: Any, gaps: Any, mark: Any, chain: Any, links: int, here: int, there: int) -> bool:
    """Whether the meetings of a chain, once exchanged, stand far enough from the others."""
    for place in range(links):
        mark[chain[place]] = 1
    sound = True
    for place in range(links):
        link = chain[place]
        slot = here + there - slots[link]
        for gap in range(gap_first[link], gap_first[link + 1]):
            where = np.int64(slots[gaps[gap, 0]])
            if where >= 0:
                if mark[gaps[gap, 0]]:
                    where = here + there - where
                far, side = slot - where, gaps[gap, 2]
                if side == 2:
                    far = -far
                elif side == 3:
                    far = abs(far)
                if far < gaps[gap, 1]:
                    sound = False
    for place in range(links):
        mark[chain[place]] = 0
    return sound


@compiled
def taken(slots: Any, meeting: Any, need: int, chain: Any, links: int, there: int) -> int:
    """How many tables more `there` needs once the chain is exchanged; `need` is TABLE or CAREFUL."""
    more = 0
    for place in range(links):
        link = chain[place]
        more += -meeting[link, need] if slots[link] == there else meeting[link, need]
    return more


@compiled
def roomy(day: Any, here: int, there: int, tables: int, careful: int) -> Any:
    """Whether both slots have the tables for so many meetings more in `there` and fewer in `here`."""
    return (
        day[there, USED] + tables <= day[there, TABLES]
        and day[here, USED] - tables <= day[here, TABLES]
        and day[there, USED_CAREFUL] + careful <= day[there, STEP_FREE]
        and day[here, USED_CAREFUL] - careful <= day[here, STEP_FREE]
    )


@compiled
def companion(
    state: Any,
    who: Any,
    agent: Any,
    day: Any,
    rank: Any,
    weights: Any,
    agenda: Any,
    ends: Any,
    last: int,
    full: int,
    other: int,
    spare: Any,
) -> tuple[Any, int]:
    """Somebody busy in a full slot and free in the other, at no end of the chain, who may change for `spare`; -1 when none is drawn."""
    for _ in range(DRAWS):
        state = step(state)
        one = share(state, 0, agenda.shape[0])
        if agenda[one, full] >= 0 and agenda[one, other] < 0 and who[one, AVAILABLE] >> other & 1:
            met = dearer(who, agent, day, rank, weights, one, full, other) > spare
            for place in range(last):
                met = met or ends[place, 0] == one
            if not met:
                return state, one
    return state, -1


@compiled
def exchange(slots: Any, agenda: Any, people: Any, chain: Any, links: int, here: int, there: int) -> None:
    """Exchange the two slots along the chain."""
    for place in range(links):
        link = chain[place]
        for column in range(people.shape[1]):
            if people[link, column] >= 0:
                agenda[people[link, column], slots[link]] = -1
        slots[link] = here + there - slots[link]
    for place in range(links):
        link = chain[place]
        for column in range(people.shape[1]):
            if people[link, column] >= 0:
                agenda[people[link, column], slots[link]] = link


@compiled
def use(day: Any, here: int, there: int, tables: int, careful: int) -> None:
    """Count so many meetings more in `there`, and fewer in `here`."""
    day[there, USED] += tables
    day[here, USED] -= tables
    day[there, USED_CAREFUL] += careful
    day[here, USED_CAREFUL] -= careful


@compiled
def settle(
    who: Any, agent: Any, day: Any, rank: Any, weights: Any, broken: Any, whole: Any, one: int, leaves: int, takes: int
) -> None:
    """Write what somebody's agenda becomes and costs, and whether they count among the broken ones."""
    agent[one, BUSY] ^= (ONE << leaves) | (ONE << takes)
    agent[one, SHOWN] ^= (ONE << rank[one, leaves]) | (ONE << rank[one, takes])
    cost, key = price(who, day, weights, one, agent[one, BUSY], agent[one, SHOWN])
    whole[TOTAL] += key - agent[one, KEY]
    agent[one, COST], agent[one, KEY] = cost, key
    at = agent[one, WHERE]
    if cost > who[one, LEAST] and at < 0:
        agent[one, WHERE] = whole[BROKEN]
        broken[whole[BROKEN]] = one
        whole[BROKEN] += 1
    elif cost <= who[one, LEAST] and at >= 0:
        whole[BROKEN] -= 1
        moved = broken[whole[BROKEN]]
        broken[at] = moved
        agent[moved, WHERE] = at
        agent[one, WHERE] = -1


@compiled
def begin(tables: Any, weights: Any) -> None:
    """Count every agenda, and the least it can cost: that of meetings as close as may be, from the best first slot."""
    who, agent, day, slot_of, broken, whole = tables.who, tables.agent, tables.day, tables.slot_of, tables.broken, tables.whole
    whole[:] = 0
    for one in range(who.shape[0]):
        cost, key = price(who, day, weights, one, agent[one, BUSY], agent[one, SHOWN])
        agent[one, COST], agent[one, KEY], agent[one, WHERE], who[one, LEAST] = cost, key, -1, cost
        whole[TOTAL] += key
        wanted = count(agent[one, SHOWN])
        for first in range(count(who[one, WITHIN])):
            busy, shown, left = np.int64(0), np.int64(0), wanted
            for number in range(first, count(who[one, WITHIN])):
                bit = ONE << slot_of[one, number]
                if left and (who[one, ROW] <= 0 or row_around(day, busy | bit, slot_of[one, number]) <= who[one, ROW]):
                    busy, shown, left = busy | bit, shown | (ONE << number), left - 1
            if left == 0:
                who[one, LEAST] = min(who[one, LEAST], price(who, day, weights, one, busy, shown)[0])
        if cost > who[one, LEAST]:
            agent[one, WHERE] = whole[BROKEN]
            broken[whole[BROKEN]] = one
            whole[BROKEN] += 1
    whole[BEST] = whole[TOTAL]


@compiled
def anneal(tables: Any, weights: Any, pairs: bool, tries: int, hot: float, cold: float) -> None:
    """Try exchanges, the temperature going down from `hot` to `cold` thousandths of a break; the best is kept in tables.best.

    pairs : every meeting gathers exactly two people.
    """
    who, agent, rank, slot_of, agenda, meeting, people, slots, best, day = tables[:10]
    gap_first, gaps, movers, broken, whole, chain, ends, mark, luck, chance = tables[10:]
    temperature, cooling, state = hot, (cold / hot) ** (1.0 / tries), chance[0]
    for _ in range(tries):
        temperature *= cooling
        state = step(state)
        one = somebody(state, movers, broken, whole[BROKEN])
        leaving = agent[one, SHOWN]
        taking = who[one, WITHIN] & ~leaving  # never empty: who has no slot to spare costs their least, and is in neither list
        if share(state, 40, 8) < AT_EDGES:
            after, before = leaving << 1, leaving >> 1
            leaving, taking = leaving & ~(after & before), taking & (after | before)
        state = step(state)
        here, there = slot_of[one, pick(leaving, state, 0)], slot_of[one, pick(taking, state, 20)]
        allowed = temperature * luck[share(state, 40, luck.shape[0])]
        if dearer(who, agent, day, rank, weights, one, here, there) > 0.5 * allowed:
            continue  # the person at the other end may find the same chain: whoever gains most does
        ends[0, 0], links, last, more, tabled, careful = one, 0, 0, 0, 0, 0
        for turn in range(2):  # a second chain, when the first one lacks a table, gives it back
            first = last
            if pairs:
                links, last = follow(agenda, meeting, chain, ends, here, there, links, last)
            else:
                links, last = spread(agenda, meeting, people, slots, mark, chain, ends, here, there, links, last)
            if links < 0:
                break
            for place in range(first, last):
                more += dearer(who, agent, day, rank, weights, ends[place, 0], ends[place, 1], here + there - ends[place, 1])
            if more > allowed:
                links = -1
                break
            tabled = taken(slots, meeting, TABLE, chain, links, there)
            careful = taken(slots, meeting, CAREFUL, chain, links, there)
            if roomy(day, here, there, tabled, careful):
                break
            if tabled > 0 or careful > 0:
                here, there = there, here
            spare = allowed - more
            state, ends[last, 0] = companion(state, who, agent, day, rank, weights, agenda, ends, last, here, there, spare)
            if turn or ends[last, 0] < 0:
                links = -1
                break
        if links < 0 or (gaps.shape[0] > 0 and not far_enough(slots, gap_first, gaps, mark, chain, links, here, there)):
            continue
        if whole[LATE]:
            best[:], whole[LATE] = slots, 0
        exchange(slots, agenda, people, chain, links, here, there)
        use(day, here, there, tabled, careful)
        for place in range(last):
            settle(who, agent, day, rank, weights, broken, whole, ends[place, 0], ends[place, 1], here + there - ends[place, 1])
        if whole[TOTAL] < whole[BEST]:
            whole[BEST], whole[LATE] = whole[TOTAL], 1
    chance[0] = state
    if whole[LATE]:
        best[:], whole[LATE] = slots, 0
