"""The lines of the register that what companies told corrects, as a table to screen beside the register's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db.models import Count, Max, Q

from ensembleur.logic.comparing import limits
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.groups import derive
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries.facts import MEASURED, together, told_among
from ensembleur.territory.queries.register import measured_on

NUMBERS = {"number", "money", "share"}
TYPES: dict[str, Any] = {"bool": pl.Boolean, "date": pl.Date, "codes": pl.List(pl.String)}
ROOM = "de_minimis_room_eur"
CHUNK = 5_000  # SIRETs in one query


@dataclass(frozen=True)
class Version:
    """What changes when a fact is told, taken back or erased."""

    count: int
    last: int | None
    withdrawn: int
    last_withdrawn: datetime | None


def told_version() -> Version:
    """Where the facts told stand; one small query."""
    return Version(
        **CompanyFact.objects.aggregate(
            count=Count("pk"), last=Max("pk"), withdrawn=Count("withdrawn_at"), last_withdrawn=Max("withdrawn_at")
        )
    )


def told_frame(register: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """The rows of `register` (see `register_frame`) about which something was told, corrected as `facts_of` corrects them.

    Same columns, those of the facts told besides. Empty when nothing was told.
    """
    codes = CompanyFact.objects.known_on(as_of).values_list("code", flat=True).distinct()
    return _rows_of(register, codes, as_of)


def told_since(before: pl.DataFrame, then: Version, now: Version, register: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """`told_frame` from the one made `then`: only the companies that told or took back something meanwhile are read again."""
    newer = Q(pk__gt=then.last or 0)
    added = CompanyFact.objects.filter(newer).count()
    if now.count != then.count + added:  # some were erased: which ones is not kept
        return told_frame(register, as_of=as_of)
    taken_back = Q(withdrawn_at__isnull=False)
    if then.last_withdrawn is not None:
        taken_back &= Q(withdrawn_at__gte=then.last_withdrawn)
    codes = list(CompanyFact.objects.filter(newer | taken_back).values_list("code", flat=True).distinct())
    changed = pl.Series(codes, dtype=pl.String).implode()
    kept = before.filter(~(pl.col("siret").is_in(changed) | pl.col("siren").is_in(changed)))
    again = _rows_of(register, codes, as_of)
    return pl.concat([frame for frame in (kept, again) if not frame.is_empty()] or [again], how="diagonal_relaxed")


def _rows_of(register: pl.DataFrame, codes: Iterable[str], as_of: date) -> pl.DataFrame:
    wanted = pl.Series(list(codes), dtype=pl.String)
    if wanted.is_empty():
        return register.clear()
    rows = register.filter(pl.col("siret").is_in(wanted.implode()) | pl.col("siren").is_in(wanted.implode()))
    corrected: list[dict[str, Any]] = []
    for part in rows.iter_slices(CHUNK):
        corrected += _corrected(part, as_of)
    schema = dict(register.schema)
    for row in corrected:
        schema |= {name: _type(name) for name in row if name not in schema}
    schema |= {name: pl.Float64 for name in schema if name.endswith(("_lo", "_hi"))}  # a declared size may be a fraction
    return pl.DataFrame(corrected, schema=schema) if corrected else register.clear()


def _corrected(part: pl.DataFrame, as_of: date) -> list[dict[str, Any]]:
    sirets = part["siret"].to_list()
    said = told_among(sirets, as_of=as_of)
    dated = measured_on([siret for siret, facts in said.items() if MEASURED & facts.keys()])
    rows = []
    for row in part.filter(pl.col("siret").is_in(list(said))).iter_rows(named=True):
        days = dated.get(row["siret"], {})
        held = {key: Fact(None, as_of=day) for key, day in days.items() if _is_known(row, key)}
        facts = together(held, said[row["siret"]])
        rows.append(row | _cells({key: fact for key, fact in facts.items() if fact.value is not None}, as_of))
    return rows


def _is_known(row: Mapping[str, Any], key: str) -> bool:
    return any(row.get(name) is not None for name in (key, f"{key}_lo", f"{key}_hi"))


def _cells(facts: Mapping[str, Fact], as_of: date) -> dict[str, Any]:
    """The columns a rule reads, from facts."""
    cells: dict[str, Any] = {}
    for key, fact in facts.items():
        kind = VOCABULARY[key].kind
        if kind == "aids":
            room = derive({key: fact}, as_of=as_of)[ROOM]
            cells |= {f"{ROOM}_{end}": float(room.value) for end in ("lo", "hi")}
        elif kind in NUMBERS:
            ends = limits(fact, key)
            cells |= {
                f"{key}_{end}": None if bound is None else float(bound) for end, bound in zip(("lo", "hi"), ends, strict=True)
            }
        else:
            cells[key] = list(fact.value) if kind == "codes" else fact.value
    return cells


def _type(name: str) -> Any:
    key = VOCABULARY.get(name)
    return pl.Float64 if key is None else TYPES.get(key.kind, pl.String)
