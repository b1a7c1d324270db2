"""Bring the tables of places in line with the built data files."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from ensembleur.territory.engine import places as engine
from ensembleur.territory.models import Commune, Departement, Epci, Region


def load_places() -> bool:
    """Fill or refresh regions, départements, groupings and communes; returns whether anything had to be done.

    Rows are updated in place and never deleted, since establishments point at them. Raises SourceError when the data
    files have not been built.
    """
    if Region.objects.filter(source_digest=engine.digest()).exists():
        return False
    atlas = engine.read_atlas()
    shapes = {row.code: row.shape for row in atlas.communes if row.shape}
    with transaction.atomic():
        region = Region(code=atlas.region[0], name=atlas.region[1], source_digest=atlas.digest)
        _upsert(Region, [region])
        _upsert(Departement, [Departement(region=region, **_area(row, shapes)) for row in atlas.departements])
        _upsert(Epci, [Epci(kind=row.kind, **_area(row, shapes)) for row in atlas.groupings])
        _upsert(Commune, [_commune(row) for row in atlas.communes if not row.parent])
        _upsert(Commune, [_commune(row) for row in atlas.communes if row.parent])
    return True


def _upsert(model: type[models.Model], rows: list[Any]) -> None:
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(rows, batch_size=1000, update_conflicts=True, unique_fields=["code"], update_fields=names)


def _shape(shape: engine.Shape | None) -> dict[str, Any]:
    if shape is None:
        return {}
    west, south, east, north = shape.window
    return {
        "lon": shape.lon,
        "lat": shape.lat,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "outline": shape.geojson,
    }


def _area(row: engine.AreaRow, shapes: dict[str, engine.Shape]) -> dict[str, Any]:
    whole = engine.joined(tuple(shapes[code] for code in row.members if code in shapes))
    return {"code": row.code, "name": row.name, **_shape(whole)}


def _commune(row: engine.CommuneRow) -> Commune:
    return Commune(
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent_id=row.parent or None,
        departement_id=row.departement,
        epci_id=row.epci or None,
        ept_id=row.ept or None,
        population=row.population,
        postcodes=list(row.postcodes),
        **_shape(row.shape),
    )
