"""Which establishments are industrial: an explicit, sourced rule, and the name of the rule that let each one in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from ensembleur.territory.engine.activities import SECTIONS

LEVELS = ("core", "extended", "all")
MANUAL = "manual"
OUTSIDE = "all"  # rule of a record let in only because every activity was asked for


@dataclass(frozen=True)
class Extension:
    """Activities near industry. `automatic` false: only the establishments listed by hand come in."""

    id: str
    naf: tuple[str, ...]
    automatic: bool
    reason: str
    source: str


@dataclass(frozen=True)
class Inclusion:
    """One establishment or company let in by hand, and why."""

    number: str
    reason: str
    rule: str = MANUAL
    decided_on: date | None = None


@dataclass(frozen=True)
class Perimeter:
    """The whole rule."""

    sections: tuple[str, ...]
    core_reason: str
    extensions: tuple[Extension, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()

    def rule_expression(self, level: str) -> pl.Expr:
        """The name of the rule that lets each row in, null when none does.

        Columns: siret, siren, naf, naf_2025 (text, empty when unknown).   level : one of LEVELS.
        """
        division = (
            pl.when(pl.col("naf") != "")
            .then(pl.col("naf"))
            .otherwise(pl.col("naf_2025"))
            .str.slice(0, 2)
            .cast(pl.Int8, strict=False)
        )
        rule: Any = pl.when(pl.lit(value=False)).then(pl.lit(""))
        for section in self.sections:
            rule = rule.when(division.is_in(list(SECTIONS[section]))).then(pl.lit(f"core-{section}"))
        if level != "core":
            for extension in self.extensions:
                if extension.automatic:
                    begins = pl.any_horizontal(*(pl.col("naf").str.starts_with(code) for code in extension.naf))
                    rule = rule.when(begins).then(pl.lit(extension.id))
            for inclusion in self.inclusions:
                column = "siret" if len(inclusion.number) == 14 else "siren"
                rule = rule.when(pl.col(column) == inclusion.number).then(pl.lit(f"{MANUAL}-{inclusion.rule}"))
        fallback = pl.lit(OUTSIDE) if level == "all" else pl.lit(None, dtype=pl.String)
        named: pl.Expr = rule.otherwise(fallback)
        return named

    def reason_of(self, rule: str) -> str:
        """Why the rule exists, in French; empty for a rule that no longer does."""
        if rule.startswith("core-"):
            return self.core_reason
        name = rule.removeprefix(f"{MANUAL}-")
        return next((extension.reason for extension in self.extensions if extension.id == name), "")
