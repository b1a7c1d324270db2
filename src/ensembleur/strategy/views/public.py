"""The public pages of strategies: the list, one strategy on one page, one objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.strategy.engine.content import Node, NodeKind
from ensembleur.strategy.models import Strategy
from ensembleur.strategy.queries.beside import same_age_of
from ensembleur.strategy.queries.content import Held, current_strategy, held_strategies, held_strategy
from ensembleur.strategy.queries.locked import lock_on
from ensembleur.strategy.queries.part_money import part_money
from ensembleur.strategy.queries.states import Situation, gone, situation, told_situation
from ensembleur.strategy.views import cards, words
from ensembleur.strategy.views.money import money_table
from ensembleur.web.pages import page


@dataclass(frozen=True)
class Floor:
    """A part of the strategy with what is shown of it: its measures in one line each, the parts below."""

    node: Node
    word: str
    title: str
    summary: str
    tally: dict[str, int]
    headlines: list[cards.IndicatorCard]
    waiting: list[cards.IndicatorCard]
    measures: list[cards.MeasureCard]
    floors: list[Floor]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The strategies known, the current one first and in brief."""
    current = current_strategy()
    today = timezone.localdate()
    context: dict[str, Any] = {"current": None, "others": [_entry(held) for held in held_strategies()]}
    if current is not None:
        now = told_situation(current, as_of=today, lang=words.lang())
        context |= {
            "current": _entry(current),
            "headlines": [cards.indicator_card(now, one) for one in now.promises][:3],
            "tally": tally(now),
            "situation": now,
        }
        context["others"] = [entry for entry in context["others"] if entry["slug"] != current.row.pk]
    return render(request, "strategy/home.html", context)


def _entry(held: Held) -> dict[str, Any]:
    """A strategy in the list: what it is, and how the platform knows it."""
    content, lang = held.content, words.lang()
    if held.row.is_fictional:
        known = "closed", _("région inventée")
    elif held.row.is_current:
        known = "yes", _("en cours")
    elif held.is_followed:
        known = "info", _("suivie")
    else:
        known = "closed", _("histoire")
    return {
        "slug": held.row.pk,
        "title": content.title.into(lang),
        "summary": content.summary.into(lang),
        "years": words.years(held),
        "badge": known[0],
        "known": known[1],
        "is_followed": held.is_followed,
        "measures": sum(node.kind is NodeKind.MEASURE for node in content.nodes()),
    }


def tally(now: Situation, part: Node | None = None) -> dict[str, int]:
    """How many measures stand where, for a template."""
    counts = now.counts(part)
    return {**{name: counts[name] for name in ("yes", "no", "unknown", "none")}, "all": sum(counts.values())}


def held_or_404(slug: str) -> Held:
    """The strategy of the address."""
    held = held_strategy(slug)
    if held is None:
        raise Http404(_("Aucune stratégie ne porte ce nom."))
    return held


def part_or_404(held: Held, code: str, *kinds: NodeKind) -> Node:
    """The part of the address."""
    found = next((node for node in held.content.nodes() if node.code == code and node.kind in kinds), None)
    if found is None:
        raise Http404(_("Cette stratégie n'a aucune partie de ce code."))
    return found


def path_of(held: Held, node: Node) -> list[Node]:
    """The parts above this one, from the challenge down, itself last."""

    def down(above: Node, path: list[Node]) -> list[Node] | None:
        if above is node:
            return path
        return next((found for child in above.children if (found := down(child, [*path, child]))), None)

    return down(held.content.root, []) or []


def crumbs(held: Held, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back to the list of strategies."""
    own = held.content.title.into(words.lang())
    address = reverse("strategy:strategy", args=[held.row.pk]) if below else ""
    return [(_("Accueil"), reverse("journeys:home")), (_("Stratégies"), reverse("strategy:home")), (own, address), *below]


def frame(request: HttpRequest, now: Situation) -> dict[str, Any]:
    """What every page of a strategy says: which strategy, which day, how to ask for another."""
    held = now.held
    is_past = words.AS_OF in request.GET and now.as_of != timezone.localdate()
    return {
        "held": held,
        "slug": held.row.pk,
        "strategy_title": held.content.title.into(now.lang),
        "years": words.years(held),
        "situation": now,
        "as_of": now.as_of,
        "is_past": is_past,
        "lock_says": words.lock_words(lock_on(held.row, now.as_of)) if is_past else "",
        "day_query": f"?{words.AS_OF}={now.as_of.isoformat()}" if request.GET.get(words.AS_OF) else "",
        "first_day": held.row.period_start,
        "today": timezone.localdate(),
    }


def floor(now: Situation, node: Node) -> Floor:
    """A part with all below it, dressed."""
    return Floor(
        node=node,
        word=words.floor_word(now.held.content, node.kind),
        title=node.title.into(now.lang),
        summary=node.summary.into(now.lang) if node.summary else "",
        tally=tally(now, node),
        headlines=[cards.indicator_card(now, one) for one in now.of(node) if one.sheet.targets or one.main is not None],
        waiting=_waiting(now, node),
        measures=[cards.measure_card(now, child) for child in node.children if child.kind is NodeKind.MEASURE],
        floors=[floor(now, child) for child in node.children if child.kind is not NodeKind.MEASURE],
    )


def _waiting(now: Situation, node: Node) -> list[cards.IndicatorCard]:
    """The figures of a part that have neither target nor value yet: named together, since there is nothing to show of each."""
    return [cards.indicator_card(now, one) for one in now.of(node) if not one.sheet.targets and one.main is None]


def remarks(now: Situation, node: Node, *kinds: str) -> list[dict[str, Any]]:
    """What the texts say beside the figures, of these kinds."""
    content = now.held.content
    return [
        {"says": remark.says.into(now.lang), "quote": cards.quote(remark.citation, content) if remark.citation else None}
        for remark in node.remarks
        if remark.kind in kinds
    ]


@require_safe
def strategy_page(request: HttpRequest, strategy: str) -> HttpResponse:
    """The strategy on one page: what was promised, where we are, since when it was last measured."""
    held = held_or_404(strategy)
    now = told_situation(held, as_of=words.asked_day(request, held), lang=words.lang())
    root = held.content.root
    measures, indicators = gone(held, lang=now.lang)
    context = {
        **frame(request, now),
        "breadcrumb": crumbs(held),
        "entry": _entry(held),
        "tally": tally(now),
        "headlines": [cards.indicator_card(now, one) for one in now.promises],
        "waiting": _waiting(now, root),
        "figures": [cards.indicator_card(now, one) for one in now.context],
        "floors": [floor(now, child) for child in root.children],
        "period_note": held.content.period_note.into(now.lang) if held.content.period_note else "",
        "effects": remarks(now, root, "effect"),
        "limits": remarks(now, root, "limit"),
        "lessons": _lessons(now),
        "gone_measures": measures,
        "gone_indicators": indicators,
        "follows": bool(held.content.follows) and Strategy.objects.filter(pk=held.content.follows).exists(),
        "money": money_table(part_money(held, root.code), held.content, now.lang),
        "documents": list(held.content.documents.values()),
    }
    return render(request, "strategy/strategy.html", context)


def _lessons(now: Situation) -> list[dict[str, Any]]:
    content = now.held.content
    return [
        {"says": one.title.into(now.lang), "quote": cards.quote(one.citation, content) if one.citation else None}
        for one in content.lessons
    ]


@require_safe
def former_page(request: HttpRequest, strategy: str) -> HttpResponse:
    """The plan before at the same age: a page, or the block of the strategy's page that asks for it."""
    held = held_or_404(strategy)
    former = held_strategy(held.content.follows) if held.content.follows else None
    if former is None:
        raise Http404(_("Aucun plan d'avant n'est chargé."))
    now = situation(held, as_of=words.asked_day(request, held), lang=words.lang())
    context = {
        **frame(request, now),
        "breadcrumb": crumbs(held, (_("Le plan d'avant"), "")),
        "former": {"title": former.content.title.into(now.lang), "slug": former.row.pk, "years": words.years(former)},
        "compared": same_age_of(now, situation(former, as_of=now.as_of, lang=now.lang)),
    }
    return page(request, "strategy/former.html", context, fragment="former")


@require_safe
def objective_page(request: HttpRequest, strategy: str, objective: str) -> HttpResponse:
    """One challenge or objective: what was promised, and each measure in one line."""
    held = held_or_404(strategy)
    node = part_or_404(held, objective, NodeKind.OBJECTIVE, NodeKind.CHALLENGE)
    now = told_situation(held, as_of=words.asked_day(request, held), lang=words.lang())
    above = path_of(held, node)[:-1]
    context = {
        **frame(request, now),
        "breadcrumb": crumbs(held, *(_crumb(held, one) for one in above), (node.code, "")),
        "floor": floor(now, node),
        "above": [{"word": words.floor_word(held.content, one.kind), "title": one.title.into(now.lang)} for one in above],
        "quote": cards.quote(node.citation, held.content) if node.citation else None,
        "owners": node.owners,
        "effects": remarks(now, node, "effect"),
        "limits": remarks(now, node, "limit", "lesson"),
        "steps": remarks(now, node, "next_step"),
        "money": money_table(part_money(held, node.code), held.content, now.lang),
    }
    return render(request, "strategy/objective.html", context)


def _crumb(held: Held, node: Node) -> tuple[str, str]:
    return node.code, reverse("strategy:objective", args=[held.row.pk, node.code])
