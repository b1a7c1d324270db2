"""What fictional people do of the current plan: money, values reported and approved, a locked year, disputes, the committee's papers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.errors import BadInput
from ensembleur.periods import PARIS, paris_day
from ensembleur.strategy.catalogue.reading import read_yaml
from ensembleur.strategy.engine.content import Fund, OverTime, Stage
from ensembleur.strategy.engine.cycle import STEPS
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.engine.money_files import COLUMNS, Amount, cells_of
from ensembleur.strategy.models import Indicator, Measurement, Node, Proposal
from ensembleur.strategy.queries.content import Held, held_strategy, sheet_of
from ensembleur.strategy.services.committee import answer, ask, follow_up, mark_step, record_decision
from ensembleur.strategy.services.disputing import dispute_value, settle_dispute
from ensembleur.strategy.services.importing_budget import import_budget
from ensembleur.strategy.services.locking import lock_period
from ensembleur.strategy.services.proposing import decide_value, propose_value

SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-steering.yaml"
DAY = timedelta(days=1)
THOUSAND = Decimal(1000)
STAGES = (Stage.PROGRAMMED, Stage.VOTED, Stage.COMMITTED, Stage.PAID)


@cache
def script() -> Mapping[str, Any]:
    """What is played."""
    return read_yaml(SCRIPT.read_bytes()).data  # type: ignore[no-any-return]


def play(*, now: datetime, people: Mapping[Role, User]) -> None:
    """Play the script on its strategy, in the order of time: a year's values are corrected before the year is locked.

    people : somebody for each role.   now : the day the demonstration is made; nothing is dated after it.
    """
    held = held_strategy(script()["strategy"])
    if held is None:
        raise BadInput("unknown_strategy", f"La stratégie du récit n'est pas chargée : {script()['strategy']}.")
    scene = _Scene(held, people, now)
    scene.money()
    scene.last_years()
    scene.lock()
    scene.this_year()
    scene.disputes()
    scene.decisions()
    scene.questions()
    scene.cycle()


@dataclass(frozen=True)
class _Scene:
    held: Held
    people: Mapping[Role, User]
    now: datetime

    @property
    def today(self) -> date:
        return paris_day(self.now)

    @property
    def year(self) -> int:
        return self.today.year

    def who(self, role: str) -> User:
        return self.people[Role(role)]

    def at(self, day: date, hour: int = 10) -> datetime:
        """An hour of a day, now at the latest."""
        return min(datetime(day.year, day.month, day.day, hour, tzinfo=PARIS), self.now)

    def ago(self, age: int, hour: int = 10) -> datetime:
        return self.at(self.today - age * DAY, hour)

    def indicator(self, code: str) -> Indicator:
        return Indicator.objects.select_related("strategy", "node").get(strategy=self.held.row, code=code)

    def node(self, code: str) -> Node:
        return Node.objects.select_related("strategy").get(strategy=self.held.row, code=code)

    # -- money
    def money(self) -> None:
        """One file of budget lines, as a department would send it."""
        lines = [line for told in script()["budget"] for line in self._lines(told)]
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, delimiter=";")
        table.writeheader()
        table.writerows(cells_of(line) for line in lines)
        content = text.getvalue().encode()
        import_budget(
            strategy=self.held.row, content=content, file_name="exemple-fictif.csv", by=self.who("officer"), now=self.ago(45)
        )

    def _lines(self, told: Mapping[str, Any]) -> list[Amount]:
        """What is programmed for every year of the plan; what is voted, committed and paid until this one, each within the one before."""
        first, last = self.held.row.period_start.year, (self.held.row.period_end - DAY).year
        lines = []
        for year in range(first, last + 1):
            pace = script()["pace"]
            whole = amount = Decimal(told["yearly_eur"]) * Decimal(pace[min(year - first, len(pace) - 1)])
            for stage in STAGES:
                if stage is Stage.PROGRAMMED:
                    if not told.get("programmed", True):  # a text says it already, for the whole period
                        continue
                else:
                    amount = whole * Decimal(told[stage.value]) * self._elapsed(year)
                    amount = (amount / THOUSAND).quantize(Decimal(1), ROUND_DOWN) * THOUSAND
                if year > self.year and stage is not Stage.PROGRAMMED:
                    break
                decision = f"Exemple fictif {year}"
                lines.append(Amount(told["part"], year, Fund(told["fund"]), stage, amount, decision, script()["note"]))
        return lines

    def _elapsed(self, year: int) -> Decimal:
        """How much of a year is over, by months."""
        return Decimal(self.today.month) / 12 if year == self.year else Decimal(1)

    # -- values
    def last_years(self) -> None:
        """The values of the last two years, and one correction."""
        for years, when in ((2, "before"), (1, "last")):
            reported = date(self.year - years + 1, 2, 10)
            for told in script()["values"]:
                if when in told:
                    proposal = self._propose(told, told[when], date(self.year - years, 12, 31), self.at(reported))
                    self._approve(proposal, self.at(reported + 20 * DAY))
        told = script()["correction"]
        wrong = Measurement.objects.get(
            indicator=self.indicator(told["code"]), origin="reported", as_of=date(self.year - 1, 12, 31)
        )
        mended = self.at(date(self.year, 3, 12))
        proposal = self._propose(told, told["value"], wrong.as_of, mended, corrects=wrong, reason=told["reason"])
        self._approve(proposal, self.at(date(self.year, 3, 20)))

    def this_year(self) -> None:
        """One value approved halfway, some that wait, one refused; of this year, since the last one is locked."""
        end = self.today.replace(day=1) - DAY  # of last month
        told = script()["halfway"]
        month = end.month - told["months"]
        if end.year == self.year and month > 0:
            halfway = date(self.year, month + 1, 1) - DAY
            self._approve(self._propose(told, told["value"], halfway, self.at(halfway + 8 * DAY)), self.at(halfway + 15 * DAY))
        as_of = end if end.year == self.year else self.today
        for told in script()["waiting"]:
            self._propose(told, told["value"], as_of, self.at(as_of + 6 * DAY))
        told = script()["refused"]
        proposal = self._propose(told, told["value"], as_of, self.at(as_of + 4 * DAY))
        decide_value(
            proposal=proposal, approve=False, note=told["note"], by=self.who("second_reader"), now=self.at(as_of + 9 * DAY)
        )

    def _propose(self, told: Mapping[str, Any], value: int, as_of: date, now: datetime, **more: Any) -> Proposal:
        indicator, words = self.indicator(told["code"]), script()["value_words"]
        sheet = sheet_of(indicator)
        start = self.held.row.period_start if sheet.over_time is OverTime.CUMULATIVE else date(as_of.year, 1, 1)
        figures = Figures(
            period_start=start,
            period_end=as_of + DAY,
            as_of=as_of,
            label=sheet.label,
            value=Decimal(value),
            source_title=words["source"],
            comment=words["comment"],
        )
        return propose_value(indicator=indicator, figures=figures, by=self.who(told["by"]), now=now, **more)

    def _approve(self, proposal: Proposal, now: datetime) -> None:
        decide_value(proposal=proposal, approve=True, by=self.who("second_reader"), now=now)

    def lock(self) -> None:
        """Last year no longer moves."""
        lock_period(
            strategy=self.held.row,
            start=date(self.year - 1, 1, 1),
            end=date(self.year, 1, 1),
            reason=script()["lock_reason"],
            by=self.who("officer"),
            now=self.at(date(self.year, 4, 10)),
        )

    def disputes(self) -> None:
        """Last year's values that somebody contests: one answered, one not."""
        for told in script()["disputes"]:
            found = Measurement.objects.standing().filter(indicator=self.indicator(told["code"]), as_of__year=self.year - 1)
            dispute = dispute_value(
                measurement=found.get(origin="reported"), says=told["says"], by=self.who(told["by"]), now=self.ago(told["age"])
            )
            if "settlement" in told:
                settled = self.ago(told["age"] - 12)
                settle_dispute(dispute=dispute, settlement=told["settlement"], by=self.who("officer"), now=settled)

    # -- the committee
    def decisions(self) -> None:
        """What the committee decided, and what became of it."""
        for told in script()["decisions"]:
            then = self.ago(told["age"])
            decision = record_decision(
                node=self.node(told["part"]),
                text=told["text"],
                owner=told["owner"],
                decided_on=paris_day(then),
                due_on=paris_day(then) + told["due_in"] * DAY,
                reference=told["reference"],
                is_public=told.get("is_public", False),
                by=self.who("officer"),
                now=then,
            )
            for step in told["follow_ups"]:
                is_done = step.get("is_done", False)
                follow_up(
                    decision=decision, text=step["text"], is_done=is_done, by=self.who("officer"), now=self.ago(step["age"])
                )

    def questions(self) -> None:
        """What the committee asks; the first is answered."""
        for told in script()["questions"]:
            then = self.ago(told["age"])
            question = ask(
                node=self.node(told["part"]),
                indicator=self.indicator(told["code"]) if "code" in told else None,
                asked_to=told["to"],
                text=told["text"],
                due_on=paris_day(then) + told["due_in"] * DAY,
                by=self.who(told["by"]),
                now=then,
            )
            if "answer" in told:
                answer(question=question, text=told["answer"], by=self.who("officer"), now=self.ago(told["answer_age"]))

    def cycle(self) -> None:
        """The steps of last year's round whose last day is over, but for those left to do."""
        if self.year - 1 > (self.held.row.period_end - DAY).year:
            return
        for step in STEPS:
            due_on = date(self.year, step.month, step.day)
            if step.code not in script()["cycle_left"] and due_on <= self.today:
                done_on = due_on - 5 * DAY
                mark_step(
                    strategy=self.held.row,
                    year=self.year - 1,
                    step=step.code,
                    done_on=done_on,
                    by=self.who("officer"),
                    now=self.at(done_on),
                )
