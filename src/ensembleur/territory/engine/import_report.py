"""What an import did, or would do, in figures and in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from ensembleur.territory.engine.register_diff import Difference
from ensembleur.territory.engine.sirene import REASONS

REJECTS = "rejects.csv"
SAMPLES = 8


@dataclass
class Report:
    """What an import did, or would do. `samples` : a few changes, one sentence each."""

    read: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0
    removed: int = 0
    outside: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    units_missing: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    rejects: Path | None = None
    samples: list[str] = field(default_factory=list)
    dry_run: bool = False

    def counts(self) -> dict[str, Any]:
        """The figures, for the record."""
        return {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "closed": self.closed,
            "removed": self.removed,
            "outside": self.outside,
            "rejected": dict(self.rejected),
            "units_missing": self.units_missing,
            "rules": self.rules,
        }

    def take(self, change: Difference, incoming: pl.DataFrame) -> None:
        """Count what changes among establishments; the values of masked ones are not sampled."""
        was = change.before.select("siret", was="state", masked="masking")
        moved = change.changed.join(was, on="siret", how="left")
        closed = moved.filter((pl.col("state") == "F") & (pl.col("was") == "A"))
        self.added, self.removed, self.closed = change.added.height, len(change.removed), closed.height
        self.changed = change.changed.height - closed.height
        self.rules = dict(incoming.drop_nulls("rule")["rule"].value_counts().sort("rule").iter_rows())
        hidden = set(moved.filter((pl.col("masking") != "") | (pl.col("masked") != ""))["siret"])
        for siret, column, old, new in change.fields()[: SAMPLES * 4]:
            if len(self.samples) < SAMPLES:
                values = "valeur masquée" if siret in hidden else f"{old!s} → {new!s}"
                self.samples.append(f"{siret} · {column} : {values}")

    def __str__(self) -> str:
        """« 664 lues · 651 ajoutées · 0 modifiées · 0 fermées · 13 écartées (commune inconnue : rejects.csv) »."""
        reasons = ", ".join(REASONS[code] for code, _count in self.rejected.most_common())
        parts = [
            f"{number(self.read)} lues",
            f"{number(self.added)} ajoutées",
            f"{number(self.changed)} modifiées",
            f"{number(self.closed)} fermées",
            f"{number(self.rejected.total())} écartées" + (f" ({reasons} : {REJECTS})" if reasons else ""),
        ]
        if self.removed:
            parts.append(f"{number(self.removed)} sorties du périmètre")
        if self.outside:
            parts.append(f"{number(self.outside)} hors périmètre")
        return " · ".join(parts)


def number(value: int) -> str:
    """« 44 064 115 », with no-break spaces."""
    return f"{value:,}".replace(",", "\u202f")
