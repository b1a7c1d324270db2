"""A formula under construction: variables are numbers from 1, a literal is one of them or its opposite, a clause wants one literal true."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

FEW = 6  # above that many, two by two costs more clauses than cutting the list in two


class Formula:
    """Clauses, and the last variable used."""

    def __init__(self) -> None:
        self.top = 0
        self.clauses: list[list[int]] = []

    def new(self) -> int:
        """One more variable."""
        self.top += 1
        return self.top

    def add(self, *clause: int) -> None:
        """At least one of those literals is true."""
        self.clauses.append(list(clause))

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal true exactly when one of those is; there is at least one."""
        if len(literals) == 1:
            return literals[0]
        found = self.new()
        self.add(-found, *literals)
        for one in literals:
            self.add(-one, found)
        return found

    def all_of(self, literals: Sequence[int]) -> int:
        """A literal true exactly when all of those are."""
        return -self.any_of([-one for one in literals])

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two of those are true."""
        if len(literals) <= FEW:
            for one, other in combinations(literals, 2):
                self.add(-one, -other)
        else:
            link = self.new()
            self.at_most_one([*literals[: FEW - 2], link])
            self.at_most_one([*literals[FEW - 2 :], -link])

    def counted(self, literals: Sequence[int], most: int) -> list[int]:
        """Literals in order: the k-th, from 0, is true exactly when more than k of those are; nothing is said above `most`.

        Source: totalizer of Bailleux and Boufkhad (2003), both ways.
        """
        if len(literals) <= 1:
            return list(literals)
        half = len(literals) // 2
        return self._sum(self.counted(literals[:half], most), self.counted(literals[half:], most), most)

    def _sum(self, left: list[int], right: list[int], most: int) -> list[int]:
        total = [self.new() for _ in range(min(len(left) + len(right), most))]
        for many in range(len(left) + 1):
            for more in range(len(right) + 1):
                if many + more:
                    reached = [-left[many - 1]] if many else []
                    reached += [-right[more - 1]] if more else []
                    self.add(*reached, total[min(many + more, len(total)) - 1])
                if many + more < len(total):
                    self.add(*left[many : many + 1], *right[more : more + 1], -total[many + more])
        for one, other in pairwise(total):
            self.add(one, -other)
        return total
