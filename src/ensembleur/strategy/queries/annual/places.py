"""Released tables by territory as the report prints them: already protected, never recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ensembleur.periods import paris_day
from ensembleur.secrecy.published import Published, from_json
from ensembleur.secrecy.tables import TOTAL
from ensembleur.strategy.engine.charts.content import Bar, Bars
from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.report.content import Cell, Column, PlaceRow, PlaceTable
from ensembleur.strategy.models import Release
from ensembleur.strategy.queries.annual.sight import Sight
from ensembleur.strategy.queries.states import Seen
from ensembleur.strategy.queries.tables import table_name
from ensembleur.territory.models import Departement

MOST_COLUMNS = 4
UNKNOWN = Text("lieu inconnu ou caché", "place unknown or hidden")
WHOLE = Text("Ensemble", "All")


class Released:
    """The last released table of each indicator, read once."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        rows = Release.objects.known_at(sight.known_at).filter(strategy=sight.held.row, as_of__lte=sight.as_of)
        self.last: Mapping[str, Release] = {row.table: row for row in rows.defer("holders").order_by("as_of", "pk")}
        self.names = {row.code: row.name for row in Departement.objects.filter(region_id=sight.held.row.region)}

    def table(self, found: list[Seen], *, code: str) -> PlaceTable:
        """The territories as lines, these indicators as columns, four at most; an empty table when none was released."""
        known = [(one, release) for one in found if (release := self.last.get(table_name(one.sheet.code, "departement")))]
        known = known[:MOST_COLUMNS]
        if not known:
            return PlaceTable()
        tables = [from_json(release.content) for _one, release in known]
        keys = sorted({row for table in tables for row in table.rows}, key=lambda key: (key not in self.names, key))
        columns = tuple(Column(one.sheet.title, one.sheet.unit, Label(release.content["label"])) for one, release in known)
        first, (one, release) = tables[0], known[0]
        bars = tuple(Bar(self._name(key), *_shown(first, key)) for key in first.rows)
        return PlaceTable(
            columns,
            tuple(PlaceRow(key, self._name(key), tuple(_cell(table, key) for table in tables)) for key in keys),
            PlaceRow("", WHOLE.fr, tuple(_cell(table, TOTAL) for table in tables)),
            paris_day(release.released_at),
            Bars(f"{code}-departements", one.sheet.title, one.sheet.unit, bars, Label(release.content["label"])),
        )

    def _name(self, key: str) -> str:
        return self.names.get(key, UNKNOWN.fr if key == "?" else key)


def _shown(table: Published, key: str) -> tuple[Decimal | None, str]:
    cell = _cell(table, key)
    return cell.value, cell.hidden


def _cell(table: Published, key: str) -> Cell:
    found = table.cells.get((key, TOTAL))
    if found is None:
        return Cell(None)
    return Cell(found.value, found.reason.value if found.reason else "")
