"""What support measures: diagnoses, programmes and their stages, options taken, needs closed, jobs that companies declare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.programmes import Programme, programme
from ensembleur.journeys.choices import Indicator, InvolvementState, NeedEventKind, NeedOutcome, OptionKind
from ensembleur.journeys.engine.delays import ENTRY, Path, delay
from ensembleur.journeys.indicators.files import companies, median
from ensembleur.journeys.indicators.reading import by_then, described, enrolments, here, inside, told, within
from ensembleur.journeys.models import Diagnosis, Enrolment, Figure, Involvement, Need, NeedEvent, OptionTake
from ensembleur.journeys.queries.needs import ANSWERED
from ensembleur.journeys.queries.programmes import Known, known_stages
from ensembleur.schemes.choices import EvidenceWord
from ensembleur.strategy.engine.registry import Measured, Reading, measures
from ensembleur.strategy.queries.register import DIMENSIONS

if TYPE_CHECKING:
    import polars as pl

OPENED_AGAIN = (NeedEventKind.REOPENED, NeedEventKind.REROUTED)


@measures("diagnoses_finished", dimensions=DIMENSIONS, parameters=("programme",))
def diagnoses_finished(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Diagnoses finished in the period; a company that did two counts for two. A finished one stays finished."""
    import polars as pl

    rows = inside(reading, _diagnoses(reading), given).filter(within(reading, "finished_on"))
    return told(reading, Decimal(rows.height), rows.with_columns(value=pl.lit(1)))


@measures("programme_enrolled", dimensions=DIMENSIONS, parameters=("programme",))
def programme_enrolled(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Different companies that entered the programme in the period, those that left it since included."""
    frame = _programme(given)
    held = [one for one in enrolments(reading) if one.programme == frame.id]
    rows = described(
        reading,
        {"journey": [one.journey_id for one in held], "enrolled_on": [one.enrolled_on for one in held]},
        {"enrolled_on": _day()},
    )
    return companies(reading, rows.filter(within(reading, "enrolled_on")))


@measures("programme_stage_delay_days", parameters=("programme", "start", "end"))
def programme_stage_delay_days(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Median days from one stage of a programme to another, companies that still wait included (Kaplan and Meier).

    start : a stage of the programme, or "entry".   Companies that entered in the period. None below three companies, and when
    fewer than half have arrived. A stage is dated by what the platform saw by that day, else by what was declared.
    """
    frame = _programme(given)
    stages = [ENTRY, *(stage.id for stage in frame.stages)]
    for name in ("start", "end"):
        if given.get(name) not in stages:
            raise BadInput("unknown_stage", f"« {name}: » attend une étape de « {frame.id} » parmi {', '.join(stages)}.")
    known = _stages(reading)
    held = [one for one in enrolments(reading) if one.programme == frame.id]
    held = [one for one in held if reading.start is None or one.enrolled_on >= reading.start]
    paths = [Path(one.pk, one.enrolled_on, one.left_on, {key: row.on for key, row in known[one.pk].items()}) for one in held]
    units = {one.pk: _unit(one) for one in held}
    return median(reading, delay(paths, given["start"], given["end"], as_of=reading.as_of), units, paths)


@measures("option_take_up_share", parameters=("kind", "programme"))
def option_take_up_share(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Of the options of one kind offered in the period, the share taken by the day measured; silence counts as not taken.

    kind : "individual" or "collective".   numerator : taken.   denominator : offered.
    """
    if given.get("kind") not in OptionKind.values:
        raise BadInput("unknown_kind", f"« kind: » attend {' ou '.join(OptionKind.values)}.")
    rows = inside(reading, _options(reading), given)
    rows = rows.filter(within(reading, "offered_on"), rows["kind"] == given["kind"])
    return _share(reading, rows, "Aucune option de cette nature n'a été proposée.", "No option of this kind was offered.")


@measures("needs_closed_with_help_share", parameters=("subjects",))
def needs_closed_with_help_share(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Of the needs closed in the period by an adviser who answers for it, the share closed with help.

    « Sans nouvelles », « sans réponse » and withdrawn needs are in neither count. A need open again on the day measured is not
    closed.   subjects : codes of catalogue/subjects.yaml.
    """
    import polars as pl

    rows = _needs(reading).filter(within(reading, "closed_on"))
    if "subjects" in given:
        rows = rows.filter(pl.col("subject").is_in(list(given["subjects"])))
    return _share(reading, rows, "Aucune demande n'a été close par un conseiller.", "No need was closed by an adviser.")


@measures("declared_jobs_created", dimensions=DIMENSIONS, parameters=("programme",))
def declared_jobs_created(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Jobs that companies declare created since their path began, at the last review held in the period.

    Each review counts from the start of the path, so the last one replaces the former ones: they are not added. Declared
    figures only; jobs maintained are another figure and are never added to these. A figure corrected later counts as corrected.
    """
    rows = inside(reading, _jobs(reading), given).filter(within(reading, "done_on"))
    last = rows.sort("done_on", "review").unique("journey", keep="last", maintain_order=True)
    why = ("Aucun bilan tenu ne déclare d'emplois créés.", "No review held declares jobs created.")
    if last.is_empty():
        return told(reading, None, why=why[0], why_en=why[1])
    return told(reading, Decimal(last["value"].sum()), last)


def _share(reading: Reading, rows: pl.DataFrame, why: str, why_en: str) -> Measured:
    """rows : unit, value (1 counts, 0 does not). A share is of a whole, so it is never broken down."""
    count, total = int(rows["value"].sum()), rows.height
    if not total:
        return told(reading, None, denominator=Decimal(0), numerator=Decimal(0), why=why, why_en=why_en)
    kept = rows.select("unit", "value")
    return told(reading, Decimal(count) / total, kept, numerator=Decimal(count), denominator=Decimal(total))


def _programme(given: Mapping[str, Any]) -> Programme:
    found = programme(str(given.get("programme", "")))
    if found is None:
        raise BadInput("unknown_programme", "« programme: » attend un code de catalogue/programmes.yaml.")
    return found


def _unit(enrolment: Enrolment) -> str:
    return enrolment.journey.siren or f"journey:{enrolment.journey_id}"


def _stages(reading: Reading) -> dict[int, dict[str, Known]]:
    found: dict[int, dict[str, Known]] = reading.once(
        "journeys.stages", lambda: known_stages(enrolments(reading), as_of=reading.as_of)
    )
    return found


def _diagnoses(reading: Reading) -> pl.DataFrame:
    def read() -> pl.DataFrame:
        rows = list(
            here(reading, Diagnosis.objects.filter(finished_at__isnull=False))
            .order_by("pk")
            .values_list("journey_id", "finished_at")
        )
        days = [by_then(at, reading.as_of) for _journey, at in rows]
        return described(reading, {"journey": [row[0] for row in rows], "finished_on": days}, {"finished_on": _day()})

    frame: pl.DataFrame = reading.once("journeys.diagnoses", read)
    return frame


def _options(reading: Reading) -> pl.DataFrame:
    """One row an option offered: kind, offered_on, value (taken by the day measured)."""
    import polars as pl

    def read() -> pl.DataFrame:
        held = {one.pk: one.journey_id for one in enrolments(reading)}
        rows = list(
            here(reading, OptionTake.objects.all(), "enrolment__journey__region")
            .order_by("pk")
            .values_list("enrolment_id", "kind", "offered_on", "taken_on")
        )
        rows = [row for row in rows if row[0] in held]
        columns = {
            "journey": [held[row[0]] for row in rows],
            "kind": [row[1] for row in rows],
            "offered_on": [row[2] for row in rows],
            "value": [int(by_then(row[3], reading.as_of) is not None) for row in rows],
        }
        return described(reading, columns, {"kind": pl.String, "offered_on": pl.Date, "value": pl.Int64})

    frame: pl.DataFrame = reading.once("journeys.options", read)
    return frame


def _needs(reading: Reading) -> pl.DataFrame:
    """One row a need that an adviser had closed on the day measured: subject, closed_on, value (closed with help)."""
    import polars as pl

    def read() -> pl.DataFrame:
        ends = _closings(reading.as_of)
        rows = list(
            here(reading, Need.objects.all()).order_by("pk").values_list("pk", "journey_id", "subject", "outcome", "closed_at")
        )
        found: dict[str, list[Any]] = {"journey": [], "subject": [], "closed_on": [], "value": []}
        for pk, journey, subject, outcome, closed_at in rows:
            closed = by_then(closed_at, reading.as_of)
            end = (closed, outcome) if closed is not None else ends.get(pk)
            if end is not None and end[1] in ANSWERED:
                for name, value in zip(found, (journey, subject, end[0], int(end[1] == NeedOutcome.HELPED)), strict=True):
                    found[name].append(value)
        return described(reading, found, {"subject": pl.String, "closed_on": pl.Date, "value": pl.Int64})

    frame: pl.DataFrame = reading.once("journeys.needs", read)
    return frame


def _closings(as_of: date) -> dict[int, tuple[date, str]]:
    """Need → the last end an adviser gave it by that day, unless it was opened again between: for those open or closed later."""
    ends: dict[int, tuple[datetime, str]] = {}
    closed = Involvement.objects.filter(state=InvolvementState.CLOSED).order_by("ended_at", "pk")
    for need, at, outcome in closed.values_list("need_id", "ended_at", "outcome"):
        if by_then(at, as_of) is not None:
            ends[need] = (at, outcome)
    again = NeedEvent.objects.filter(kind__in=OPENED_AGAIN).order_by("at", "pk")
    for need, at in again.values_list("need_id", "at"):
        if need in ends and at >= ends[need][0] and by_then(at, as_of) is not None:
            del ends[need]
    return {need: (day, outcome) for need, (at, outcome) in ends.items() if (day := by_then(at, as_of)) is not None}


def _jobs(reading: Reading) -> pl.DataFrame:
    """One row a review held that declares jobs created: review, done_on, value."""
    import polars as pl

    def read() -> pl.DataFrame:
        said = Figure.objects.filter(
            indicator=Indicator.JOBS_CREATED,
            evidence=EvidenceWord.DECLARED,
            withdrawn_at__isnull=True,
            review__done_at__isnull=False,
        )
        names = ("review__journey_id", "review_id", "review__done_at", "low")
        rows = list(here(reading, said, "review__journey__region").order_by("review_id", "pk").values_list(*names))
        columns = {
            "journey": [row[0] for row in rows],
            "review": [row[1] for row in rows],
            "done_on": [by_then(row[2], reading.as_of) for row in rows],
            "value": [row[3] for row in rows],
        }
        return described(reading, columns, {"review": pl.Int64, "done_on": pl.Date, "value": pl.Decimal(38, 2)})

    frame: pl.DataFrame = reading.once("journeys.jobs", read)
    return frame


def _day() -> Any:
    import polars as pl

    return pl.Date
