"""The desk of values, one value reported or corrected, one report read and decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import EnsembleurError
from ensembleur.strategy import permissions
from ensembleur.strategy.choices import Origin, ProposalState
from ensembleur.strategy.engine.entering import due_period, why_not_reported
from ensembleur.strategy.models import Dispute, Indicator, Measurement, Proposal
from ensembleur.strategy.queries import value_desk
from ensembleur.strategy.queries.content import Held, held_strategy, sheet_of
from ensembleur.strategy.queries.entry import DAY, figures_of, language
from ensembleur.strategy.queries.values import Followed, followed, hides
from ensembleur.strategy.services import proposing
from ensembleur.strategy.views import value_words
from ensembleur.strategy.views.value_forms import DecisionForm, ValueForm, say_why
from ensembleur.web.pages import page

PAGE, FIRST = 25, 8


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person: to approve, to report, and what became of what they sent."""
    check(permissions.may_enter_values, request.user)
    lang, today = language(), timezone.localdate()
    strategies = value_desk.value_strategies(request.user)
    chosen = next((held for held in strategies if held.row.pk == request.GET.get("strategie")), None)
    node = request.GET.get("mesure", "") if chosen else ""
    codes = value_desk.codes_below(chosen, node) if chosen and node else None
    found = value_desk.desk_of(request.user, strategies, as_of=today, lang=lang, chosen=chosen, codes=codes)
    sheets = value_desk.Sheets(strategies)
    waiting = Paginator(found.to_decide, PAGE).get_page(request.GET.get("page"))
    to_decide = [_waiting(request, sheets, one) for one in waiting]
    dues = [_due(due) for due in found.to_report]
    todo = [due for due in dues if not due["waiting"]]
    context = {
        "strategies": [{"held": held, "title": held.content.title.into(lang)} for held in strategies],
        "places": _places(request, strategies),
        "chosen": chosen.row.pk if chosen else "",
        "measures": value_desk.measures_of(chosen, lang) if chosen else [],
        "node": node,
        "pages": waiting,
        "to_decide": to_decide,
        "first": todo[:FIRST],
        "rest": todo[FIRST:],
        "late": sum(due["is_late"] for due in todo),
        "made": [due for due in dues if due["waiting"]],
        "own": [value_words.Shown(one, sheets.of(one)) for one in found.own],
        "step": _step(to_decide, todo),
        "reports": any(permissions.may_report(request.user, held.row) for held in strategies),
        "reads": permissions.may_enter_room(request.user),
    }
    return page(request, "strategy/values/desk.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def value_form(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One indicator: what to count, what is known, and the form of its next value."""
    held, one = _followed_or_404(request, slug, code)
    reports, why_not = permissions.may_report(request.user, held.row), why_not_reported(one.sheet, language())
    form = None
    if reports and not why_not:
        initial = _initial(held, one)
        form = ValueForm(request.POST if request.method == "POST" else None, sheet=one.sheet, initial=initial)
    elif request.method == "POST":
        check(permissions.may_report, request.user, held.row)
    status = 200
    if form is not None and request.method == "POST":
        status, made = _propose(request, form, one.row)
        if made is not None:
            messages.success(request, _("La valeur est envoyée : une autre personne la validera."))
            return redirect("strategy:proposal", made.pk)
    return page(
        request, "strategy/values/value_form.html", _of_indicator(request, held, one, form, why_not=why_not), status=status
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A reported value that was wrong: the same form, filled, and a reason."""
    measurement = _measurement_or_404(request, pk)
    held, one = _followed_or_404(request, measurement.indicator.strategy_id, measurement.indicator.code)
    if measurement.value is None or measurement.origin != Origin.REPORTED:
        raise Http404
    check(permissions.may_report, request.user, held.row)
    if hides(one.sheet, measurement) and not permissions.may_read_room(request.user, held.row):
        raise Http404
    report = Proposal.objects.filter(measurement=measurement).first()
    words = {"source_title": measurement.source.get("title", ""), "comment": report.comment if report else ""}
    initial = ValueForm.initial_of(figures_of(measurement, **words))
    form = ValueForm(request.POST if request.method == "POST" else None, sheet=one.sheet, corrects=True, initial=initial)
    status = 200
    if request.method == "POST":
        status, made = _propose(request, form, one.row, corrects=measurement)
        if made is not None:
            messages.success(request, _("La correction est envoyée : une autre personne la validera."))
            return redirect("strategy:proposal", made.pk)
    context = _of_indicator(request, held, one, form) | {"former": value_words.Shown(measurement, one.sheet)}
    return page(request, "strategy/values/value_form.html", context, status=status)


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: read it, then approve, refuse or withdraw it."""
    everything = Proposal.objects.visible_to(request.user).select_related(
        "indicator__strategy", "organisation", "proposed_by", "decided_by", "corrects", "batch", "measurement"
    )
    one = get_object_or_404(everything, pk=pk)
    form, status = DecisionForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = _decide(request, one, form)
        if status == 302:
            return redirect("strategy:proposal", one.pk)
        one = everything.get(pk=pk)
    sheet = sheet_of(one.indicator)
    is_waiting = one.state == ProposalState.PROPOSED
    former = one.corrects if one.corrects is not None and one.corrects.value is not None else None
    context = {
        "one": one,
        "shown": value_words.Shown(one, sheet),
        "former": value_words.Shown(former, sheet) if former else None,
        "aims": value_words.aims(sheet),
        "facts": _facts(one, sheet),
        "definition": value_words.definition(sheet),
        "form": form,
        "decides": is_waiting and permissions.may_decide_value(request.user, one),
        "withdraws": is_waiting and permissions.may_withdraw_value(request.user, one),
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (one.indicator.code, "")],
    }
    return page(request, "strategy/values/proposal.html", context, status=status)


def _decide(request: HttpRequest, one: Proposal, form: forms.Form) -> int:
    """Do what the button says; 302 when it is done, otherwise the status of the page that says why not."""
    act, who = request.POST.get("act", ""), {"by": request.user, "now": timezone.now()}
    if act not in ("approve", "refuse", "withdraw") or not form.is_valid():
        check(permissions.may_decide_value, request.user, one)
        return 400
    try:
        if act == "withdraw":
            proposing.withdraw_value(proposal=one, **who)
            messages.success(request, _("La valeur est retirée."))
        else:
            note = form.cleaned_data["motif"]
            proposing.decide_value(proposal=one, approve=act == "approve", note=note, **who)
            done = _("La valeur est validée.") if act == "approve" else _("La valeur est refusée.")
            messages.success(request, done)
    except EnsembleurError as error:
        if error.status == 403:
            raise
        say_why(form, error)
        return error.status
    return 302


def _propose(
    request: HttpRequest, form: ValueForm, indicator: Indicator, corrects: Measurement | None = None
) -> tuple[int, Proposal | None]:
    if not form.is_valid():
        return 400, None
    try:
        made = proposing.propose_value(
            indicator=indicator,
            figures=form.figures(),
            corrects=corrects,
            reason=form.cleaned_data.get("motif", ""),
            by=request.user,
            now=timezone.now(),
        )
    except EnsembleurError as error:
        say_why(form, error)
        return error.status, None
    return 302, made


def _followed_or_404(request: HttpRequest, slug: str, code: str) -> tuple[Held, Followed]:
    """An indicator this person works on; 404 otherwise."""
    check(permissions.may_enter_values, request.user)
    held = held_strategy(slug)
    if held is None or not (permissions.may_read_room(request.user, held.row) or permissions.may_report(request.user, held.row)):
        raise Http404
    one = followed(held, as_of=timezone.localdate(), user=request.user, codes=[code]).get(code)
    if one is None:
        raise Http404
    return held, one


def _measurement_or_404(request: HttpRequest, pk: int) -> Measurement:
    found = Measurement.objects.standing().select_related("indicator__strategy")
    return get_object_or_404(found, pk=pk)


def _initial(held: Held, one: Followed) -> dict[str, Any]:
    today = timezone.localdate()
    start, end = due_period(one.sheet, since=held.row.period_start, as_of=today)
    last = end - DAY
    return {"du": start, "au": last, "situation": min(last, today), "connu": one.sheet.label.value}


def _of_indicator(request: HttpRequest, held: Held, one: Followed, form: ValueForm | None, why_not: str = "") -> dict[str, Any]:
    lang, sheet = language(), one.sheet
    everything = permissions.may_read_room(request.user, held.row)
    series = [found for found in one.series if everything or not hides(sheet, found)]
    contested = set(
        Dispute.objects.filter(measurement__in=[found.pk for found in series], settled_at__isnull=True).values_list(
            "measurement", flat=True
        )
    )
    reports = permissions.may_report(request.user, held.row)
    values = [
        {
            "shown": value_words.Shown(found, sheet),
            "is_contested": found.pk in contested,
            "corrects": reports and found.origin == Origin.REPORTED and found.value is not None,
            "disputes": everything or reports,
        }
        for found in reversed(series)
    ]
    last = value_words.Shown(series[-1], sheet) if series else None
    waiting = Proposal.objects.visible_to(request.user).waiting().filter(indicator=one.row).select_related("proposed_by")
    return {
        "held": held,
        "strategy_title": held.content.title.into(lang),
        "part": one.part,
        "part_title": one.part.title.into(lang) if one.part is not held.content.root else "",
        "sheet": sheet,
        "title": sheet.title.into(lang),
        "last": value_words.last_value(last),
        "aims": value_words.aims(sheet),
        "definition": value_words.definition(sheet),
        "values": values,
        "waiting": [value_words.Shown(report, sheet) for report in waiting],
        "form": form,
        "why_not": why_not,
        "former": None,
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (sheet.code, "")],
    }


def _waiting(request: HttpRequest, sheets: value_desk.Sheets, one: Proposal) -> dict[str, Any]:
    return {
        "shown": value_words.Shown(one, sheets.of(one)),
        "decides": permissions.may_decide_value(request.user, one),
        "who": one.organisation.name if one.organisation else one.proposed_by.full_name,
    }


def _due(due: value_desk.Due) -> dict[str, Any]:
    sheet, lang = due.one.sheet, language()
    return {
        "title": sheet.title.into(lang),
        "code": sheet.code,
        "part": due.one.part.title.into(lang) if due.one.part is not due.held.content.root else due.held.content.title.into(lang),
        "says": due.fresh.says,
        "is_late": due.is_late,
        "waiting": due.waiting,
        "period": value_words.days(due.start, due.end),
        "url": reverse("strategy:value_form", args=[due.held.row.pk, sheet.code]),
    }


def _step(to_decide: list[dict[str, Any]], todo: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one thing to do first."""
    mine = [line for line in to_decide if line["decides"]]
    if mine:
        first = mine[0]["shown"]
        return {
            "title": _("Une valeur attend votre validation"),
            "says": _("%(title)s : %(amount)s") % {"title": first.title, "amount": first.amount},
            "url": reverse("strategy:proposal", args=[first.row.pk]),
            "label": _("Lire et décider"),
        }
    if todo:
        return {"title": todo[0]["title"], "says": todo[0]["says"], "url": todo[0]["url"], "label": _("Saisir la valeur")}
    return None


def _places(request: HttpRequest, strategies: list[Held]) -> list[dict[str, Any]]:
    """What may be done of each strategy as a whole."""
    return [
        {
            "slug": held.row.pk,
            "title": held.content.title.into(language()),
            "imports": permissions.may_report(request.user, held.row),
            "locks": permissions.may_read_room(request.user, held.row),
        }
        for held in strategies
        if held.is_followed
    ]


def _facts(one: Proposal, sheet: Any) -> list[tuple[Any, ...]]:
    shown = value_words.Shown(one, sheet)
    who = one.proposed_by.full_name or _("Compte effacé")
    rows: list[tuple[Any, ...]] = [
        (_("Valeur"), shown.amount, shown.label),
        (_("Période"), shown.days),
        (_("D'où vient-elle"), one.source_title),
        (_("Rapportée par"), f"{who} · {one.organisation.name}" if one.organisation else who),
    ]
    if one.numerator is not None or one.denominator is not None:
        parts = [value_words.number(part) for part in (one.numerator, one.denominator)]
        rows.append((_("Numérateur / dénominateur"), " / ".join(parts)))
    if one.units is not None:
        rows.append((_("Unités sur lesquelles elle repose"), str(one.units)))
    if one.reason:
        rows.append((_("Motif de la correction"), one.reason))
    if one.comment:
        rows.append((_("Commentaire"), one.comment))
    return rows
