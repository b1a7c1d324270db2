"""How values are shown to who works on them: with their unit, how they are known, and the days they cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.strategy.choices import LabelWord, ProposalState
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.value_files import written
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.models import Measurement, Proposal
from ensembleur.strategy.queries.entry import language
from ensembleur.web.formats import day as shown_day

DAY = timedelta(days=1)
BADGES = {
    ProposalState.PROPOSED: "unknown",
    ProposalState.APPROVED: "yes",
    ProposalState.REFUSED: "no",
    ProposalState.WITHDRAWN: "closed",
}


def amount(value: Any, sheet: Sheet) -> str:
    """« 120 personnes », a dash when it is not known."""
    return "—" if value is None else show_amount(value.normalize() + 0, sheet.unit, language())


def days(start: date, end: date) -> str:
    """« du 1er janvier au 31 décembre 2025 »; a whole year is its number."""
    if (start.month, start.day) == (1, 1) and end == date(start.year + 1, 1, 1):
        return str(start.year)
    return _("du %(start)s au %(last)s") % {"start": shown_day(start), "last": shown_day(end - DAY)}


def number(value: Any) -> str:
    """« 1250,5 »; a dash when it is not known."""
    return written(value) or "—"


@dataclass(frozen=True)
class Shown:
    """A value as a line shows it."""

    row: Measurement | Proposal
    sheet: Sheet

    @property
    def title(self) -> str:
        """The indicator's name."""
        return self.sheet.title.into(language())

    @property
    def amount(self) -> str:
        """The value with its unit."""
        return amount(self.row.value, self.sheet)

    @property
    def label(self) -> str:
        """How it is known."""
        return str(LabelWord(self.row.label).label)

    @property
    def days(self) -> str:
        """The days it covers."""
        return days(self.row.period_start, self.row.period_end)

    @property
    def badge(self) -> str:
        """The mark of a report's state."""
        return BADGES[ProposalState(self.row.state)] if isinstance(self.row, Proposal) else "yes"


def last_value(shown: Shown | None) -> str:
    """« 120 personnes (déclaré), situation au 31 octobre 2026 »."""
    if shown is None:
        return _("Jamais mesuré, ce qui n'est pas zéro.")
    words = {"amount": shown.amount, "label": shown.label, "day": shown_day(shown.row.as_of)}
    return _("%(amount)s (%(label)s), situation au %(day)s") % words


def aims(sheet: Sheet) -> list[str]:
    """« 1 000 personnes au 31 décembre 2030 », one line for each target; what another sentence says stands beside it."""
    lang, lines = language(), []
    for target in sheet.targets:
        values = list(dict.fromkeys(show_amount(one.value, sheet.unit, lang) for one in target.statements))
        line = _("%(amount)s au %(day)s") % {"amount": values[0], "day": shown_day(target.due)}
        if len(values) > 1:
            line += " " + _("(un autre passage dit %(others)s)") % {"others": ", ".join(values[1:])}
        lines.append(line)
    return lines


def definition(sheet: Sheet) -> list[tuple[str, str]]:
    """The fields of the sheet that tell what to count."""
    lang = language()
    rows = [
        (_("Définition"), sheet.definition),
        (_("Unité"), sheet.unit),
        (_("Ce qui est compté un par un"), sheet.counting_unit),
        (_("Pour ne pas compter deux fois"), sheet.deduplication),
        (_("Qui est concerné"), sheet.population),
        (_("Date de référence"), sheet.reference_date),
        (_("Limites connues"), sheet.limits),
    ]
    return [(term, text.into(lang)) for term, text in rows if text is not None]
