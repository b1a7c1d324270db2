"""Releases the public tables through the gateway of secrecy: protected, audited, then frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import NoSolution, Refused
from ensembleur.periods import paris_day
from ensembleur.secrecy.audit import Fault, audit
from ensembleur.secrecy.protect import protect
from ensembleur.secrecy.published import Published, from_json
from ensembleur.strategy.engine.registry import Measured
from ensembleur.strategy.engine.tables import Holders, PublicTable, holders, moved_little, public_tables, table_of
from ensembleur.strategy.models import Release
from ensembleur.strategy.permissions import may_measure
from ensembleur.strategy.queries.content import Held, held_strategies
from ensembleur.strategy.queries.figures import figures
from ensembleur.territory.models import Departement

RULES = "1"  # raised when the rules of secrecy change
LEAST_DAYS = 80  # once a quarter: two looks a few days apart would tell what happened between them


@dataclass(frozen=True)
class Out:
    """What became of one table. what : released | kept (already released this quarter) | empty. cells, hidden : counts."""

    strategy: str
    table: str
    what: str
    cells: int = 0
    hidden: int = 0


@transaction.atomic
def release_tables(*, as_of: date, by: User | str, now: datetime, slug: str = "", dry_run: bool = False) -> list[Out]:
    """Release every public table of the followed strategies as of a day; one released less than a quarter before is kept.

    by : a person, or "command:name".   slug : one strategy only.
    Raises Refused for a day to come, NoSolution when the audit undoes a table (nothing is then released), NotAllowed.
    """
    chosen = [held for held in held_strategies() if slug in ("", held.row.pk) and held.row.period_start <= as_of]
    for held in chosen:
        if not isinstance(by, str):
            check(may_measure, by, held.row)
    if as_of > paris_day(now):
        raise Refused("day_to_come", _("On ne publie pas un jour à venir : choisissez une date passée ou aujourd'hui."))
    fresh = _measured(chosen, as_of)
    formers: dict[tuple[str, date], Mapping[str, Measured]] = {}
    found: list[Out] = []
    for held in chosen:
        for release, out in _tables(held, as_of, fresh[held.row.pk], formers):
            found.append(out)
            if release is not None and not dry_run:
                release.released_at, release.released_by = now, by if isinstance(by, str) else f"user:{by.pk}"
                release.save()
    count = sum(out.what == "released" for out in found)
    if count and not dry_run:
        told = {"as_of": as_of.isoformat(), "tables": count}
        record_act(by=by, verb="release_tables", thing=f"strategy.strategy:{slug or 'all'}", now=now, after=told)
    return found


def _measured(chosen: list[Held], as_of: date) -> dict[str, dict[str, Measured]]:
    """Strategy → indicator → what is measured of it that day."""
    taken = zip(chosen, figures(chosen, as_of=as_of), strict=True)
    return {held.row.pk: {one.sheet.code: one.measured for one in found if one.measured} for held, found in taken}


def _tables(
    held: Held, as_of: date, fresh: Mapping[str, Measured], formers: dict[tuple[str, date], Mapping[str, Measured]]
) -> Iterator[tuple[Release | None, Out]]:
    departements = list(Departement.objects.filter(region_id=held.row.region).order_by("pk").values_list("pk", flat=True))
    for public in public_tables(held.content):
        measured = fresh.get(public.indicator.code)
        last = Release.objects.filter(strategy=held.row, table=public.key).order_by("-as_of").first()
        if last is not None and (as_of - last.as_of).days < LEAST_DAYS:
            yield None, Out(held.row.pk, public.key, "kept")
            continue
        if measured is None or measured.contributions is None or measured.contributions.is_empty():
            yield None, Out(held.row.pk, public.key, "empty")
            continue
        table = table_of(public, measured, rows=departements if public.row == "departement" else ())
        now = holders(public, measured)
        before = _released_of(held, public, last, formers) if last is not None and now else None
        also = moved_little(before, now, table) if before is not None else set()
        published = protect(table, also=also)
        _refuse_unsafe(public, audit(published))
        yield (
            _release(held, public, measured, published, as_of, now),
            Out(held.row.pk, public.key, "released", len(published.cells), len(published.hidden)),
        )


def _released_of(
    held: Held, public: PublicTable, last: Release, formers: dict[tuple[str, date], Mapping[str, Measured]]
) -> Holders | None:
    """Who stood behind the last release: what it kept of them; for one made before that was kept, what is measured of its day now."""
    if last.holders:
        return last.holders  # type: ignore[no-any-return]
    key = (held.row.pk, last.as_of)
    if key not in formers:
        formers[key] = _measured([held], last.as_of)[held.row.pk]
    measured = formers[key].get(public.indicator.code)
    return holders(public, measured) if measured is not None and measured.contributions is not None else None


def _release(held: Held, public: PublicTable, measured: Measured, published: Published, as_of: date, behind: Holders) -> Release:
    assert measured.contributions is not None
    rows = sorted(str(line) for line in measured.contributions.iter_rows())
    cut = {"row": public.row, "column": public.column, "label": public.indicator.label.value}
    return Release(
        strategy=held.row,
        table=public.key,
        as_of=as_of,
        content={**cut, **published.as_json()},
        raw_hash=hashlib.sha256("\n".join(rows).encode()).hexdigest(),
        holders=behind,
        rules=RULES,
    )


def _refuse_unsafe(public: PublicTable, faults: list[Fault]) -> None:
    if faults:
        raise NoSolution(
            "unsafe_table",
            _("Le tableau « %(table)s » laisserait retrouver %(count)d cases cachées : rien n'a été publié.")
            % {"table": public.key, "count": len(faults)},
        )


def audit_releases(*, slug: str = "") -> list[tuple[Release, list[Fault]]]:
    """Every released table that can be undone, with the cells a reader would find; empty when all are safe."""
    chosen = Release.objects.filter(strategy=slug) if slug else Release.objects.all()
    tried = ((release, audit(from_json(release.content))) for release in chosen.order_by("strategy", "table", "as_of"))
    return [(release, faults) for release, faults in tried if faults]
