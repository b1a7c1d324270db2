"""Programmes of support at a desk: where each one stands, who waits, what was taken, and what the texts declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds
from ensembleur.errors import NotAllowed
from ensembleur.journeys.catalogue.programmes import ALERT_DAYS, Programme, programme, programmes
from ensembleur.journeys.choices import OptionKind
from ensembleur.journeys.engine.delays import ENTRY, TOO_FEW, Delay, delay
from ensembleur.journeys.models import Enrolment
from ensembleur.journeys.queries.programmes import Alert, Board, board_of, enrolments_of
from ensembleur.journeys.views import programme_charts
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.sheets import export_link, sheet
from ensembleur.web.choices import EVIDENCE
from ensembleur.web.pages import page

SHOWN_WAITS = 12
PER_PAGE = 30


@dataclass(frozen=True)
class DelayRow:
    """A delay between two stages with its words. longest : the journey that has waited longest, None when nobody waits."""

    label: str
    delay: Delay
    longest: Enrolment | None
    is_late: bool


@login_required
@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Every programme of the texts: those one may enter, and the former ones."""
    _ask_desk(request)
    held = Enrolment.objects.visible_to(request.user).order_by().values("programme")
    numbers = {row["programme"]: row for row in held.annotate(all=Count("pk"), live=Count("pk", filter=Q(left_on__isnull=True)))}
    lang = language()
    rows = [
        {
            "programme": one,
            "title": one.title[lang],
            "does": one.does[lang],
            "objective": one.objective.says[lang] if one.objective else "",
            "enrolled": numbers.get(one.id, {}).get("all", 0),
            "live": numbers.get(one.id, {}).get("live", 0),
        }
        for one in programmes()
    ]
    context = {
        "open": [row for row in rows if row["programme"].enrols],
        "past": [row for row in rows if not row["programme"].enrols],
        "is_officer": holds(request.user, Role.OFFICER, Role.SECOND_READER),
    }
    return page(request, "journeys/programme_list.html", context)


@login_required
@require_safe
def programme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One programme: objective, who waits longest, stages, delays, options, what the text declares; the same as a file."""
    frame, board = _board(request, slug)
    lang = language()
    if request.GET.get("format") == "csv":
        return sheet(f"{frame.id}.csv", _heads(frame, lang), _lines(board, lang))
    by_key = {one.pk: one for one in board.enrolments}
    waits = [alert for alert in board.alerts if not alert.overtaken]
    context = {
        "programme": frame,
        "title": frame.title[lang],
        "does": frame.does[lang],
        "unsaid": frame.unsaid[lang],
        "crumbs": [(_("Programmes d'accompagnement"), reverse("journeys:programmes")), (frame.title[lang], "")],
        "board": board,
        "objective": _objective(board, lang),
        "waits": [_wait(alert, frame, lang) for alert in waits[:SHOWN_WAITS]],
        "waits_more": max(0, len(waits) - SHOWN_WAITS),
        "late": len({alert.enrolment.pk for alert in board.late}),
        "missing": [_wait(alert, frame, lang) for alert in board.alerts if alert.overtaken][:SHOWN_WAITS],
        "stages": [(stage, stage.says[lang], count) for stage, count in zip(frame.stages, board.counts, strict=True)],
        "rows": [_row(one, frame, by_key, lang) for one in board.delays],
        "chosen": _chosen(request, board, by_key, lang),
        "marks": [(ENTRY, _("Entrée dans le programme")), *((stage.id, stage.says[lang]) for stage in frame.stages)],
        "pair": (request.GET.get("de", ""), request.GET.get("a", "")),
        "kinds": [(kind.label, board.kinds[kind.value]) for kind in OptionKind],
        "options": [(row.option, row.option.says[lang], OptionKind(row.option.kind).label, row.answers) for row in board.options],
        "figures": [
            {
                "value": figure.shown(lang),
                "says": figure.says[lang],
                "kind": OptionKind(figure.kind).label if figure.kind else "",
                "quote": figure.quote,
                "source": figure.quote.title(lang),
            }
            for figure in frame.figures
        ],
        "pages": Paginator(board.enrolments, PER_PAGE).get_page(request.GET.get("page")),
        "export": export_link(request),
        "threshold": ALERT_DAYS,
        "too_few": TOO_FEW,
    }
    return page(request, "journeys/programme.html", context, fragment="enrolled")


@login_required
@require_safe
def stages_chart(request: HttpRequest, slug: str) -> JsonResponse:
    """The drawing of the stages."""
    frame, board = _board(request, slug)
    lang = language()
    words = (_("Étape atteinte"), _("En attente"), _("Sortie avant"))
    return JsonResponse(programme_charts.stages(board.counts, [stage.says[lang] for stage in frame.stages], words, lang))


def _board(request: HttpRequest, slug: str) -> tuple[Programme, Board]:
    _ask_desk(request)
    frame = programme(slug)
    if frame is None:
        raise Http404
    return frame, board_of(frame, enrolments_of(request.user, frame), as_of=timezone.localdate())


def _ask_desk(request: HttpRequest) -> None:
    if not holds(request.user, Role.ADVISER, Role.OFFICER):
        raise NotAllowed("not_allowed", _("Cette page est réservée à ceux qui conseillent ou instruisent."))


def _objective(board: Board, lang: str) -> dict[str, Any] | None:
    held = board.programme.objective
    if held is None:
        return None
    return {
        "says": held.says[lang],
        "count": held.count,
        "done": board.this_year if held.yearly else board.companies,
        "yearly": held.yearly,
        "in_period": board.in_period if held.start else None,
        "quote": held.quote,
        "source": held.quote.title(lang),
    }


def _wait(alert: Alert, frame: Programme, lang: str) -> dict[str, Any]:
    return {
        "enrolment": alert.enrolment,
        "stage": alert.stage.says[lang],
        "after": _name(frame, alert.after, lang),
        "since": alert.wait.since,
        "days": alert.wait.days,
        "is_late": alert.is_late,
    }


def _row(held: Delay, frame: Programme, by_key: dict[int, Enrolment], lang: str) -> DelayRow:
    longest = held.longest
    limit = ALERT_DAYS if held.end == ENTRY else frame.stage(held.end).alert_days
    return DelayRow(
        label=f"{_name(frame, held.start, lang)} → {_name(frame, held.end, lang)}",
        delay=held,
        longest=by_key[longest.key] if longest else None,
        is_late=longest is not None and longest.days > limit,
    )


def _chosen(request: HttpRequest, board: Board, by_key: dict[int, Enrolment], lang: str) -> DelayRow | None:
    """The delay between the two stages asked for, None when they are not two stages of the programme."""
    first, second = request.GET.get("de", ""), request.GET.get("a", "")
    marks = {ENTRY, *(stage.id for stage in board.programme.stages)}
    if first == second or not {first, second} <= marks:
        return None
    return _row(delay(board.paths, first, second, as_of=board.as_of), board.programme, by_key, lang)


def _name(frame: Programme, stage: str, lang: str) -> str:
    return _("Entrée dans le programme") if stage == ENTRY else frame.stage(stage).says[lang]


def _heads(frame: Programme, lang: str) -> list[str]:
    heads = [_("Parcours"), "SIRET", _("Entrée le"), _("Sortie le")]
    for stage in frame.stages:
        heads += [stage.says[lang], _("Comment on le sait")]
    return [*heads, *(option.says[lang] for option in frame.options)]


def _lines(board: Board, lang: str) -> Iterator[list[Any]]:
    for one in board.enrolments:
        line: list[Any] = [one.journey.title, one.journey.siret, one.enrolled_on, one.left_on or ""]
        for stage in board.programme.stages:
            known = board.known[one.pk].get(stage.id)
            line += [known.on, EVIDENCE[known.evidence.value]] if known else ["", ""]
        takes = {take.option: take for take in one.options.all()}
        yield [*line, *(answer_words(takes.get(option.id)) for option in board.programme.options)]


def answer_words(take: Any) -> str:
    """What was answered to an offer, in words; empty when nothing was offered."""
    if take is None:
        return ""
    if take.taken_on:
        return _("prise le %(day)s") % {"day": take.taken_on.isoformat()}
    if take.declined_on:
        return _("refusée le %(day)s") % {"day": take.declined_on.isoformat()}
    return _("sans réponse")
