"""What is wrong, missing or moving in the values of a strategy: one line each, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.content import BudgetLine as Line
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import State, Statement, Text
from ensembleur.strategy.engine.entering import is_computed
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, show_amount
from ensembleur.strategy.models import Dispute, Measurement
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.dues import dated
from ensembleur.strategy.queries.values import Followed, followed

KINDS = ("missing", "late", "disputed", "texts", "locked", "changed")
MOST_CHANGES = 200
EUROS = Text("€", "€")


@dataclass(frozen=True)
class Trouble:
    """One line. kind : one of KINDS.   code, title : the indicator's, or the part's.   on : the day it dates from, or is due."""

    kind: str
    code: str
    title: str
    says: str
    on: date | None = None
    pk: int | None = None


def troubles(held: Held, user: Any, *, as_of: date, lang: str) -> list[Trouble]:
    """Every line but those of locked periods, which are compared on demand; five queries. Nothing to who does not read the room."""
    if not may_read_room(user, held.row):
        return []
    known = followed(held, as_of=as_of, user=user)
    titles = {one.row.pk: one.sheet for one in known.values()}
    found: list[Trouble] = []
    if held.is_followed:
        found += [line for one in known.values() for line in _late(held, one, as_of, lang)]
    found += _disputed(titles, lang)
    found += [line for one in known.values() for line in _texts(one.sheet, lang)]
    found += [line for node in held.content.nodes() for line in _money(node.code, node.title, node.budget, lang)]
    found += _changed(titles, lang)
    return found


def _late(held: Held, one: Followed, as_of: date, lang: str) -> Iterator[Trouble]:
    sheet = one.sheet
    if sheet.state is not State.ACTIVE:
        return
    title = sheet.title.into(lang)
    if one.latest is None:
        yield Trouble("missing", sheet.code, title, _who_would_measure(sheet, lang))
        return
    due = dated(held, one, as_of=as_of, lang=lang)
    if due.is_late:
        yield Trouble("late", sheet.code, title, due.fresh.says, due.fresh.due_on)


def _who_would_measure(sheet: Sheet, lang: str) -> str:
    if is_computed(sheet):
        return _("La plateforme le calcule : prenez les mesures.")
    if sheet.needs is not None:
        return _("Il faudrait : %(needs)s.") % {"needs": sheet.needs.into(lang)}
    return _("Personne ne l'a encore rapporté.")


def _disputed(titles: dict[int, Sheet], lang: str) -> Iterator[Trouble]:
    open_ones = Dispute.objects.filter(settled_at__isnull=True, measurement__indicator__in=list(titles))
    for one in open_ones.select_related("measurement").order_by("raised_at", "pk"):
        sheet = titles[one.measurement.indicator_id]
        yield Trouble("disputed", sheet.code, sheet.title.into(lang), one.says, paris_day(one.raised_at), one.pk)


def _texts(sheet: Sheet, lang: str) -> Iterator[Trouble]:
    groups = [*(target.statements for target in sheet.targets), *(value.statements for value in sheet.values)]
    for statements in groups:
        if says := _disagreement(statements, sheet.unit, lang):
            yield Trouble("texts", sheet.code, sheet.title.into(lang), says)


def _money(code: str, title: Text, lines: tuple[Line, ...], lang: str) -> Iterator[Trouble]:
    for line in lines:
        if says := _disagreement(line.statements, EUROS, lang):
            words = f"{FUND_WORDS[line.fund].into(lang)}, {STAGE_WORDS[line.stage].into(lang)}"
            yield Trouble("texts", code, title.into(lang), f"{words} : {says}")


def _disagreement(statements: tuple[Statement, ...], unit: Text, lang: str) -> str:
    """« 1 000 (Partie A) ; 1 200 (Partie B) » when the sentences give several figures, "" when they agree."""
    if len({one.value for one in statements}) < 2:
        return ""
    return " ; ".join(f"{show_amount(one.value, unit, lang)} ({one.citation.section})" for one in statements)


def _changed(titles: dict[int, Sheet], lang: str) -> Iterator[Trouble]:
    moved = Measurement.objects.filter(indicator__in=list(titles), replaces__isnull=False)
    for one in moved.defer("breakdown").order_by("-taken_at", "-pk")[:MOST_CHANGES]:
        sheet = titles[one.indicator_id]
        yield Trouble("changed", sheet.code, sheet.title.into(lang), one.reason, paris_day(one.taken_at), one.pk)


def tallied(found: list[Trouble]) -> dict[str, int]:
    """How many lines of each kind."""
    return {kind: sum(one.kind == kind for one in found) for kind in KINDS}


def counted(kind: str, count: int) -> str:
    """What a count is of."""
    return {
        "missing": ngettext("indicateur jamais mesuré", "indicateurs jamais mesurés", count),
        "late": ngettext("valeur en retard", "valeurs en retard", count),
        "disputed": ngettext("valeur contestée", "valeurs contestées", count),
        "texts": ngettext("chiffre sur lequel les textes divergent", "chiffres sur lesquels les textes divergent", count),
        "locked": ngettext(
            "valeur qui diffère d'une période verrouillée", "valeurs qui diffèrent d'une période verrouillée", count
        ),
        "changed": ngettext("mesure remplacée", "mesures remplacées", count),
    }[kind]
