"""What a taking does of a measured figure: break it down, unite several, seal what it came from, and say why two differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.strategy.engine.counting import Union
from ensembleur.strategy.engine.registry import Measured

if TYPE_CHECKING:
    import polars as pl

FROM_OPERATIONS = ("unit", "value", "scheme")  # the other columns are places, sectors and sizes: the register gives them
_DEFINITION, _OPERATIONS, _REGISTER = 12, 40, 12  # hexadecimal digits of each part of a seal, 64 in all
Breakdown = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True)
class Seal:
    """Three fingerprints in one: of what was asked, of the operations that answered, of what the register says of them.

    The same on every machine and with every version of the tools: it is made of text, sorted here.
    """

    definition: str
    operations: str
    register: str

    @property
    def text(self) -> str:
        """64 hexadecimal digits."""
        return self.definition + self.operations + self.register

    @classmethod
    def read(cls, text: str) -> Seal:
        """The seal written in a measurement."""
        end = _DEFINITION + _OPERATIONS
        return cls(text[:_DEFINITION], text[_DEFINITION:end], text[end:])


def seal(measured: Measured, asked: Sequence[Any]) -> Seal:
    """The seal of a figure. asked : name and version of the measurement, first day, label, parameters, as plain data."""
    given = [str(one) for one in (measured.value, measured.numerator, measured.denominator)]
    frame = measured.contributions
    columns = [] if frame is None else sorted(frame.columns)
    rest = [name for name in columns if name not in FROM_OPERATIONS]
    return Seal(
        _fingerprint(_plain(asked), _DEFINITION),
        _fingerprint([given, _lines(frame, [name for name in columns if name in FROM_OPERATIONS])], _OPERATIONS),
        _fingerprint(_lines(frame, ["unit", *rest]) if rest else "", _REGISTER),
    )


def _lines(frame: pl.DataFrame | None, columns: Sequence[str]) -> str:
    """The rows as sorted text; numbers are written by Python, whose way does not change."""
    import polars as pl

    if frame is None:
        return ""
    texts = [
        frame[name].fill_null("")
        if frame.schema[name] == pl.String
        else pl.Series(name, list(map(str, frame[name].to_list())), pl.String)
        for name in columns
    ]
    rows = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\x1f")).to_series()
    return "\n".join(rows.sort().to_list())


def _plain(asked: Sequence[Any]) -> str:
    return json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)


def _fingerprint(said: Any, digits: int) -> str:
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def breakdown(measured: Measured, dimensions: Iterable[str]) -> Breakdown:
    """dimension → key → [value, different units, largest contribution of one unit], as text and whole numbers.

    The key "" is what has no place, sector or size known. Parts of a figure that counts units do not add up by design.
    """
    frame = measured.contributions
    if frame is None or frame.is_empty():
        return {}
    return {name: _cells(frame, name, measured.counts_units) for name in dimensions if name in frame.columns}


def _cells(frame: pl.DataFrame, name: str, counts_units: bool) -> dict[str, list[Any]]:
    import polars as pl

    value = pl.lit(1, dtype=pl.Int64) if counts_units else pl.col("value").sum()
    by_unit = frame.group_by(pl.col(name).fill_null(""), "unit").agg(value=value)
    cells = by_unit.group_by(name).agg(pl.col("value").sum(), units=pl.len(), largest=pl.col("value").max()).sort(name)
    return {key: [str(value), units, str(largest)] for key, value, units, largest in cells.iter_rows()}


def largest(measured: Measured) -> Decimal | None:
    """What the unit that brings most brings to the whole; None when nothing can be broken down."""
    frame = measured.contributions
    if frame is None or frame.is_empty():
        return None
    if measured.counts_units:
        return Decimal(1)
    held: dict[str, Decimal] = {}
    for unit, value in frame.select("unit", "value").drop_nulls("value").iter_rows():  # who still waits has no delay yet
        held[unit] = held.get(unit, Decimal(0)) + Decimal(str(value))
    return max(held.values(), default=None)


def united(parts: Mapping[str, Measured], whole: Union) -> Measured:
    """Several measured sets as one: each unit counts once. When one part cannot be known, neither can the whole.

    parts : code → figure.   whole : the union of their members.
    """
    import polars as pl

    unknown = next((part for part in parts.values() if part.value is None), None)
    if unknown is not None:
        return Measured(None, why=unknown.why, why_en=unknown.why_en, is_gone=unknown.is_gone)
    frames = [part.contributions for part in parts.values() if part.contributions is not None]
    together = pl.concat([frame.drop("value") for frame in frames], how="diagonal").unique() if frames else None
    since = min((part.seen_since for part in parts.values() if part.seen_since), default=None)
    return Measured(
        value=Decimal(whole.total),
        contributions=None if together is None else together.with_columns(value=pl.lit(1)),
        counts_units=True,
        seen_since=since,
    )


@dataclass(frozen=True)
class Said:
    """What a line of measurement says, for comparing two of the same day. start : the first day counted."""

    value: Decimal | None
    units: int | None
    query: str
    start: date
    seal: Seal


def why_they_differ(before: Said, after: Said, as_of: date) -> str:
    """One French sentence, kept with the new line: what changed between two takings of one day. Empty when nothing did."""
    if after.seal == before.seal:
        return ""
    shown = f"{_shown(before)}, puis {_shown(after)}."
    if after.query != before.query:
        return f"Le calcul a changé ({before.query}, puis {after.query}) : {shown}"
    if after.start != before.start:
        return f"La période comptée a changé : elle commençait le {before.start:%d/%m/%Y}, elle commence le {after.start:%d/%m/%Y} ; {shown}"
    if after.seal.definition != before.seal.definition:
        return f"La fiche de l'indicateur compte autre chose (paramètres ou étiquette changés) : {shown}"
    if after.seal.operations != before.seal.operations:
        return f"Des opérations datées du {as_of:%d/%m/%Y} ou d'avant ont été enregistrées ou corrigées depuis : {shown}"
    return "Le répertoire a changé depuis : la valeur est la même, sa répartition par lieu, secteur ou taille ne l'est pas."


def _shown(one: Said) -> str:
    value = "inconnu" if one.value is None else f"{one.value.normalize():f}".replace(".", ",")
    return value if one.units is None else f"{value} ({one.units} unité{'s' if one.units > 1 else ''})"
