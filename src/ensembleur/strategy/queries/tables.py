"""Tables released through the gateway of secrecy, as the public reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ensembleur.secrecy.published import Published, from_json
from ensembleur.strategy.models import Release
from ensembleur.strategy.queries.content import Held

# The territories a table may be cut by, in the order they are looked for.
PLACES = ("departement", "epci")


@dataclass(frozen=True)
class PlaceTable:
    """A released table of one indicator by territory. kind : departement or epci; the rows are official codes."""

    release: Release
    kind: str
    table: Published


def table_name(code: str, dimension: str) -> str:
    """How the table of an indicator by a dimension is called."""
    return f"{code}/{dimension}"


def released(held: Held, table: str, *, as_of: date) -> Release | None:
    """The last release of this table that speaks of a day not later than `as_of`; None when none was released."""
    return Release.objects.filter(strategy=held.row, table=table, as_of__lte=as_of).order_by("-as_of", "-pk").first()


def place_table(held: Held, code: str, *, as_of: date) -> PlaceTable | None:
    """The last released table of an indicator by territory, the widest first; None when none was released. One query."""
    names = {table_name(code, kind): kind for kind in PLACES}
    found = list(
        Release.objects.filter(strategy=held.row, table__in=list(names), as_of__lte=as_of).order_by("-as_of", "-pk")[: len(names)]
    )
    found.sort(key=lambda row: PLACES.index(names[row.table]))
    return PlaceTable(found[0], names[found[0].table], from_json(found[0].content)) if found else None
