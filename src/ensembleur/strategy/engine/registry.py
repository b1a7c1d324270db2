"""What can be measured: each domain registers its measurements, and this domain knows nothing else of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.errors import BadInput

if TYPE_CHECKING:  # domains register when a server starts: one that only answers pages need not load the tools of whole tables
    import polars as pl


@dataclass
class Reading:
    """One taking of measurements: the day it speaks of, and what was read for it, read once for all indicators.

    as_of : the last day that counts; nothing that happened later is seen.   start : the first day, of the strategy or of the
    target; None counts from the beginning of operations.   region : the only one that counts, "" for all; readings of two
    regions keep nothing in common.
    """

    as_of: date
    start: date | None = None
    region: str = ""
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` gives, read at the first question and kept for the others."""
        if name not in self.kept:
            self.kept[name] = read()
        return self.kept[name]

    def since(self, start: date | None) -> Reading:
        """The same taking counted from another day; what was read is shared."""
        return Reading(self.as_of, start, self.region, self.kept)


@dataclass(frozen=True)
class Measured:
    """What a measurement gives.

    value : None when it cannot be known (no offer made yet, say), which `why` explains in French; never zero instead.
    numerator, denominator : of a share or a median's count.   contributions : one row a contribution, with a column `unit`
    (a SIREN, or another identifier of what is counted), a column `value` (never a float), and one text column a dimension
    ("departement", "epci", "sector", "size", "scheme"); None when nothing can be broken down. It never leaves the taking.
    counts_units : the value is how many different units contribute, so that of a part is counted again, never added up.
    seen_since : the day of the oldest operation the platform holds, of any kind: before it, it saw nothing.
    is_gone : what it is computed from says nothing any more of that day; a value taken in time is kept.
    """

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    contributions: pl.DataFrame | None = None
    counts_units: bool = False
    seen_since: date | None = None
    why: str = ""
    why_en: str = ""
    is_gone: bool = False

    @property
    def members(self) -> frozenset[str]:
        """The different units that contributed."""
        if self.contributions is None:
            return frozenset()
        return frozenset(self.contributions["unit"].drop_nulls().unique().to_list())


Function = Callable[[Reading, Mapping[str, Any]], Measured]


@dataclass(frozen=True)
class Measure:
    """A registered measurement.

    version : raised whenever the same operations would give another value.   parameters : the names it understands.
    """

    name: str
    version: int
    function: Function
    dimensions: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    def take(self, reading: Reading, given: Mapping[str, Any]) -> Measured:
        """What it gives. Raises BadInput on a parameter it does not understand: a misspelt filter would count everything."""
        strange = sorted(set(given) - set(self.parameters))
        if strange:
            known = ", ".join(self.parameters) or "aucun"
            raise BadInput("unknown_parameter", f"« {self.name} » ne connaît pas « {strange[0]} » ; ses paramètres : {known}.")
        return self.function(reading, given)


_known: dict[str, Measure] = {}


def measures(
    name: str, *, version: int = 1, dimensions: tuple[str, ...] = (), parameters: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Register the function below as the measurement `name`: @measures("companies_supported", dimensions=("departement",)).

    Raises ValueError when the name is already taken by another function.
    """

    def register(function: Function) -> Function:
        held = _known.get(name)
        if held is not None and held.function.__qualname__ != function.__qualname__:
            raise ValueError(f"« {name} » is already measured by {held.function.__qualname__}.")
        _known[name] = Measure(name, version, function, dimensions, parameters)
        return function

    return register


def measure_named(name: str) -> Measure:
    """The measurement of this name. Raises BadInput when no domain registered it."""
    if name not in _known:
        known = ", ".join(sorted(_known)) or "aucune"
        raise BadInput("unknown_measurement", f"La mesure automatique « {name} » n'existe pas ; celles qui existent : {known}.")
    return _known[name]


def is_measured(name: str) -> bool:
    """Whether a domain of this installation registered that measurement."""
    return name in _known
