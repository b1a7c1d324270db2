"""Tables released through the gateway of secrecy, as the public reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ensembleur.secrecy.published import Published, from_json
from ensembleur.strategy.models import Release
from ensembleur.strategy.queries.content import Held

PLACES = ("departement", "epci")  # the territories a table may be mapped by


@dataclass(frozen=True)
class ReleasedTable:
    """The released table of one indicator. row, column : what it is cut by, column "" for a one-way table."""

    release: Release
    row: str
    column: str
    table: Published

    @property
    def kind(self) -> str:
        """The kind of its territories, whose keys are official codes; "" when its lines are none."""
        return self.row if self.row in PLACES else ""


def table_name(code: str, dimension: str) -> str:
    """How the table of an indicator by a dimension is called."""
    return f"{code}/{dimension}"


def released_table(held: Held, code: str, *, as_of: date) -> ReleasedTable | None:
    """The last released table of an indicator that speaks of a day not later than `as_of`; None when none was. One query."""
    chosen = Release.objects.filter(strategy=held.row, table__startswith=table_name(code, ""), as_of__lte=as_of)
    found = chosen.defer("holders").order_by("-as_of", "-pk").first()
    if found is None:
        return None
    return ReleasedTable(found, found.content["row"], found.content["column"], from_json(found.content))
