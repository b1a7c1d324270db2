"""The committee's room on one page: what must be looked at, where each measure stands, what was decided, what is asked."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import check
from ensembleur.strategy import permissions
from ensembleur.strategy.engine.alerts import RULES, Alert
from ensembleur.strategy.engine.content import Node, NodeKind
from ensembleur.strategy.engine.cycle import FOUNDED_ON, MONTHS_NOTE, StepState
from ensembleur.strategy.models import Node as Row
from ensembleur.strategy.models import Strategy
from ensembleur.strategy.queries.beside import same_age_of
from ensembleur.strategy.queries.content import Held, held_strategy
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.queries.room import Room, owner_of, room_of, room_strategies
from ensembleur.strategy.queries.states import situation
from ensembleur.strategy.views import words
from ensembleur.strategy.views.budget import part_address
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

FIRST = 4  # alerts of one rule shown before « les autres »
ENDED = 5  # decisions carried out and questions answered shown
NAMES = {
    "late": gettext_lazy("En retard sur la trajectoire"),
    "contested": gettext_lazy("Valeurs contestées"),
    "stale": gettext_lazy("Valeurs attendues et pas arrivées"),
    "unspent": gettext_lazy("Argent non dépensé"),
    "target_changed": gettext_lazy("Cibles changées cette année"),
    "never_measured": gettext_lazy("Jamais mesurés, ce qui n'est pas zéro"),
    "disputed": gettext_lazy("Deux chiffres pour une même chose"),
    "budget_fault": gettext_lazy("Montants qui se contredisent"),
}
STATES = {
    StepState.DONE: ("yes", gettext_lazy("Fait")),
    StepState.LATE: ("no", gettext_lazy("Date passée")),
    StepState.NEXT: ("info", gettext_lazy("La prochaine")),
    StepState.TO_COME: ("closed", gettext_lazy("À venir")),
}
MARKS = {
    "yes": ("check", gettext_lazy("sur sa trajectoire")),
    "no": ("cross", gettext_lazy("en retard")),
    "unknown": ("question", gettext_lazy("on ne sait pas")),
    "none": ("clock", gettext_lazy("sans cible chiffrée")),
}
COLUMNS = ("genre", "regle", "partie", "titre", "indicateur", "constat", "depuis")


@login_required
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """One strategy, or one of its parts, as the committee looks at it."""
    check(permissions.may_enter_room, request.user)
    strategies, lang = room_strategies(request.user), language()
    held = _asked(request, strategies)
    if held is None:
        return page(request, "strategy/room/no_strategy.html", {})
    found = _room(request, held)
    alerts = [_alert(held, one) for one in found.alerts]
    row = held.row
    context = {
        "slug": row.pk,
        "strategy_title": held.content.title.into(lang),
        "today": found.now.as_of,
        "filters": {
            "strategies": [{"slug": one.row.pk, "title": one.content.title.into(lang)} for one in strategies],
            "parts": [
                _named(node, lang) for node in held.content.nodes() if node.kind in (NodeKind.CHALLENGE, NodeKind.OBJECTIVE)
            ],
            "part": "" if found.part is held.content.root else found.part.code,
        },
        "query": urlencode({"strategie": row.pk, **_part_query(held, found.part)}),
        "step": _step(request, found, alerts),
        "groups": _groups(alerts, lang),
        "tally": Counter(mark.tone for _part, marks in found.marks for mark in marks),
        "floors": [_floor(held, node, marks, lang) for node, marks in found.marks],
        "decisions": [_decision(found, one) for one in found.decisions if one.done_on is None],
        "carried": [_decision(found, one) for one in found.decisions if one.done_on is not None][:ENDED],
        "waiting": [one for one in found.questions if one.answered_at is None],
        "answered": [one for one in found.questions if one.answered_at is not None][:ENDED],
        "agenda": _agenda(found),
        "former": _former(found) if found.part is held.content.root else None,
        "money": [one for one in found.money.sums.amounts if one is not None],
        "may": {
            "decide": permissions.may_record_decision(request.user, _any(row)),
            "ask": permissions.may_ask(request.user, _any(row)),
            "mark": permissions.may_mark_cycle(request.user, row),
            "keep": permissions.may_keep_budget(request.user, row),
        },
    }
    return page(request, "strategy/room/room.html", context)


@login_required
@require_safe
def alerts_csv(request: HttpRequest) -> HttpResponse:
    """The alerts as a table to take to the meeting."""
    check(permissions.may_enter_room, request.user)
    held = _asked(request, room_strategies(request.user))
    if held is None:
        raise Http404
    titles = {node.code: node.title.into(language()) for node in held.content.nodes()}
    rows = (
        {
            "genre": str(NAMES[one.code]),
            "regle": one.rule,
            "partie": one.node,
            "titre": titles.get(one.node, ""),
            "indicateur": one.indicator,
            "constat": one.says,
            "depuis": one.since.isoformat() if one.since else "",
        }
        for one in _room(request, held).alerts
    )
    return table_file(f"alertes-{held.row.pk}.csv", COLUMNS, rows)


def _any(row: Strategy) -> Row:
    """A part of the strategy, to ask what may be done with any of them: rights are the strategy's."""
    return Row(strategy=row)


def _asked(request: HttpRequest, strategies: list[Held]) -> Held | None:
    slug = request.GET.get("strategie", "")
    if not slug:
        return strategies[0] if strategies else None
    found = next((held for held in strategies if held.row.pk == slug), None)
    if found is None:
        raise Http404
    return found


def _room(request: HttpRequest, held: Held) -> Room:
    code = request.GET.get("objectif", "")
    part = next((node for node in held.content.nodes() if node.code == code), None) if code else None
    return room_of(held, request.user, as_of=timezone.localdate(), lang=language(), part=part)


def room_or_404(request: HttpRequest, slug: str) -> Held:
    """The strategy of an address of the room, for a person who may read it."""
    check(permissions.may_enter_room, request.user)
    held = held_strategy(slug)
    if held is None or not permissions.may_read_room(request.user, held.row):
        raise Http404
    return held


def room_address(slug: str) -> str:
    """The room of a strategy."""
    return f"{reverse('strategy:room')}?{urlencode({'strategie': slug})}"


def ask_address(slug: str, part: str, indicator: str = "") -> str:
    """Where to ask who answers for a part."""
    about = {"partie": part, **({"indicateur": indicator} if indicator else {})}
    return f"{reverse('strategy:ask', args=[slug])}?{urlencode(about)}"


def _part_query(held: Held, part: Node) -> dict[str, str]:
    return {} if part is held.content.root else {"objectif": part.code}


def _named(node: Node, lang: str) -> tuple[str, str]:
    return node.code, f"{node.code} · {node.title.into(lang)}"


# -- alerts ------------------------------------------------------------------------------------------------------------
def _alert(held: Held, one: Alert) -> dict[str, Any]:
    part = next((node for node in held.content.nodes() if node.code == one.node), held.content.root)
    return {
        "alert": one,
        "code": "" if part.kind is NodeKind.STRATEGY else part.code,
        "title": part.title.into(language()),
        "url": part_address(held, part),
        "ask_url": ask_address(held.row.pk, part.code, one.indicator),
        "owner": owner_of(held, part.code),
    }


def _groups(alerts: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The alerts rule by rule, the most pressing rule first."""
    found = []
    for rule in RULES:
        raised = [one for one in alerts if one["alert"].code == rule.code]
        if raised:
            shown = {"first": raised[:FIRST], "others": raised[FIRST:]}
            found.append({"code": rule.code, "name": NAMES[rule.code], "rule": rule.says(lang), "count": len(raised), **shown})
    return found


def _floor(held: Held, node: Node, marks: list[Any], lang: str) -> dict[str, Any]:
    return {
        "code": "" if node.kind is NodeKind.STRATEGY else node.code,
        "title": node.title.into(lang),
        "marks": [
            {
                "code": mark.part.code,
                "title": mark.part.title.into(lang),
                "tone": mark.tone,
                "shape": MARKS[mark.tone][0],
                "word": MARKS[mark.tone][1],
                "url": part_address(held, mark.part),
            }
            for mark in marks
        ],
    }


# -- what comes first --------------------------------------------------------------------------------------------------
def _step(request: HttpRequest, found: Room, alerts: list[dict[str, Any]]) -> dict[str, str] | None:
    """The one thing to do now: answer, follow a decision that is late, do the late step of the year, ask about the first alert."""
    row = found.held.row
    keeps = permissions.may_keep_budget(request.user, row)
    waiting = [one for one in found.questions if one.answered_at is None]
    if keeps and waiting:
        says = ngettext(
            "%(n)s question du comité attend sa réponse", "%(n)s questions du comité attendent leur réponse", len(waiting)
        )
        url = reverse("strategy:question", args=[waiting[0].pk])
        return {"title": says % {"n": len(waiting)}, "says": waiting[0].text, "url": url, "label": _("Répondre")}
    overdue = [one for one in found.decisions if found.is_overdue(one)]
    if overdue:
        says = ngettext("%(n)s décision a passé son échéance", "%(n)s décisions ont passé leur échéance", len(overdue))
        url = reverse("strategy:decision", args=[overdue[0].pk])
        return {"title": says % {"n": len(overdue)}, "says": overdue[0].text, "url": url, "label": _("Voir la première")}
    late = next((one for one in found.agenda if one.state is StepState.LATE), None)
    if keeps and late is not None:
        return {
            "title": _("Une étape de l'année est en retard"),
            "says": late.says,
            "url": "#agenda",
            "label": _("Voir le calendrier"),
        }
    if alerts:
        says = ngettext("%(n)s alerte à regarder", "%(n)s alertes à regarder", len(alerts)) % {"n": len(alerts)}
        first, label = alerts[0], _("Demander à qui en répond")
        if not permissions.may_ask(request.user, _any(row)):
            return {"title": says, "says": first["alert"].says, "url": "#alertes", "label": _("Voir les alertes")}
        return {"title": says, "says": first["alert"].says, "url": first["ask_url"], "label": label}
    return None


# -- decisions, agenda, former plan ------------------------------------------------------------------------------------
def _decision(found: Room, one: Any) -> dict[str, Any]:
    steps = list(one.follow_ups.all())
    return {"one": one, "is_overdue": found.is_overdue(one), "last": steps[-1] if steps else None}


def _agenda(found: Room) -> dict[str, Any] | None:
    if found.year is None:
        return None
    lang, document = found.now.lang, found.held.content.documents.get(FOUNDED_ON.document)
    rows = [
        {
            "code": one.step.code,
            "title": one.step.title.into(lang),
            "due_on": one.due_on,
            "done_on": one.done_on,
            "badge": STATES[one.state][0],
            "word": STATES[one.state][1],
            "is_done": one.state is StepState.DONE,
        }
        for one in found.agenda
    ]
    quote = {"sentence": FOUNDED_ON.sentence, "section": FOUNDED_ON.section, "title": document.title} if document else None
    return {"year": found.year, "rows": rows, "note": MONTHS_NOTE.into(lang), "quote": quote}


def _former(found: Room) -> dict[str, Any] | None:
    """The former plan at the same age; None when there is none."""
    now = found.now
    former = held_strategy(now.held.content.follows) if now.held.content.follows else None
    if former is None:
        return None
    compared = same_age_of(now, situation(former, as_of=now.as_of, lang=now.lang, user=found.user))
    return {
        "title": former.content.title.into(now.lang),
        "slug": former.row.pk,
        "years": words.years(former),
        "compared": [
            {
                "title": one.title,
                "former": one.former,
                "rows": [row.says for row in one.comparison.rows],
                "cautions": one.comparison.cautions,
            }
            for one in compared
        ],
    }
