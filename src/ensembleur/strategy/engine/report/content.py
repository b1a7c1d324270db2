"""A whole annual report as plain data: everything the PDF, the page and the data package say, and nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from ensembleur.sources import Source
from ensembleur.strategy.engine.charts.content import Bars, Execution, Overview, Series, refuse_a_secret_with_its_value
from ensembleur.strategy.engine.content import Citation, Fund, Label, Text

TONES = ("yes", "no", "unknown", "closed")


@dataclass(frozen=True)
class Identity:
    """Which strategy, which year, and what identifies the inputs.

    generated_for : the day the report speaks of; it dates the file too, so that the same inputs give the same bytes.
    data_hash, code_hash : SHA-256 of the measurements read, and of the program that read them.
    address : where the page is, "" when it is not published.
    """

    slug: str
    title: Text
    region: Text
    year: int
    generated_for: date
    data_hash: str
    code_hash: str
    address: str = ""
    is_fictional: bool = False


@dataclass(frozen=True)
class Standing:
    """A state and the rule that gives it. tone : one of TONES."""

    tone: str
    word: Text
    rule: Text


@dataclass(frozen=True)
class Figure:
    """A value and how it is known. value None: not measured, unless `hidden` gives the class of the secrecy reason."""

    value: Decimal | None
    unit: Text
    label: Label | None = None
    as_of: date | None = None
    hidden: str = ""

    def __post_init__(self) -> None:
        refuse_a_secret_with_its_value(self.value, self.hidden)


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in the state page or in its measure's sheet.

    target, due : what was promised and for when.   progress, expected : shares of the way, unbounded; None when they
    cannot be computed.   remark : what the reader must know before comparing (two labels, two texts).
    source : where the value comes from.   is_stale : a newer value was due.   next_due : when it is.
    needs : what would have to exist for it to be measured.
    """

    code: str
    title: Text
    figure: Figure
    standing: Standing
    target: Decimal | None = None
    due: date | None = None
    baseline: Decimal | None = None
    progress: Decimal | None = None
    expected: Decimal | None = None
    source: Text | None = None
    is_stale: bool = False
    next_due: date | None = None
    needs: Text | None = None
    remark: Text | None = None


@dataclass(frozen=True)
class Alert:
    """Something to decide upon, and the rule that raised it. concerns : code of the measure or indicator."""

    title: Text
    rule: Text
    concerns: str = ""


@dataclass(frozen=True)
class State:
    """The one-page state: the strategy's own targets, the alerts, how many measures stand where."""

    targets: tuple[IndicatorRow, ...] = ()
    alerts: tuple[Alert, ...] = ()
    summary: Text | None = None
    overview: Overview | None = None


@dataclass(frozen=True)
class MoneyLine:
    """Euros of one fund in one year (None: the whole period); None where nobody knows, which is not zero."""

    fund: Fund
    year: int | None = None
    programmed_eur: Decimal | None = None
    voted_eur: Decimal | None = None
    committed_eur: Decimal | None = None
    paid_eur: Decimal | None = None


@dataclass(frozen=True)
class Forecast:
    """What should be paid by the end of a year, and the published rule that says so."""

    year: int
    amount_eur: Decimal
    rule: Text


@dataclass(frozen=True)
class Risk:
    """European money that would go back if nothing is paid by that day."""

    fund: Fund
    by: date
    amount_eur: Decimal
    rule: Text


@dataclass(frozen=True)
class Money:
    """The money of the strategy or of one measure. leverage : euros of others for one euro of the Region."""

    lines: tuple[MoneyLine, ...] = ()
    leverage: Decimal | None = None
    leverage_rule: Text | None = None
    forecasts: tuple[Forecast, ...] = ()
    risks: tuple[Risk, ...] = ()
    curve: Execution | None = None
    remark: Text | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a published table: a value, or the class of the reason it is hidden, or neither: not known."""

    value: Decimal | None
    hidden: str = ""

    def __post_init__(self) -> None:
        refuse_a_secret_with_its_value(self.value, self.hidden)


@dataclass(frozen=True)
class Column:
    """What a column of a territory table counts, and how it is known."""

    title: Text
    unit: Text
    label: Label | None = None


@dataclass(frozen=True)
class PlaceRow:
    """One territory of a table; its cells follow the columns."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PlaceTable:
    """A table by territory as the gateway of secrecy released it. total : last line, already protected with the others."""

    columns: tuple[Column, ...] = ()
    rows: tuple[PlaceRow, ...] = ()
    total: PlaceRow | None = None
    released_on: date | None = None
    chart: Bars | None = None


@dataclass(frozen=True)
class Act:
    """Something done in the year."""

    on: date
    says: Text


@dataclass(frozen=True)
class Sheet:
    """A measure on its page. owner "" when no text names anybody. citation : the sentence that founds it."""

    code: str
    title: Text
    parent: Text
    standing: Standing
    owner: str = ""
    partners: tuple[str, ...] = ()
    citation: Citation | None = None
    summary: Text | None = None
    indicators: tuple[IndicatorRow, ...] = ()
    series: tuple[Series, ...] = ()
    places: PlaceTable | None = None
    money: Money | None = None
    acts: tuple[Act, ...] = ()
    next_step: Text | None = None


@dataclass(frozen=True)
class Evaluation:
    """A published evaluation. gates : the conditions it had to meet. caveats : what it does not answer."""

    title: Text
    published_on: date
    says: Text
    gates: tuple[Text, ...] = ()
    caveats: tuple[Text, ...] = ()


@dataclass(frozen=True)
class EuRow:
    """A common indicator of the European funds. verified : its number and label were read in the regulation.

    code "" : the strategy counts something the funds have no common indicator for, and `note` says so.
    """

    code: str
    verified: bool
    fund: Fund | None
    title: Text
    figure: Figure
    note: Text | None = None


@dataclass(frozen=True)
class Change:
    """A target or a definition changed in the year. kind : "target", "definition" or "state"."""

    on: date
    code: str
    kind: str
    before: Text
    after: Text
    reason: Text
    decision: str = ""


@dataclass(frozen=True)
class Issue:
    """A value that is "missing", "stale", "disputed" by somebody, or that "texts" give differently: its kind."""

    kind: str
    code: str
    title: Text
    says: Text
    since: date | None = None


@dataclass(frozen=True)
class Paragraph:
    """A titled paragraph of the method."""

    title: Text
    says: Text


@dataclass(frozen=True)
class Hash:
    """What identifies one input."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Report:
    """The annual report."""

    identity: Identity
    state: State = State()
    money: Money = Money()
    sheets: tuple[Sheet, ...] = ()
    places: PlaceTable = PlaceTable()
    evaluations: tuple[Evaluation, ...] = ()
    eu: tuple[EuRow, ...] = ()
    changes: tuple[Change, ...] = ()
    issues: tuple[Issue, ...] = ()
    method: tuple[Paragraph, ...] = ()
    documents: tuple[tuple[str, Source], ...] = ()
    hashes: tuple[Hash, ...] = ()


def as_json(thing: Any) -> Any:
    """The report, or a part of it, as JSON values: exact numbers and days as text, absent as null."""
    if is_dataclass(thing):
        return {field.name: as_json(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, tuple | list):
        return [as_json(one) for one in thing]
    if isinstance(thing, dict):
        return {str(key): as_json(value) for key, value in sorted(thing.items())}
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, Decimal):
        return f"{thing:f}"
    return thing.isoformat() if isinstance(thing, date) else thing


def manifest(report: Report) -> dict[str, Any]:
    """What identifies the report: who, when, from what."""
    return {**as_json(report.identity), "inputs": {one.name: one.sha256 for one in report.hashes}}
