"""What becomes of one line of a file brought in."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.strategy.engine.tabular import Row


@dataclass(frozen=True)
class Line:
    """what : added | updated | unchanged | rejected.   why : one sentence for a rejected one.   is_first : it brings a participation in.

    changes : (column, before, after) of those who were there already.
    """

    row: Row
    what: str
    why: str = ""
    is_first: bool = False
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def number(self) -> int:
        """Its number in the file, the headings being the first."""
        return self.row.line

    @property
    def text(self) -> str:
        """What it says, shortly."""
        return " · ".join(cell for cell in self.row.cells.values() if cell)
