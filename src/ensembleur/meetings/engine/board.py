"""A timetable being made: who is busy when, which tables are taken, where a meeting may go, and the chains of exchanges between two slots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ensembleur.meetings.engine.arrays import AFTER, BEFORE, NO_TABLE, STEP_FREE_TABLE, Grid


def bits(mask: int) -> Iterator[int]:
    """The slots of a set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Board:
    """Meetings in slots, never against a hard rule.

    slot : of each meeting, -1 while it has none.   agenda : the meeting of each of the people in each slot, -1 for none.
    busy : the slots of each of the people, as bits.   at : the meetings of each slot that use a table, in order of arrival.
    roomy, stepless : the slots with a free table, with a free table without a step, as bits.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        slots = range(grid.problem.slot_count)
        self.slot = [-1] * len(grid.meetings)
        self.agenda = [[-1] * len(slots) for _ in grid.people]
        self.busy = [0] * len(grid.people)
        self.at: list[dict[int, None]] = [{} for _ in slots]
        self.careful = [0] * len(slots)
        self.roomy = sum(1 << slot for slot in slots if grid.tables[slot] > 0)
        self.stepless = sum(1 << slot for slot in slots if grid.step_free[slot] > 0)

    def put(self, meeting: int, slot: int) -> None:
        """Give a meeting its slot, unchecked."""
        self.slot[meeting] = slot
        for one in self.grid.attendees[meeting]:
            self.agenda[one][slot] = meeting
            self.busy[one] |= 1 << slot
        if self.grid.needs[meeting] != NO_TABLE:
            self.at[slot][meeting] = None
            self.careful[slot] += self.grid.needs[meeting] == STEP_FREE_TABLE
            self._count(slot)

    def take(self, meeting: int) -> None:
        """Take its slot from a meeting."""
        slot = self.slot[meeting]
        self.slot[meeting] = -1
        for one in self.grid.attendees[meeting]:
            self.agenda[one][slot] = -1
            self.busy[one] ^= 1 << slot
        if self.grid.needs[meeting] != NO_TABLE:
            del self.at[slot][meeting]
            self.careful[slot] -= self.grid.needs[meeting] == STEP_FREE_TABLE
            self._count(slot)

    def _count(self, slot: int) -> None:
        """Whether a slot still has a table."""
        bit = 1 << slot
        self.roomy = self.roomy | bit if len(self.at[slot]) < self.grid.tables[slot] else self.roomy & ~bit
        self.stepless = self.stepless | bit if self.careful[slot] < self.grid.step_free[slot] else self.stepless & ~bit

    def full(self, meeting: int) -> list[int]:
        """Its people who can have no meeting more, wherever the others go."""
        busy, available, most = self.busy, self.grid.available, self.grid.most
        return [one for one in self.grid.attendees[meeting] if busy[one].bit_count() >= most[one] or busy[one] == available[one]]

    def legal(self, meeting: int) -> int:
        """The slots where a meeting without slot may go at once, as bits."""
        grid = self.grid
        free = grid.domain[meeting]
        for one in grid.attendees[meeting]:
            free &= ~self.busy[one]
            if self.busy[one].bit_count() >= grid.most[one]:
                return 0
        free &= self.tables(meeting)
        if free and meeting in grid.gaps:
            free &= self.apart(meeting)
        for one in grid.attendees[meeting]:
            if free and grid.in_a_row[one]:
                free &= ~self.tiring(one, free)
        return free

    def tables(self, meeting: int) -> int:
        """The slots where a table is left for it, as bits."""
        need = self.grid.needs[meeting]
        if need == NO_TABLE:
            return self.grid.problem.all_slots
        return self.roomy & self.stepless if need == STEP_FREE_TABLE else self.roomy

    def apart(self, meeting: int) -> int:
        """The slots far enough from the meetings it must stand apart from, as bits."""
        free = self.grid.problem.all_slots
        for other, slots, side in self.grid.gaps[meeting]:
            if (slot := self.slot[other]) >= 0:
                before, after = (1 << max(slot - slots + 1, 0)) - 1, -1 << slot + slots
                free &= after if side == AFTER else before if side == BEFORE else before | after
        return free

    def near(self, meeting: int, slot: int) -> list[int]:
        """The meetings that it would stand too near in this slot, or in the wrong order."""
        found = []
        for other, slots, side in self.grid.gaps.get(meeting, ()):
            if (where := self.slot[other]) >= 0:
                far = slot - where if side == AFTER else where - slot if side == BEFORE else abs(slot - where)
                if far < slots:
                    found.append(other)
        return found

    def tiring(self, one: int, among: int) -> int:
        """Of those slots, the ones that would give somebody too many meetings in a row, as bits."""
        return sum(1 << slot for slot in bits(among) if self.row(one, slot) > self.grid.in_a_row[one])

    def row(self, one: int, slot: int) -> int:
        """How many meetings in a row, inside one session, somebody would have around this slot if they had one in it."""
        session = next((part for part in self.grid.sessions if part >> slot & 1), -1)
        busy, first, last = self.busy[one] & session, slot, slot
        while first and busy >> first - 1 & 1:
            first -= 1
        while busy >> last + 1 & 1:
            last += 1
        return last - first + 1

    def chain(self, first: Iterable[int], here: int, there: int) -> list[int]:
        """The meetings that must change slot together when these leave `here` for `there`, and the others come back."""
        attendees, agenda = self.grid.attendees, self.agenda
        found = dict.fromkeys(first)
        waiting = list(found)
        while waiting:
            meeting = waiting.pop()
            across = there if self.slot[meeting] == here else here
            for one in attendees[meeting]:
                other = agenda[one][across]
                if other >= 0 and other not in found:
                    found[other] = None
                    waiting.append(other)
        return list(found)

    def exchange(self, chain: list[int], here: int, there: int) -> bool:
        """Exchange the two slots along a chain; False, and nothing is changed, when that breaks a rule."""
        domain, slot = self.grid.domain, self.slot
        for meeting in chain:
            if not domain[meeting] >> (there if slot[meeting] == here else here) & 1:
                return False
        self.turn(chain, here, there)
        if self._sound(chain, here, there):
            return True
        self.turn(chain, here, there)
        return False

    def turn(self, chain: list[int], here: int, there: int) -> None:
        """Exchange the two slots along a chain, unchecked."""
        goes = [(meeting, there if self.slot[meeting] == here else here) for meeting in chain]
        for meeting in chain:
            self.take(meeting)
        for meeting, slot in goes:
            self.put(meeting, slot)

    def _sound(self, chain: list[int], here: int, there: int) -> bool:
        """Whether a chain just exchanged respects tables, gaps and pauses."""
        grid = self.grid
        for slot in (here, there):
            if len(self.at[slot]) > grid.tables[slot] or self.careful[slot] > grid.step_free[slot]:
                return False
        for meeting in chain:
            if meeting in grid.gaps and not self.apart(meeting) >> self.slot[meeting] & 1:
                return False
            for one in grid.attendees[meeting]:
                if grid.in_a_row[one] and self.row(one, self.slot[meeting]) > grid.in_a_row[one]:
                    return False
        return True
