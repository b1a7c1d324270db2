"""What the register says of a place: how many establishments, in which sectors, of which sizes, where."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Substr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ensembleur.sources import Source
from ensembleur.territory.choices import CommuneKind, EstablishmentState, GroupingKind
from ensembleur.territory.engine import activities
from ensembleur.territory.engine.disclosure import Cell, Table, Why, protected
from ensembleur.territory.engine.search_score import SIZE_STEPS
from ensembleur.territory.models import Commune, Departement, Epci, Establishment, Region
from ensembleur.territory.queries.register import last_run, register_source
from ensembleur.territory.queries.search_filters import SIZE_LABELS

KEPT_SECONDS = 24 * 3600
KINDS = ("region", "departement", "epci", "commune")
_STEPS = ((500, "500+"), (250, "250-499"), (100, "100-249"), (50, "50-99"), (20, "20-49"), (10, "10-19"), (1, "1-9"), (0, "0"))


@dataclass(frozen=True)
class PlaceView:
    """A place as a page shows it.

    window : (west, south, east, north) in degrees, None when unknown.   parents : (label, kind, code), widest first.
    """

    kind: str
    code: str
    name: str
    kind_label: str
    population: int | None = None
    window: tuple[float, float, float, float] | None = None
    parents: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a published table; `count` is None when it is hidden, and `why` says the reason."""

    key: str
    label: str
    count: int | None
    share: float | None
    why: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PlaceFigures:
    """What may be published of a place; `total` and `companies` are None when there are too few companies."""

    total: int | None
    companies: int | None
    sectors: tuple[Line, ...] = field(default_factory=tuple)
    sizes: tuple[Line, ...] = field(default_factory=tuple)
    parts: tuple[Line, ...] = field(default_factory=tuple)

    @property
    def has_secrets(self) -> bool:
        """Whether a figure is hidden somewhere."""
        return self.total is None or any(line.why for line in (*self.sectors, *self.sizes, *self.parts))


def place(kind: str, code: str) -> PlaceView | None:
    """The place of that code; None when there is none. A former commune answers for today's."""
    if kind == "region":
        region = Region.objects.filter(code=code).first()
        return PlaceView(kind, region.code, region.name, _("région")) if region else None
    if kind == "departement":
        found = Departement.objects.select_related("region").filter(code=code).first()
        if found is None:
            return None
        parents = ((found.region.name, "region", found.region_id),)
        return PlaceView(kind, code, str(found), _("département"), window=_window(found), parents=parents)
    if kind == "epci":
        group = Epci.objects.filter(code=code).first()
        if group is None:
            return None
        label = str(GroupingKind(group.kind).label) if group.kind in GroupingKind.values else _("intercommunalité")
        return PlaceView(kind, code, group.name, label, window=_window(group), parents=_region())
    commune = Commune.objects.select_related("departement", "epci", "ept", "parent").filter(code=code).first()
    if commune is None:
        return None
    if commune.kind == CommuneKind.FORMER and commune.parent_id:
        return place("commune", commune.parent_id)
    groups = tuple((group.name, "epci", group.code) for group in (commune.epci, commune.ept) if group)
    parents = (*_region(), (str(commune.departement), "departement", commune.departement_id), *groups)
    label = str(CommuneKind(commune.kind).label)
    return PlaceView(kind, code, str(commune), label, commune.population, _window(commune), parents)


def establishments_of(place: PlaceView) -> QuerySet[Establishment]:
    """The open establishments of a place, masked ones included: they are counted, never shown."""
    rows = Establishment.objects.filter(state=EstablishmentState.OPEN)
    if place.kind == "departement":
        return rows.filter(departement=place.code)
    if place.kind == "epci":
        return rows.filter(Q(epci=place.code) | Q(ept=place.code))
    if place.kind == "commune":
        return rows.at_place(Commune(code=place.code))
    return rows


def figures(place: PlaceView) -> PlaceFigures:
    """Counts by sector, by size and by part of the place, with small cells hidden; kept until the register changes."""
    run = last_run()
    if run is None:
        return _counted(place)
    name = f"territory-figures:{run.token}:{place.kind}:{place.code}:{get_language()}"
    found: PlaceFigures = cache.get_or_set(name, partial(_counted, place), KEPT_SECONDS)
    return found


def _counted(place: PlaceView) -> PlaceFigures:
    """Four queries."""
    rows = establishments_of(place)
    whole = rows.aggregate(count=Count("pk"), companies=Count("unit", distinct=True))
    count, companies = whole["count"], whole["companies"]
    lang = (get_language() or "fr")[:2]
    size_case = Case(
        *(When(headcount_lo__gte=low, then=Value(step)) for low, step in _STEPS),
        default=Value("unknown"),
        output_field=CharField(),
    )
    sectors = _by_sector(rows)
    sizes = _cells(rows.annotate(key=size_case))
    publish = lambda cells: protected(cells, total=count, companies=companies)  # noqa: E731
    sector_table = publish(sorted(sectors, key=lambda cell: -cell.count))
    size_table = publish(sorted(sizes, key=lambda cell: SIZE_STEPS.index(cell.key)))
    parts, part_kind, names = _parts(place, rows)
    part_table = publish(sorted(parts, key=lambda cell: -cell.count))
    is_secret = sector_table.total is None or size_table.total is None
    return PlaceFigures(
        total=None if is_secret else count,
        companies=None if is_secret else companies,
        sectors=_lines(sector_table, lambda key: activities.sector_label(key, lang) or _("activité non connue")),
        sizes=_lines(size_table, lambda key: str(SIZE_LABELS[key])),
        parts=_lines(part_table, lambda key: names.get(key, key), part_kind),
    )


def source_of(place: PlaceView) -> Source:
    """Where the counts of a place come from: the official register as soon as one real establishment is counted."""
    is_real = establishments_of(place).filter(is_fictional=False).exists()
    return register_source("" if is_real else "0" * 14)


def outlines(place: PlaceView) -> dict[str, Any]:
    """The outlines of the parts of a place (of the place itself for a commune) as a GeoJSON FeatureCollection."""
    if place.kind == "region":
        shapes: Iterable[tuple[str, str, str, str]] = (
            (row.code, str(row), row.outline, "departement") for row in Departement.objects.filter(region=place.code)
        )
    else:
        chosen = Commune.objects.fine()
        if place.kind == "departement":
            chosen = chosen.filter(departement=place.code)
        elif place.kind == "epci":
            chosen = chosen.filter(Q(epci=place.code) | Q(ept=place.code))
        else:
            chosen = chosen.filter(code__in=Commune(code=place.code).covered_codes)
        shapes = ((row.code, row.name, row.outline, "commune") for row in chosen)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": name, "code": code, "kind": kind}, "geometry": json.loads(outline)}
            for code, name, outline, kind in shapes
            if outline
        ],
    }


def _region() -> tuple[tuple[str, str, str], ...]:
    return tuple((region.name, "region", region.code) for region in Region.objects.all()[:1])


def _window(thing: Departement | Epci | Commune) -> tuple[float, float, float, float] | None:
    if thing.west is None or thing.south is None or thing.east is None or thing.north is None:
        return None
    return thing.west, thing.south, thing.east, thing.north


def _cells(rows: QuerySet[Establishment]) -> list[Cell]:
    found = rows.values("key").annotate(count=Count("pk"), companies=Count("unit", distinct=True)).order_by()
    return [Cell(row["key"] or "", row["count"], row["companies"]) for row in found]


def _by_sector(rows: QuerySet[Establishment]) -> list[Cell]:
    """Divisions are many and sectors are few: companies are counted once a sector, even with sites in two divisions."""
    pairs = rows.annotate(division=Substr("naf", 1, 2)).values_list("division", "unit").annotate(count=Count("pk")).order_by()
    counts: dict[str, int] = {}
    companies: dict[str, set[str]] = {}
    for division, siren, count in pairs:
        sector = activities.sector_of(division or "")
        counts[sector] = counts.get(sector, 0) + count
        companies.setdefault(sector, set()).add(siren)
    return [Cell(sector, count, len(companies[sector])) for sector, count in counts.items()]


def _parts(place: PlaceView, rows: QuerySet[Establishment]) -> tuple[list[Cell], str, dict[str, str]]:
    """The cells of the parts of a place, their kind, and their names; nothing for a commune."""
    if place.kind == "commune":
        return [], "", {}
    if place.kind == "region":
        names = {row.code: str(row) for row in Departement.objects.only("code", "name")}
        return _cells(rows.annotate(key=Substr("departement", 1, 3))), "departement", names
    cells = _cells(rows.annotate(key=Substr("commune", 1, 5)))
    names = dict(Commune.objects.filter(code__in=[cell.key for cell in cells]).values_list("code", "name"))
    return cells, "commune", names


def _lines(table: Table, label: Callable[[str], str], kind: str = "") -> tuple[Line, ...]:
    return tuple(
        Line(
            key=cell.key,
            label=label(cell.key),
            count=cell.published,
            share=cell.count / table.total if cell.why is Why.SHOWN and table.total else None,
            why=cell.why.value,
            kind=kind,
        )
        for cell in table.cells
    )
