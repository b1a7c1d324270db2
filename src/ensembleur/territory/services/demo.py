"""Store the fictional region, or take it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from importlib import import_module
from importlib.util import find_spec

import polars as pl
from django.db import transaction

from ensembleur.periods import paris_day
from ensembleur.territory.catalogue.profile import demo_profile
from ensembleur.territory.choices import EstablishmentState, RunKind, UnitState
from ensembleur.territory.engine.bands import with_interval
from ensembleur.territory.engine.diffusion import masking_expression
from ensembleur.territory.engine.places import read_atlas
from ensembleur.territory.engine.population import Population, populate
from ensembleur.territory.models import Establishment, ImportRun, LegalUnit
from ensembleur.territory.queries.tables import completed
from ensembleur.territory.services.bulk import insert_rows
from ensembleur.territory.services.places import load_places

DEMO_RULE = "demonstration"


def populate_territory(
    *, seed: int, today: date, establishments: int = 45_000, on_rows: Callable[[int], None] | None = None
) -> ImportRun:
    """Replace the fictional part of the register by the region drawn from `seed`; real records are not touched.

    on_rows : called with a number of rows each time some are stored.   Raises BadInput when too many are asked for.
    """
    load_places()
    fine = [commune for commune in read_atlas().communes if commune.shape and commune.code != "75056"]
    population = populate(demo_profile(), fine, seed=seed, today=today, establishments=establishments)
    units, sites = _rows(population)
    with transaction.atomic():
        _remove()
        insert_rows(model=LegalUnit, frame=completed(LegalUnit, units), on_rows=on_rows)
        insert_rows(model=Establishment, frame=completed(Establishment, sites), on_rows=on_rows)
        run = ImportRun.objects.create(
            kind=RunKind.DEMO,
            done_at=_noon(today),
            as_of=today,
            counts={"added": sites.height, "units": units.height, "seed": seed, "asked": establishments},
        )
        transaction.on_commit(refresh_index)
    return run


def clear_territory(*, now: datetime) -> int:
    """Remove every fictional record; returns how many establishments there were."""
    with transaction.atomic():
        count = _remove()
        ImportRun.objects.create(kind=RunKind.CLEAR, done_at=now, as_of=paris_day(now), counts={"removed": count})
        transaction.on_commit(refresh_index)
    return count


def refresh_index() -> None:
    """Tell the search index, where there is one, that the register changed."""
    name = "ensembleur.territory.services.index"
    if find_spec(name) is not None:
        import_module(name).rebuild_index()


def _remove() -> int:
    sites = Establishment.objects.filter(is_fictional=True)
    count = sites.count()
    sites._raw_delete(sites.db)
    units = LegalUnit.objects.filter(is_fictional=True)
    units._raw_delete(units.db)
    return count


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _rows(population: Population) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The population in the columns of the two tables."""
    head = population.establishments.filter(pl.col("is_head_office")).select("siren", head_office_siret="siret")
    units = with_interval(population.units).join(head, on="siren", how="left", maintain_order="left")
    units = units.with_columns(
        state=pl.when("active").then(pl.lit(UnitState.ACTIVE.value)).otherwise(pl.lit(UnitState.CEASED.value)),
        masking=masking_expression(pl.col("diffusion"), legal_form=pl.col("legal_form")),
        naf_2025=_naf_2025(),
        is_fictional=pl.lit(True),
    )
    sites = with_interval(population.establishments).with_columns(
        state=pl.when("is_open").then(pl.lit(EstablishmentState.OPEN.value)).otherwise(pl.lit(EstablishmentState.CLOSED.value)),
        masking=masking_expression(pl.col("diffusion"), pl.col("unit_diffusion"), legal_form=pl.col("legal_form")),
        naf_2025=_naf_2025(),
        perimeter_rule=pl.lit(DEMO_RULE),
        is_fictional=pl.lit(True),
    )
    return units, sites


def _naf_2025() -> pl.Expr:
    """The new code where we have read it in a source; nothing is guessed from the letter."""
    return pl.when(pl.col("naf") == "17.12Z").then(pl.lit("17.12Y")).otherwise(pl.lit(""))
