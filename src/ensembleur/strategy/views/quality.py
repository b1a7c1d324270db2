"""The data-quality page: counts first, one table for each kind of trouble, the same lines as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import check
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.models import PeriodLock
from ensembleur.strategy.permissions import may_enter_room, may_read_room
from ensembleur.strategy.queries.content import Held, held_strategies
from ensembleur.strategy.queries.entry import DAY, language
from ensembleur.strategy.queries.quality import KINDS, Trouble, counted, tallied, troubles
from ensembleur.strategy.services.measuring import take_measurements
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

TITLES = {
    "missing": gettext_lazy("Jamais mesurés, ce qui n'est pas zéro"),
    "late": gettext_lazy("En retard"),
    "disputed": gettext_lazy("Contestées"),
    "texts": gettext_lazy("Les textes donnent plusieurs chiffres"),
    "locked": gettext_lazy("Les opérations disent autre chose qu'une période verrouillée"),
    "changed": gettext_lazy("Mesures remplacées, et pourquoi"),
}
DAYS = {
    "late": gettext_lazy("Attendue le"),
    "disputed": gettext_lazy("Contestée le"),
    "locked": gettext_lazy("Situation au"),
    "changed": gettext_lazy("Remplacée le"),
}
COLUMNS = ("genre", "code", "titre", "constat", "date")


@login_required
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """What is missing, late, disputed or moving in one strategy."""
    check(may_enter_room, request.user)
    lang, today = language(), timezone.localdate()
    strategies = [held for held in held_strategies() if may_read_room(request.user, held.row)]
    asked = request.GET.get("strategie")
    chosen = next((held for held in strategies if held.row.pk == asked), strategies[0] if strategies else None)
    found = troubles(chosen, request.user, as_of=today, lang=lang) if chosen else []
    compares = "comparer" in request.GET
    if chosen and compares:
        found += _beside_locks(request, chosen, lang)
    if request.GET.get("format") == "csv" and chosen:
        return _file(chosen, found)
    counts = tallied(found)
    context = {
        "strategies": [{"slug": held.row.pk, "title": held.content.title.into(lang)} for held in strategies],
        "chosen": chosen.row.pk if chosen else "",
        "counts": [
            {"kind": kind, "count": counts[kind], "says": counted(kind, counts[kind])}
            for kind in KINDS
            if kind != "locked" or compares
        ],
        "sections": [
            {
                "kind": kind,
                "title": TITLES[kind],
                "day": DAYS.get(kind, ""),
                "lines": [_line(chosen, one) for one in found if one.kind == kind],
            }
            for kind in KINDS
            if chosen and counts[kind]
        ],
        "compares": compares,
        "has_locks": chosen is not None and PeriodLock.objects.filter(strategy=chosen.row, lifted_at__isnull=True).exists(),
        "is_followed": chosen is not None and chosen.is_followed,
        "today": today,
    }
    return page(request, "strategy/values/quality.html", context)


def _beside_locks(request: HttpRequest, held: Held, lang: str) -> list[Trouble]:
    """What operations say today of the last day of each closed period, where it is not what was kept; nothing is written."""
    sheets = {sheet.code: sheet for _part, sheet in held.content.indicators()}
    found = []
    for lock in PeriodLock.objects.visible_to(request.user).filter(strategy=held.row, lifted_at__isnull=True):
        day = lock.period_end - DAY
        # A trial writes nothing, and who reads the room may know what it says.
        taken = take_measurements(as_of=day, by="command:quality", now=timezone.now(), slug=held.row.pk, dry_run=True)
        for line in taken.lines:
            if line.what != "held" or line.before is None or line.before == line.value:
                continue
            sheet = sheets[line.code]
            before, value = (
                _("inconnu") if one is None else show_amount(one.normalize() + 0, sheet.unit, lang)
                for one in (line.before, line.value)
            )
            says = _("Verrouillé : %(before)s ; les opérations disent aujourd'hui : %(value)s.") % {
                "before": before,
                "value": value,
            }
            found.append(Trouble("locked", line.code, sheet.title.into(lang), f"{says} {line.says}", day, lock.pk))
    return found


def _line(held: Held | None, one: Trouble) -> dict[str, Any]:
    assert held is not None
    codes = {sheet.code for _part, sheet in held.content.indicators()}
    url = reverse("strategy:value_form", args=[held.row.pk, one.code]) if one.code in codes else ""
    if one.kind == "disputed":
        url = reverse("strategy:settle", args=[one.pk])
    return {"one": one, "url": url}


def _file(held: Held, found: list[Trouble]) -> HttpResponse:
    rows = (
        {
            "genre": str(TITLES[one.kind]),
            "code": one.code,
            "titre": one.title,
            "constat": one.says,
            "date": one.on.isoformat() if one.on else "",
        }
        for one in found
    )
    return table_file(f"qualite-{held.row.pk}.csv", COLUMNS, rows)
