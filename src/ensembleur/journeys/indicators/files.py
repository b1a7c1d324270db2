"""What files for aids measure: companies supported, files, euros agreed and paid, delays between two stages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.errors import BadInput
from ensembleur.journeys.choices import Outcome
from ensembleur.journeys.engine.delays import TOO_FEW, Delay, Path, delay
from ensembleur.journeys.indicators.reading import files, payments, selected, told, within
from ensembleur.strategy.engine.registry import Measured, Reading, measures
from ensembleur.strategy.queries.register import DIMENSIONS

if TYPE_CHECKING:
    import polars as pl

BROKEN_DOWN = (*DIMENSIONS, "scheme")
WHICH = ("schemes", "families", "levels", "programme")  # lists of words, but for the programme
EVENTS = {"filed": "filed_on", "complete": "completed_on", "decided": "decided_on", "agreed": "agreed_on", "paid": "paid_on"}
AFTER_A_YES = ("agreed", "paid")  # what a refusal ends


@measures("companies_supported", dimensions=BROKEN_DOWN, parameters=WHICH)
def companies_supported(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Different companies with an agreement signed in the period. What becomes of the file later changes nothing.

    A project without a company yet counts as one of its own.
    """
    rows = selected(reading, files(reading), given).filter(within(reading, "agreed_on"))
    return companies(reading, rows)


@measures("applications_filed", dimensions=BROKEN_DOWN, parameters=WHICH)
def applications_filed(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Files handed in during the period, refused and withdrawn ones included."""
    return _count(reading, selected(reading, files(reading), given).filter(within(reading, "filed_on")))


@measures("applications_agreed", dimensions=BROKEN_DOWN, parameters=WHICH)
def applications_agreed(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Files whose agreement was signed in the period. A file closed afterwards, whatever the reason, stays counted."""
    return _count(reading, selected(reading, files(reading), given).filter(within(reading, "agreed_on")))


@measures("amount_agreed_eur", dimensions=BROKEN_DOWN, parameters=WHICH)
def amount_agreed_eur(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Euros granted by the agreements signed in the period, minus nothing.

    A file closed before the money is paid in full keeps its whole amount: nothing says how much is given up, and what was
    really paid is another indicator. An amount corrected later counts as corrected.
    """
    rows = selected(reading, files(reading), given).filter(within(reading, "agreed_on"))
    return _sum(reading, rows, "granted_eur")


@measures("amount_paid_eur", dimensions=BROKEN_DOWN, parameters=WHICH)
def amount_paid_eur(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Euros paid on the days of the period, whenever the agreement was signed."""
    return _sum(reading, selected(reading, payments(reading), given).filter(within(reading, "paid_on")), "amount_eur")


@measures("application_delay_days", parameters=("from", "to", *WHICH))
def application_delay_days(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Median days from one event of a file to another (filed, complete, decided, agreed, paid), files that still wait included.

    It is Kaplan and Meier's: a file that waits, was closed, or was refused before an agreement, counts for the days it was
    seen. None below three files, and when fewer than half have arrived. Files whose first event lies in the period.
    numerator : files that arrived.   denominator : files the median rests on.   "paid" is the first payment.
    """
    import polars as pl

    first, last = (_event(given, name) for name in ("from", "to"))
    paid = payments(reading).group_by("application").agg(pl.col("paid_on").min())
    rows = selected(reading, files(reading), given).join(paid, on="application", how="left", maintain_order="left")
    rows = rows.filter(within(reading, EVENTS[first]))
    is_refused = (pl.col("outcome") == Outcome.UNFAVOURABLE.value) & pl.lit(last in AFTER_A_YES)
    out = pl.min_horizontal("closed_on", pl.when(is_refused).then(pl.col("decided_on")))
    table = rows.select(
        "application", "unit", "filed_on", pl.col(EVENTS[first]).alias("first"), pl.col(EVENTS[last]).alias("last"), out=out
    )
    paths = [
        Path(key, filed, left, {name: day for name, day in ((first, start), (last, end)) if day is not None})
        for key, _unit, filed, start, end, left in table.iter_rows()
    ]
    return median(
        reading, delay(paths, first, last, as_of=reading.as_of), dict(table.select("application", "unit").iter_rows()), paths
    )


def companies(reading: Reading, rows: pl.DataFrame) -> Measured:
    """How many different units the rows hold."""
    import polars as pl

    kept = rows.select(name for name in ("unit", *BROKEN_DOWN) if name in rows.columns).unique()
    return told(reading, Decimal(kept["unit"].n_unique()), kept.with_columns(value=pl.lit(1)), counts_units=True)


def median(reading: Reading, found: Delay, units: Mapping[int, str], paths: list[Path]) -> Measured:
    """A delay as a figure, with the days of each that arrived; a median has no parts, so it is never broken down."""
    import polars as pl

    why = ("", "")
    if found.estimated_on < TOO_FEW:
        why = (
            f"Moins de {TOO_FEW} cas sur la période : une médiane décrirait une entreprise.",
            f"Fewer than {TOO_FEW} cases in the period: a median would describe one company.",
        )
    elif found.estimate is None:
        why = ("Moins de la moitié des cas ont atteint cette étape.", "Fewer than half of the cases have reached this stage.")
    days = {path.key: _days(path, found, reading.as_of) for path in paths}
    rows = pl.DataFrame(
        {"unit": [units[key] for key in days], "value": list(days.values())}, schema={"unit": pl.String, "value": pl.Int64}
    )
    value = None if found.estimate is None else Decimal(found.estimate)
    counts = {"numerator": Decimal(found.passed), "denominator": Decimal(found.estimated_on)}
    return told(reading, value, rows, **counts, why=why[0], why_en=why[1])


def _days(path: Path, found: Delay, as_of: date) -> int | None:
    first, last = path.day_of(found.start), path.day_of(found.end)
    return None if first is None or last is None or last > as_of else (last - max(first, path.entered)).days


def _event(given: Mapping[str, Any], name: str) -> str:
    event = given.get(name)
    if event not in EVENTS:
        raise BadInput("unknown_event", f"« {name}: » attend un événement d'un dossier parmi {', '.join(EVENTS)}.")
    return str(event)


def _count(reading: Reading, rows: pl.DataFrame) -> Measured:
    import polars as pl

    return told(reading, Decimal(rows.height), rows.with_columns(value=pl.lit(1)))


def _sum(reading: Reading, rows: pl.DataFrame, amounts: str) -> Measured:
    import polars as pl

    known = rows.filter(pl.col(amounts).is_not_null())  # an agreement that says no amount brings none
    return told(reading, Decimal(known[amounts].sum() or 0), known.with_columns(value=pl.col(amounts)))
