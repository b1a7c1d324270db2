"""The atomic switch of the register, and its exact undoing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import models, transaction

from ensembleur.errors import Refused
from ensembleur.territory.choices import RunKind, RunState
from ensembleur.territory.engine.register_diff import Difference
from ensembleur.territory.models import Establishment, ImportBatch, ImportRun, LegalUnit
from ensembleur.territory.queries.tables import schema_of
from ensembleur.territory.services.bulk import delete_rows, insert_rows, upsert_rows
from ensembleur.territory.services.demo import refresh_index

BATCH = 1_000
UNDOABLE_RUNS = 3  # older imports keep their counts and hashes, not the rows they replaced
_TABLES: dict[str, type[models.Model]] = {"unit": LegalUnit, "establishment": Establishment}


@transaction.atomic
def apply_import(
    *,
    sites: Difference,
    units: Difference,
    files: dict[str, Any],
    counts: dict[str, Any],
    level: str,
    rejects: str,
    as_of: date,
    now: datetime,
    on_rows: Callable[[int], None] | None = None,
) -> ImportRun:
    """Write both differences and what they replaced, or nothing at all."""
    run = ImportRun.objects.create(
        kind=RunKind.IMPORT, done_at=now, as_of=as_of, perimeter=level, files=files, counts=counts, rejects=rejects[-300:]
    )
    for table, change in (("unit", units), ("establishment", sites)):
        _remember(run, table, change)
    for model, change in ((LegalUnit, units), (Establishment, sites)):
        insert_rows(model=model, frame=change.added, on_rows=on_rows)
        upsert_rows(model=model, frame=change.changed, on_rows=on_rows)
    delete_rows(model=Establishment, keys=sites.removed)
    delete_rows(model=LegalUnit, keys=units.removed)
    old = ImportRun.objects.filter(kind=RunKind.IMPORT).order_by("-pk").values_list("pk", flat=True)[UNDOABLE_RUNS:]
    ImportBatch.objects.filter(run__in=list(old)).delete()
    transaction.on_commit(refresh_index, robust=True)
    return run


@transaction.atomic
def undo_import(*, now: datetime) -> ImportRun:
    """Bring the register back to what it was before the last import. Raises Refused when none can be undone."""
    run = ImportRun.objects.filter(kind=RunKind.IMPORT, state=RunState.APPLIED).order_by("-pk").first()
    if run is None:
        raise Refused("nothing_to_undo", "Aucun import n'est en vigueur : il n'y a rien à défaire.")
    changes_rows = any(run.counts.get(word) for word in ("added", "changed", "closed", "removed"))
    if changes_rows and not run.batches.exists():
        raise Refused(
            "too_old",
            f"L'import du {run.done_at:%d/%m/%Y} est trop ancien pour être défait : importez de nouveau les fichiers voulus.",
        )
    for table, model in _TABLES.items():
        for batch in run.batches.filter(table=table).order_by("pk"):
            upsert_rows(model=model, frame=_thawed(model, batch.before))
    for table, model in reversed(_TABLES.items()):
        for batch in run.batches.filter(table=table):
            delete_rows(model=model, keys=batch.added)
    run.batches.all().delete()
    run.state = RunState.UNDONE
    run.save(update_fields=["state"])
    before = ImportRun.objects.filter(kind=RunKind.IMPORT, state=RunState.APPLIED).order_by("-pk").first()
    undo = ImportRun.objects.create(
        kind=RunKind.UNDO, done_at=now, as_of=before.as_of if before else run.as_of, counts={"undone": run.pk}
    )
    transaction.on_commit(refresh_index, robust=True)
    return undo


def _remember(run: ImportRun, table: str, change: Difference) -> None:
    before = change.before.with_columns(pl.col(pl.Date).cast(pl.String))
    added = change.added[change.key].to_list()
    batches = [
        ImportBatch(run=run, table=table, before=[list(row) for row in part.iter_rows()]) for part in before.iter_slices(BATCH)
    ]
    batches += [ImportBatch(run=run, table=table, added=added[start : start + BATCH]) for start in range(0, len(added), BATCH)]
    ImportBatch.objects.bulk_create(batches)


def _thawed(model: type[models.Model], rows: list[list[Any]]) -> pl.DataFrame:
    schema = schema_of(model)
    text = {name: pl.String if kind is pl.Date else kind for name, kind in schema.items()}
    days = [pl.col(name).str.to_date("%Y-%m-%d") for name, kind in schema.items() if kind is pl.Date]
    return pl.DataFrame(rows, schema=text, orient="row").with_columns(days)
