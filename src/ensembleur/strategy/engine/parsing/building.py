"""From plain data without fault to a Strategy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from ensembleur.periods import Period
from ensembleur.sources import Confidence, Source
from ensembleur.strategy.engine import content as c
from ensembleur.strategy.engine.parsing.walking import FLOORS, ROOT, Table, completed

T = TypeVar("T")


def day(value: Any) -> date:
    """A day written 2017-07-06. Raises ValueError on anything else."""
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    raise ValueError(value)


def number(value: Any) -> Decimal:
    """A number without going through binary fractions."""
    return Decimal(str(value))


def period(value: Any) -> Period:
    """A civil year, or the days from `from` to the day before `to`."""
    if isinstance(value, int):
        return Period(date(value, 1, 1), date(value + 1, 1, 1))
    return Period(day(value["from"]), day(value["to"]))


def build(data: Table) -> c.Strategy:
    """The strategy. data : plain data whose faults were looked for and not found."""
    maker = _Maker(data)
    return c.Strategy(
        slug=data["slug"],
        title=_text(data["title"]),
        region=data["region"],
        period=period(data["period"]),
        documents={key: _source(value) for key, value in data.get("documents", {}).items()},
        root=maker.root(),
        summary=_text(data["summary"]),
        is_fictional=data.get("is_fictional", False),
        is_current=data.get("is_current", False),
        follows=data.get("follows", ""),
        period_note=_maybe_text(data.get("period_note")),
        words={kind: _text(value) for kind, value in data.get("words", {}).items()},
        partners=_each(data.get("partners"), lambda row: c.Partner(row["id"], row["name"], maker.citation(row.get("citation")))),
        lessons=_each(
            data.get("lessons"),
            lambda row: c.Lesson(row["code"], _text(row["title"]), maker.citation(row.get("citation"))),
        ),
        context=_each(data.get("context"), maker.indicator),
    )


class _Maker:
    """Makes the parts; it knows the sentences and the sheets that the file writes once."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.sentences: Table = data.get("sentences", {})

    def root(self) -> c.Node:
        whole = {"code": ROOT, "title": self.data["title"], **self.data.get("whole", {})}
        return self.node({**whole, "challenges": self.data["challenges"]}, c.NodeKind.STRATEGY)

    def node(self, row: Table, kind: c.NodeKind) -> c.Node:
        return c.Node(
            kind=kind,
            code=row["code"],
            title=_text(row["title"]),
            citation=self.citation(row.get("citation")),
            summary=_maybe_text(row.get("summary")),
            owners=_each(row.get("owners"), lambda owner: c.Owner(owner["name"], self.citation(owner.get("citation")))),
            partners=tuple(row.get("partners", ())),
            territories=tuple(row.get("territories", ())),
            lessons=tuple(row.get("lessons", ())),
            rows=tuple(row.get("rows", ())),
            schemes=tuple(row.get("schemes", ())),
            remarks=_each(row.get("remarks"), self.remark),
            indicators=_each(row.get("indicators"), self.indicator),
            budget=_each(row.get("budget"), self.budget_line),
            wordings=tuple(citation for value in row.get("wordings", ()) if (citation := self.citation(value))),
            children=tuple(self.node(child, below) for floor, below in FLOORS.items() for child in row.get(floor, ())),
        )

    def remark(self, row: Table) -> c.Remark:
        return c.Remark(row["kind"], _text(row["says"]), self.citation(row.get("citation")))

    def indicator(self, row: Table) -> c.Indicator:
        sheet = completed(row, self.data)
        texts = (
            "numerator", "denominator", "deduplication", "population", "extraction", "reference_date", "responsible", "limits",
            "needs", "eu_note", "state_reason",
        )  # fmt: skip
        return c.Indicator(
            code=sheet["code"],
            title=_text(sheet["title"]),
            level=c.Level(sheet["level"]),
            definition=_text(sheet["definition"]),
            unit=_text(sheet["unit"]),
            counting_unit=_text(sheet["counting_unit"]),
            direction=c.Direction(sheet["direction"]),
            over_time=c.OverTime(sheet["over_time"]),
            over_places=c.OverPlaces(sheet["over_places"]),
            label=c.Label(sheet["label"]),
            confidentiality=c.Confidentiality(sheet["confidentiality"]),
            disaggregations=tuple(sheet["disaggregations"]),
            frequency_months=sheet["frequency_months"],
            delay_months=sheet["delay_months"],
            measured_by=sheet.get("measured_by", ""),
            parameters=dict(sheet.get("parameters", {})),
            union_of=tuple(sheet.get("union_of", ())),
            eu_codes=_each(sheet.get("eu_codes"), lambda code: c.EuCode(code["code"], code["verified"], _text(code["note"]))),
            baseline=self.baseline(sheet["baseline"]),
            targets=_each(sheet.get("targets"), self.target),
            values=_each(sheet.get("values"), self.value),
            state=c.State(sheet.get("state", "active")),
            replaced_by=sheet.get("replaced_by", ""),
            **{name: _maybe_text(sheet.get(name)) for name in texts},
        )

    def baseline(self, row: Table) -> c.Baseline:
        value = row["value"]
        return c.Baseline(
            value=None if value is None else number(value),
            on=day(row["on"]) if row.get("on") else None,
            citation=self.citation(row.get("citation")),
            note=_maybe_text(row.get("note")),
        )

    def target(self, row: Table) -> c.Target:
        return c.Target(
            due=day(row["due"]),
            statements=self.statements(row),
            start=day(row["start"]) if row.get("start") else None,
            decision=row.get("decision", ""),
            rationale=_maybe_text(row.get("rationale")),
            reason=row.get("reason", ""),
        )

    def value(self, row: Table) -> c.Value:
        covered = period(row["period"])
        assert covered.end is not None
        return c.Value(
            period=covered,
            as_of=day(row["as_of"]) if row.get("as_of") else covered.end - timedelta(days=1),
            label=c.Label(row["label"]),
            statements=self.statements(row),
            note=_maybe_text(row.get("note")),
        )

    def budget_line(self, row: Table) -> c.BudgetLine:
        return c.BudgetLine(
            fund=c.Fund(row["fund"]),
            stage=c.Stage(row["stage"]),
            statements=self.statements(row),
            year=row.get("year"),
            decision=row.get("decision", ""),
            note=_maybe_text(row.get("note")),
        )

    def statements(self, row: Table) -> tuple[c.Statement, ...]:
        return _each(row["statements"], self.statement)

    def statement(self, row: Table) -> c.Statement:
        citation = self.citation(row.get("citation")) or c.Citation("", "", "")
        precision = c.Precision(row.get("precision", "exact"))
        return c.Statement(number(row["value"]), citation, _maybe_text(row.get("note")), precision)

    def citation(self, value: Any) -> c.Citation | None:
        row = self.sentences[value] if isinstance(value, str) else value
        return c.Citation(row["document"], row["section"], row.get("sentence", "")) if row else None


def _each(value: Any, make: Callable[[Table], T]) -> tuple[T, ...]:
    return tuple(make(row) for row in value or ())


def _text(value: Any) -> c.Text:
    return c.Text(value["fr"], value["en"])


def _maybe_text(value: Any) -> c.Text | None:
    return _text(value) if value else None


def _source(row: Table) -> Source:
    note = row.get("note") or {"fr": "", "en": ""}
    return Source(
        title=row["title"],
        url=row.get("url", ""),
        licence=row.get("licence", ""),
        as_of=day(row["as_of"]) if row.get("as_of") else None,
        checked_on=day(row["checked"]) if row.get("checked") else None,
        confidence=Confidence(row.get("confidence", "unverified")),
        note=note["fr"],
        note_en=note["en"],
    )
