"""The chapters after the sheets: European indicators, what changed this year, the quality of the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.changes import Change as Difference
from ensembleur.strategy.engine.changes import Kind
from ensembleur.strategy.engine.changes import Part as About
from ensembleur.strategy.engine.content import Fund, State, Text
from ensembleur.strategy.engine.difference import difference
from ensembleur.strategy.engine.report.content import Change, EuRow, Figure, Issue
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.models import Dispute, StrategyVersion
from ensembleur.strategy.queries.annual.figures import OLD, figure_of
from ensembleur.strategy.queries.annual.sight import Sight
from ensembleur.strategy.queries.content import content_of
from ensembleur.strategy.queries.states import Seen
from ensembleur.strategy.queries.target_changes import target_changes

NOTHING = Text("—", "—")
CONTESTED = Text("Une valeur est contestée ; la réponse est attendue.", "A value is contested; the answer is awaited.")
NOBODY = Text("Rien ne le mesure encore.", "Nothing measures it yet.")
TAKEN = Text("La plateforme le calcule : la prise est à faire.", "The platform computes it: it remains to be taken.")


def eu_rows(sight: Sight) -> Iterator[EuRow]:
    """Each common indicator a sheet names, verified or not; what has none says so."""
    for one in sight.fr.seen.values():
        for code in one.sheet.eu_codes:
            fund = Fund.ESF if code.code.startswith("EE") else Fund.ERDF
            yield EuRow(code.code, code.verified, fund, one.sheet.title, figure_of(one), code.note)
        if one.sheet.eu_note and not one.sheet.eu_codes:
            yield EuRow("", False, None, one.sheet.title, Figure(None, one.sheet.unit), one.sheet.eu_note)


def changes(sight: Sight) -> Iterator[Change]:
    """What the versions loaded in the year changed; a first version changes nothing."""
    versions = StrategyVersion.objects.filter(strategy=sight.held.row).order_by("number")
    rows = [
        (pk, number, paris_day(at), reason)
        for pk, number, at, reason in versions.values_list("pk", "number", "loaded_at", "reason")
    ]
    moved = target_changes(sight.held, sight.year)
    units = {sheet.code: sheet.unit for _part, sheet in sight.held.content.indicators()}
    for code, found in sorted(moved.items()):
        for one in found:
            before, after = (
                Text(*(show_amount(value, units.get(code), lang) for lang in ("fr", "en"))) for value in (one.before, one.after)
            )
            yield Change(one.on, code, "target", before, after, Text(one.reason, one.reason))
    for (former, _number, _on, _why), (pk, _next, on, reason) in pairwise(rows):
        if on.year != sight.year or on > sight.as_of:
            continue
        told = [difference(content_of(former), content_of(pk), lang=lang).changes for lang in ("fr", "en")]
        for fr, en in zip(*told, strict=True):
            if kind := _kind(fr):
                yield Change(on, fr.at, kind, NOTHING, Text(fr.says, en.says), Text(reason, reason))


def _kind(change: Difference) -> str:
    if change.part not in (About.INDICATOR, About.NODE):
        return ""
    return "definition" if change.kind is Kind.CHANGED else "state"


def issues(sight: Sight) -> Iterator[Issue]:
    """Values that are missing, stale, disputed, or that two texts give differently, in the order of the file."""
    disputes = Dispute.objects.still_open(sight.known_at).filter(measurement__indicator__strategy=sight.held.row)
    contested = set(disputes.values_list("measurement__indicator__code", flat=True))
    for one in sight.fr.seen.values():
        if one.sheet.state is State.ACTIVE:
            yield from _issues(sight, one, contested)


def _issues(sight: Sight, one: Seen, contested: set[str]) -> Iterator[Issue]:
    sheet = one.sheet
    if one.main is None:
        says = sheet.needs or (TAKEN if sheet.measured_by or sheet.union_of else NOBODY)
        yield Issue("missing", sheet.code, sheet.title, says)
    elif one.fresh.state in OLD and not one.is_settled:
        fr, en = sight.both(one)
        yield Issue("stale", sheet.code, sheet.title, Text(fr.fresh.says, en.fresh.says), one.fresh.due_on)
    if sheet.code in contested:
        yield Issue("disputed", sheet.code, sheet.title, CONTESTED)
    for said in (*(target.statements for target in sheet.targets), *(value.statements for value in sheet.values)):
        if len({statement.value for statement in said}) > 1:
            told = (
                " ; ".join(f"{show_amount(one.value, sheet.unit, lang)} ({one.citation.section})" for one in said)
                for lang in ("fr", "en")
            )
            yield Issue("texts", sheet.code, sheet.title, Text(*told))
