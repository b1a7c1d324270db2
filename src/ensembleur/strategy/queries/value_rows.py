"""The lines of a file of values: everything a person may see of a strategy, and blank lines for what is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.entering import due_period, why_not_reported
from ensembleur.strategy.engine.freshness import Fresh, Freshness
from ensembleur.strategy.engine.labels import LABEL_WORDS
from ensembleur.strategy.engine.value_files import COLUMNS, DAY, cells_of, written
from ensembleur.strategy.models import Measurement, Proposal
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.dues import dated
from ensembleur.strategy.queries.entry import figures_of
from ensembleur.strategy.queries.values import Followed, followed, hides

# A file speaks French whoever takes it: it goes from hand to hand.
ORIGINS = {Origin.COMPUTED: "calculé", Origin.REPORTED: "rapporté", Origin.TEXT: "texte"}
AWAITED = (Freshness.NEVER, Freshness.DUE, Freshness.LATE, Freshness.STALE)


@dataclass(frozen=True)
class Due:
    """A value that somebody is to report.

    start, end : half-open days of the period proposed.   is_late : it should already be there.   waiting : a report already made.
    """

    held: Held
    one: Followed
    fresh: Fresh
    start: date
    end: date
    is_late: bool
    waiting: Proposal | None = None


def dues(held: Held, known: dict[str, Followed], waiting: list[Proposal], *, as_of: date, lang: str) -> list[Due]:
    """What is to be reported of a strategy, in the order of its file; nothing of one that is history.

    waiting : the reports that wait, as the reader may see them.
    """
    if not held.is_followed:
        return []
    last: dict[int, Proposal] = {one.indicator_id: one for one in sorted(waiting, key=lambda one: one.as_of)}
    found = []
    for one in known.values():
        due = dated(held, one, as_of=as_of, lang=lang)
        fresh = due.fresh
        if not due.is_settled and fresh.state in AWAITED and not why_not_reported(one.sheet):
            start, end = due_period(one.sheet, since=held.row.period_start, as_of=as_of)
            is_late = fresh.due_on is not None and fresh.due_on < as_of
            found.append(Due(held, one, fresh, start, end, is_late, last.get(one.row.pk)))
    return found


def value_rows(held: Held, user: Any, *, as_of: date) -> list[dict[str, str]]:
    """Every standing value, every report that waits and a blank line for what is due, as far as this person may see; four queries."""
    known = followed(held, as_of=as_of, user=user)
    everything = may_read_room(user, held.row)
    waiting = list(Proposal.objects.visible_to(user).waiting().filter(indicator__strategy=held.row))
    reports: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in waiting:
        reports[proposal.indicator_id].append(proposal)
    words = {one.measurement_id: one for one in Proposal.objects.filter(measurement__indicator__strategy=held.row)}
    awaited = {due.one.row.pk: due for due in dues(held, known, waiting, as_of=as_of, lang="fr")}
    rows = []
    for one in known.values():
        head = {"strategie": held.row.pk, "indicateur": one.sheet.code, "titre": one.sheet.title.fr, "unite": one.sheet.unit.fr}
        shown = [found for found in one.series if everything or not hides(one.sheet, found)]
        lines = [*_of_values(held, shown, words), *_of_reports(reports[one.row.pk])]
        if not reports[one.row.pk] and (due := awaited.get(one.row.pk)):
            lines.append(_blank(due, one.sheet, as_of))
        rows += [{**dict.fromkeys(COLUMNS, ""), **head, **line} for line in lines]
    return rows


def source_title(held: Held, measurement: Measurement) -> str:
    """Where a value comes from, in words: the paper somebody named, the text, or the computation."""
    if title := measurement.source.get("title"):
        return str(title)
    for statement in measurement.source.get("statements", ()):
        if document := held.content.documents.get(statement["document"]):
            return document.title
    return measurement.query


def _of_values(held: Held, values: list[Measurement], words: dict[int, Proposal]) -> Iterator[dict[str, str]]:
    for value in values:
        told = words.get(value.pk)
        line = {"origine": ORIGINS[Origin(value.origin)], "etat": "validé"}
        source = source_title(held, value)
        if value.value is None:
            days = {"du": value.period_start, "au": value.period_end - DAY, "situation_au": value.as_of}
            cells = {name: day.isoformat() for name, day in days.items()}
            cells |= {
                "connu_comme": LABEL_WORDS[Label(value.label)].fr,
                "source": source,
                "denominateur": written(value.denominator),
            }
        else:
            cells = cells_of(figures_of(value, source_title=source, comment=told.comment if told else ""))
        yield line | cells


def _of_reports(proposals: list[Proposal]) -> Iterator[dict[str, str]]:
    for proposal in proposals:
        line = {"origine": ORIGINS[Origin.REPORTED], "etat": "à valider", "motif_correction": proposal.reason}
        yield line | cells_of(figures_of(proposal))


def _blank(due: Due, sheet: Sheet, as_of: date) -> dict[str, str]:
    last = due.end - DAY
    return {
        "du": due.start.isoformat(),
        "au": last.isoformat(),
        "situation_au": min(last, as_of).isoformat(),
        "connu_comme": LABEL_WORDS[sheet.label].fr,
        "etat": "à saisir",
    }
