"""The public pages of one measure, understood in ten seconds, and of one indicator, told in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ensembleur.logic.answers import Answer
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.charts.content import Chart
from ensembleur.strategy.engine.charts.lines import series_chart
from ensembleur.strategy.engine.content import Citation, Node, NodeKind
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.engine.writing import amount
from ensembleur.strategy.models import Dispute, Measurement
from ensembleur.strategy.queries.acts import PublicAct, latest_acts
from ensembleur.strategy.queries.part_money import part_money
from ensembleur.strategy.queries.series import series_of
from ensembleur.strategy.queries.states import Seen, Situation, gone_indicator, situation
from ensembleur.strategy.views import cards, definition, words
from ensembleur.strategy.views.money import money_table
from ensembleur.strategy.views.parts import breakdown_shown, released_shown, scheme_name
from ensembleur.strategy.views.public import crumbs, frame, held_or_404, part_or_404, path_of, remarks


@dataclass(frozen=True)
class Shown:
    """An indicator on a measure's page: its card, its targets, its curve."""

    card: cards.IndicatorCard
    aims: list[cards.Aim]
    chart: Chart | None
    chart_url: str


@require_safe
def measure_page(request: HttpRequest, strategy: str, measure: str) -> HttpResponse:
    """One measure: its state, its value beside its target, what comes next, who answers for it; then everything known."""
    held = held_or_404(strategy)
    node = part_or_404(held, measure, NodeKind.MEASURE)
    now = situation(held, as_of=words.asked_day(request, held), lang=words.lang(), codes=[one.code for one in node.indicators])
    found = now.of(node)
    main = cards.main_indicator(found)
    around = frame(request, now)
    money = part_money(held, node.code)
    context = {
        **around,
        "breadcrumb": crumbs(held, *_above(held, node), (node.code, "")),
        "node": node,
        "title": node.title.into(now.lang),
        "summary": node.summary.into(now.lang) if node.summary else "",
        "floor": words.floor_word(held.content, node.kind),
        "card": cards.measure_card(now, node),
        "steps": _steps(now, node, main),
        "owners": node.owners,
        "indicators": [shown(now, one) for one in found],
        "places": released_shown(now, main, around["day_query"]) if main else None,
        "money": money_table(money, held.content, now.lang),
        "schemes": _schemes(node),
        "acts": [_act(act, now) for act in latest_acts(held, node, found, money.lines, as_of=now.as_of)],
        "effects": remarks(now, node, "effect"),
        "limits": remarks(now, node, "limit", "lesson"),
        "partners": [partner.name for partner in held.content.partners if partner.id in node.partners],
        "quotes": _quotes(node, held.content),
    }
    return render(request, "strategy/measure.html", context)


def _above(held: Any, node: Node) -> Iterable[tuple[str, str]]:
    for one in path_of(held, node)[:-1]:
        yield one.code, reverse("strategy:objective", args=[held.row.pk, one.code])


def _steps(now: Situation, node: Node, main: Seen | None) -> list[str]:
    """What comes next: as the strategy says it, otherwise the next target, then the next value due."""
    steps = [remark.says.into(now.lang) for remark in node.remarks if remark.kind == "next_step"]
    if main is None:
        return steps
    found = cards.next_standing(main.state.standings, now.as_of)
    is_done = found is not None and found.is_reached is Answer.YES and not main.is_hidden
    if found is not None and not found.is_past and not is_done:
        aim = cards.aim_of(now, main, found)
        steps.append(_("Atteindre %(target)s d'ici le %(day)s.") % {"target": aim.shown, "day": words.day(aim.due)})
    if main.is_never_measured and main.sheet.needs:
        steps.append(_("Mesurer : %(needs)s.") % {"needs": main.sheet.needs.into(now.lang).rstrip(".")})
    elif main.fresh.due_on is not None and main.fresh.due_on >= now.as_of:
        steps.append(_("Prochaine valeur attendue le %(day)s au plus tard.") % {"day": words.day(main.fresh.due_on)})
    return steps


def shown(now: Situation, one: Seen) -> Shown:
    """An indicator with its curve, when there is anything to draw."""
    has_drawing = len(one.points) > 1 or bool(one.sheet.targets)  # one point alone says no more than its words
    return Shown(
        card=cards.indicator_card(now, one),
        aims=cards.targets_of(now, one),
        chart=series_chart(series_of(now, one), now.lang) if has_drawing else None,
        chart_url=reverse("strategy:indicator_chart", args=[now.held.row.pk, one.sheet.code]),
    )


# -- acts, schemes, sources --------------------------------------------------------------------------------------------
def _act(act: PublicAct, now: Situation) -> dict[str, Any]:
    """An act in words; what was only written in French is marked as such."""
    lang, thing = now.lang, act.thing
    about = act.about
    if act.kind == "decision":
        text, kind = thing.text, _("Décision du comité")
    elif act.kind == "value" and about is not None:
        value = show_amount(thing.value.normalize(), about.sheet.unit, lang)
        known = _("Valeur rapportée") if thing.origin == Origin.REPORTED else _("Valeur mesurée")
        kind = _("Valeur corrigée") if thing.replaces_id else known
        text = _("%(title)s : %(value)s (%(label)s), au %(day)s") % {
            "title": about.sheet.title.into(lang),
            "value": value,
            "label": thing.get_label_display(),
            "day": words.day(thing.as_of),
        }
    elif act.kind == "change":
        text, kind = thing["says"], _("Définition ou cible modifiée")
    elif act.kind == "money":
        kind = _("Budget")
        if act.count > 1:
            text = ngettext("%(n)s montant importé", "%(n)s montants importés", act.count) % {"n": act.count}
            return {"on": act.on, "kind": kind, "text": text, "is_french": False}
        fund, stage = thing.get_fund_display(), thing.get_stage_display()
        text = " · ".join([amount(thing.amount_eur, lang), stage, fund, *([str(thing.year)] if thing.year else [])])
    else:
        text, kind = _("situation au %(day)s") % {"day": words.day(thing.as_of)}, _("Table publiée")
    return {"on": act.on, "kind": kind, "text": text, "is_french": act.kind in ("decision", "change")}


def _schemes(node: Node) -> list[dict[str, str]]:
    """The schemes by which the measure acts, by their address: this domain does not know them."""
    found = []
    for slug in node.schemes:
        try:
            url = reverse("schemes:scheme", args=[slug])
        except NoReverseMatch:
            url = ""
        found.append({"name": scheme_name(slug), "url": url})
    return found


def _quotes(node: Node, content: Content) -> list[cards.Quote]:
    """Every sentence a measure rests on, each once."""
    citations: list[Citation | None] = [node.citation, *(owner.citation for owner in node.owners)]
    citations += [remark.citation for remark in node.remarks]
    for sheet in node.indicators:
        citations += [one.citation for target in sheet.targets for one in target.statements]
        citations += [one.citation for value in sheet.values for one in value.statements]
        citations += [sheet.baseline.citation] if sheet.baseline else []
    citations += [one.citation for line in node.budget for one in line.statements]
    unique = dict.fromkeys(one for one in citations if one is not None and one.sentence)
    return [cards.quote(one, content) for one in unique]


# -- one indicator -----------------------------------------------------------------------------------------------------
@require_safe
def indicator_page(request: HttpRequest, strategy: str, indicator: str) -> HttpResponse:
    """The whole definition of an indicator, every value it has, its targets, what is disputed."""
    held = held_or_404(strategy)
    day = words.asked_day(request, held)
    now, one = seen_or_404(held, indicator, day)
    rows = _values(one, day)
    around = frame(request, now)
    context = {
        **around,
        "breadcrumb": crumbs(held, *_above_indicator(held, one), (indicator, "")),
        "title": one.sheet.title.into(now.lang),
        "shown": shown(now, one),
        "sheet": definition.sheet_rows(one.sheet, now.lang),
        "eu_codes": definition.eu_rows(one.sheet, now.lang),
        "eu_note": one.sheet.eu_note.into(now.lang) if one.sheet.eu_note else "",
        "rows": _rows(now, one, rows),
        "places": released_shown(now, one, around["day_query"]),
        "breakdown": breakdown_shown(now, one, request.user),
        "united": [each for each in one.sheet.union_of if each in now.seen],
    }
    return render(request, "strategy/indicator.html", context)


def _rows(now: Situation, one: Seen, lines: list[Measurement]) -> list[dict[str, Any]]:
    """The lines of values; what a union counts again is told of its last value only, when each of its parts may be read."""
    open_parts = all(code in now.seen and not now.seen[code].is_hidden for code in one.sheet.union_of)
    last = one.main.pk if one.main is not None and open_parts else None
    return [definition.value_row(line, one, now.held.content, now.lang, tells_overlap=line.pk == last) for line in lines]


def _above_indicator(held: Any, one: Seen) -> Iterable[tuple[str, str]]:
    for node in path_of(held, one.part):
        name = "strategy:measure" if node.kind is NodeKind.MEASURE else "strategy:objective"
        yield node.code, reverse(name, args=[held.row.pk, node.code])


def _values(one: Seen, day: Any) -> list[Measurement]:
    """Every line about the indicator known on a day, replaced ones as well, the latest day first; two queries."""
    lines = Measurement.objects.known_on(day).filter(indicator=one.followed.row).defer("breakdown")
    lines = lines.select_related("replaced_by", "replaces").order_by("-as_of", "-pk")
    disputes = Dispute.objects.filter(measurement__indicator=one.followed.row).order_by("raised_at")
    held: dict[int, list[Dispute]] = {}
    for dispute in disputes:
        held.setdefault(dispute.measurement_id, []).append(dispute)
    found = list(lines)
    for line in found:
        line.told_disputes = held.get(line.pk, [])
    return found


def seen_or_404(held: Any, code: str, day: Any) -> tuple[Situation, Seen]:
    """An indicator of the strategy, followed or no longer."""
    union = next((sheet.union_of for _part, sheet in held.content.indicators() if sheet.code == code), ())
    now = situation(held, as_of=day, lang=words.lang(), codes=[code, *union])
    found = now.seen.get(code) or gone_indicator(held, code, as_of=day, lang=now.lang)
    if found is None:
        raise Http404(_("Cette stratégie n'a aucun indicateur public de ce code."))
    return now, found
