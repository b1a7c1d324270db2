"""What measurements read of company paths: each table once a taking, as frames, nothing later than the day measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from ensembleur.errors import BadInput
from ensembleur.journeys.models import Application, Enrolment, Journey, Payment
from ensembleur.logic.facts import Interval
from ensembleur.periods import paris_day
from ensembleur.schemes.engine.encoding import from_json
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries import published
from ensembleur.strategy.engine.registry import Measured, Reading
from ensembleur.strategy.queries.register import DIMENSIONS, described_register, sector_expression, size_expression
from ensembleur.territory.models import Commune
from ensembleur.territory.queries.register import masked_among

if TYPE_CHECKING:
    import polars as pl

HEADCOUNTS = ("company_headcount", "headcount")
NOTHING_YET = ("La plateforme ne tenait encore aucune opération ce jour-là.", "The platform held no operation yet on that day.")
DAYS = ("filed_on", "completed_on", "decided_on", "agreed_on", "closed_on")


def journeys(reading: Reading) -> pl.DataFrame:
    """One row a path of the region: journey, unit (the SIREN, else the path's own key), opened_on, and the dimensions of its place."""
    frame: pl.DataFrame = reading.once("journeys.journeys", lambda: _journeys(reading))
    return frame


def files(reading: Reading) -> pl.DataFrame:
    """One row a file handed in: application, scheme, outcome, granted_eur, DAYS (null when later), and its path's columns.

    outcome and granted_eur are null until the decision.
    """
    frame: pl.DataFrame = reading.once("journeys.files", lambda: _files(reading))
    return frame


def payments(reading: Reading) -> pl.DataFrame:
    """One row a payment: paid_on, amount_eur, and its file's columns."""
    frame: pl.DataFrame = reading.once("journeys.payments", lambda: _payments(reading))
    return frame


def enrolments(reading: Reading) -> list[Enrolment]:
    """Those entered by the day measured, the oldest first."""
    rows = (
        here(reading, Enrolment.objects.filter(enrolled_on__lte=reading.as_of))
        .select_related("journey")
        .order_by("enrolled_on", "pk")
    )
    found: list[Enrolment] = reading.once("journeys.enrolments", lambda: list(rows))
    return found


def here(reading: Reading, rows: QuerySet[Any], place: str = "journey__region") -> QuerySet[Any]:
    """The rows of the region measured, all of them when none is. place : where they keep their region."""
    return rows.filter(**{place: reading.region}) if reading.region else rows


def described(reading: Reading, rows: Mapping[str, Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows with a column `journey`, beside the columns of their path."""
    import polars as pl

    frame = pl.DataFrame(rows, schema={"journey": pl.Int64, **schema})
    return frame.join(journeys(reading), on="journey", how="inner", maintain_order="left")


def within(reading: Reading, column: str) -> pl.Expr:
    """Whether the day in this column is one that counts."""
    import polars as pl

    day = pl.col(column)
    return (day <= reading.as_of) & (day >= reading.start) if reading.start else day <= reading.as_of


def selected(reading: Reading, frame: pl.DataFrame, given: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of the schemes, families, levels and programme asked for.

    families, levels : as the catalogue published today has them.   programme : paths that had entered it by the day measured.
    """
    import polars as pl

    if "schemes" in given:
        frame = frame.filter(pl.col("scheme").is_in(list(given["schemes"])))
    if "families" in given or "levels" in given:
        known = reading.once("journeys.schemes", published.published_schemes)
        if not known:
            raise BadInput("no_catalogue", "Le catalogue des aides n'est pas publié : ni familles ni niveaux n'y sont connus.")
        kept = [
            one.id
            for one in known
            if one.family in given.get("families", (one.family,)) and one.level in given.get("levels", (one.level,))
        ]
        frame = frame.filter(pl.col("scheme").is_in(kept))
    return inside(reading, frame, given)


def inside(reading: Reading, frame: pl.DataFrame, given: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of paths that had entered the programme asked for, all of them when none is."""
    import polars as pl

    if "programme" not in given:
        return frame
    entered = {one.journey_id for one in enrolments(reading) if one.programme == given["programme"]}
    return frame.filter(pl.col("journey").is_in(list(entered)))


def told(reading: Reading, value: Any, rows: pl.DataFrame | None = None, **more: Any) -> Measured:
    """The figure with its contributions, or why there is none: before its first operation the platform saw nothing.

    rows : with `unit`, `value` and, where the figure is broken down, the dimensions.
    """
    first = seen_since(reading)
    if first is None:
        return Measured(None, why=NOTHING_YET[0], why_en=NOTHING_YET[1])
    kept = (
        rows.select(name for name in ("unit", "value", "scheme", *DIMENSIONS) if name in rows.columns)
        if rows is not None
        else None
    )
    return Measured(value, contributions=kept, seen_since=first, **more)


def seen_since(reading: Reading) -> date | None:
    """The day of the first path, file or entry in a programme; None when there was none yet."""
    first: date | None = reading.once("journeys.seen_since", lambda: _first_day(reading))
    return first


def by_then(instant: datetime | date | None, as_of: date) -> date | None:
    """The day of an instant in Paris, None when it had not come."""
    day = paris_day(instant) if isinstance(instant, datetime) else instant
    return day if day is not None and day <= as_of else None


def _first_day(reading: Reading) -> date | None:
    days = [journeys(reading)["opened_on"].min(), files(reading)["filed_on"].min()]
    days += [one.enrolled_on for one in enrolments(reading)[:1]]
    return min((day for day in days if isinstance(day, date)), default=None)


def _journeys(reading: Reading) -> pl.DataFrame:
    import polars as pl

    names = ("pk", "siren", "siret", "commune", "departement", "naf", "opened_at")
    rows = _columns(here(reading, Journey.objects.all(), "region").order_by("pk").values_list(*names), names)
    own = pl.DataFrame(
        {
            "journey": rows["pk"],
            "unit": [siren or f"journey:{pk}" for pk, siren in zip(rows["pk"], rows["siren"], strict=True)],
            "opened_on": [by_then(at, reading.as_of) for at in rows["opened_at"]],
            **{name: [value or None for value in rows[name]] for name in ("siren", "siret", "commune", "departement", "naf")},
        },
        schema={"journey": pl.Int64, "unit": pl.String, "opened_on": pl.Date}
        | dict.fromkeys(("siren", "siret", "commune", "departement", "naf"), pl.String),
    )
    own = own.with_columns(
        sector_expression(own), epci=pl.col("commune").replace_strict(_epcis(), default=None, return_dtype=pl.String)
    )
    register = reading.once("strategy.register", described_register).drop("siren", "category").with_columns(held=pl.lit(True))
    both = own.join(register, on="siret", how="left", suffix="_there", maintain_order="left")
    # The register's word first; a closed site that asked INSEE for partial diffusion has no place, any other keeps its path's.
    hidden = pl.col("siret").is_in(list(masked_among(Journey.objects.exclude(siret="").values("siret"))))
    places = [
        pl.when("held").then(pl.col(f"{name}_there")).when(hidden.fill_null(False)).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("commune", "departement", "epci")
    ]
    both = both.with_columns(*places, sector=pl.coalesce("sector_there", "sector"), least=_declared(reading.as_of))
    both = both.with_columns(size=pl.coalesce("size", size_expression("least")))
    return both.select("journey", "unit", "opened_on", *DIMENSIONS)


def _declared(as_of: date) -> pl.Expr:
    """The least headcount declared of each company by that day, the last word on each; the company's before the site's."""
    import polars as pl

    said: dict[str, dict[str, float]] = {key: {} for key in HEADCOUNTS}
    records = CompanyFact.objects.filter(key__in=HEADCOUNTS).known_on(as_of).order_by("as_of", "recorded_at", "pk")
    for key, code, data in records.values_list("key", "code", "value"):
        with suppress(BadInput):  # told before the vocabulary changed: unknown, never an error
            value = from_json(VOCABULARY[key].kind, data)
            least = value.low if isinstance(value, Interval) else value
            if least is not None:
                said[key][code] = float(least)
    return pl.coalesce(
        pl.col(column).replace_strict(said[key], default=None, return_dtype=pl.Float64)
        for key in HEADCOUNTS
        for column in ("siren", "siret")
    )


def _epcis() -> dict[str, str | None]:
    return dict(Commune.objects.values_list("code", "epci_id"))


def _files(reading: Reading) -> pl.DataFrame:
    import polars as pl

    names = (
        "pk",
        "journey_id",
        "scheme",
        "outcome",
        "granted_eur",
        "filed_at",
        "completed_at",
        "decided_on",
        "agreed_on",
        "closed_at",
    )
    rows = _columns(here(reading, Application.objects.filter(filed_at__isnull=False)).order_by("pk").values_list(*names), names)
    days = {
        ours: [by_then(at, reading.as_of) for at in rows[theirs]]
        for ours, theirs in zip(DAYS, ("filed_at", "completed_at", "decided_on", "agreed_on", "closed_at"), strict=True)
    }
    frame = described(
        reading,
        {
            "journey": rows["journey_id"],
            "application": rows["pk"],
            **{name: rows[name] for name in ("scheme", "outcome", "granted_eur")},
            **days,
        },
        {"application": pl.Int64, "scheme": pl.String, "outcome": pl.String, "granted_eur": pl.Decimal(38, 2)}
        | dict.fromkeys(DAYS, pl.Date),
    )
    is_decided = pl.col("decided_on").is_not_null()
    return frame.filter(pl.col("filed_on").is_not_null()).with_columns(
        pl.when(is_decided).then(pl.col(name)).alias(name) for name in ("outcome", "granted_eur")
    )


def _payments(reading: Reading) -> pl.DataFrame:
    import polars as pl

    names = ("application_id", "paid_on", "amount_eur")
    paid = here(reading, Payment.objects.filter(paid_on__lte=reading.as_of), "application__journey__region")
    rows = _columns(paid.order_by("pk").values_list(*names), names)
    frame = pl.DataFrame(
        {"application": rows["application_id"], "paid_on": rows["paid_on"], "amount_eur": rows["amount_eur"]},
        schema={"application": pl.Int64, "paid_on": pl.Date, "amount_eur": pl.Decimal(38, 2)},
    )
    return frame.join(files(reading), on="application", how="inner", maintain_order="left")


def _columns(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...]) -> dict[str, list[Any]]:
    held = list(rows)
    return {name: [row[place] for row in held] for place, name in enumerate(names)}
