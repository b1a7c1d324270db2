"""The lines of the register that what companies told corrects, as a table to screen beside the register's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

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


def told_version() -> tuple[Any, ...]:
    """What changes when a fact is told, taken back or erased; one small query."""
    from django.db.models import Count, Max

    facts = CompanyFact.objects.aggregate(
        count=Count("pk"), last=Max("pk"), withdrawn=Count("withdrawn_at"), last_withdrawn=Max("withdrawn_at")
    )
    return tuple(facts.values())


def told_frame(register: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """The rows of `register` (see `register_frame`) about which something was told, corrected as `facts_of` corrects them.

    Same columns, those of the facts told besides; in the order of the register. Empty when nothing was told.
    """
    codes = pl.Series(list(CompanyFact.objects.known_on(as_of).values_list("code", flat=True).distinct()), dtype=pl.String)
    if codes.is_empty():
        return register.clear()
    rows = register.filter(pl.col("siret").is_in(codes.implode()) | pl.col("siren").is_in(codes.implode()))
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
    for row in part.iter_rows(named=True):
        days = dated.get(row["siret"], {})
        held = {key: Fact(None, as_of=day) for key, day in days.items() if _is_known(row, key)}
        facts = together(held, said.get(row["siret"], {}))
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
