"""Periods closed and opened again, values contested and answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ensembleur.accounts.permissions import check
from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import Refused
from ensembleur.strategy import permissions
from ensembleur.strategy.models import Dispute, Measurement, PeriodLock, Proposal
from ensembleur.strategy.queries.content import Held, held_strategy, sheet_of
from ensembleur.strategy.queries.entry import DAY, language
from ensembleur.strategy.queries.values import hides
from ensembleur.strategy.services import disputing, locking
from ensembleur.strategy.views import value_words
from ensembleur.strategy.views.value_forms import LiftForm, LockForm, WordsForm, say_why
from ensembleur.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def locks(request: HttpRequest, slug: str) -> HttpResponse:
    """The periods of a strategy that are closed; officers close one more, a whole year by default."""
    held = held_strategy(slug)
    if held is None:
        raise Http404
    check(permissions.may_read_room, request.user, held.row)
    may_lock = permissions.may_lock(request.user, held.row)
    found = list(PeriodLock.objects.visible_to(request.user).filter(strategy=held.row).select_related("locked_by", "lifted_by"))
    start, end = _year_to_lock(held, found, timezone.localdate())
    initial = {"du": start, "au": end - DAY}
    form, status = LockForm(request.POST if request.method == "POST" else None, initial=initial), 200
    if request.method == "POST":
        check(permissions.may_lock, request.user, held.row)
        status = 400
        if form.is_valid():
            data = form.cleaned_data
            try:
                locking.lock_period(
                    strategy=held.row,
                    start=data["du"],
                    end=data["au"] + DAY,
                    reason=data["motif"],
                    by=request.user,
                    now=timezone.now(),
                )
            except Refused as error:
                say_why(form, error)
                status = error.status
            else:
                messages.success(request, _("La période est verrouillée : ses valeurs ne bougent plus."))
                return redirect("strategy:locks", slug)
    waiting = (
        Proposal.objects.visible_to(request.user).waiting().filter(indicator__strategy=held.row, as_of__gte=start, as_of__lt=end)
    )
    context = {
        "held": held,
        "title": held.content.title.into(language()),
        "locks": [
            {
                "lock": lock,
                "days": value_words.days(lock.period_start, lock.period_end),
                "lifts": lock.lifted_at is None and permissions.may_lift_lock(request.user, lock),
            }
            for lock in found
        ],
        "form": form if may_lock else None,
        "proposed": value_words.days(start, end),
        "waiting": waiting.count() if may_lock else 0,
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (_("Périodes verrouillées"), "")],
    }
    return page(request, "strategy/values/locks.html", context, status=status)


def _year_to_lock(held: Held, locks: list[PeriodLock], today: date) -> tuple[date, date]:
    """The last whole year over that no lock touches, the last one over when all are."""
    live = [lock for lock in locks if lock.lifted_at is None]
    last = today.year - 1
    for year in range(last, held.row.period_start.year - 1, -1):
        start, end = date(year, 1, 1), date(year + 1, 1, 1)
        if not any(lock.period_start < end and lock.period_end > start for lock in live):
            return start, end
    return date(last, 1, 1), date(last + 1, 1, 1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lift_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed period again, with a reason."""
    everything = PeriodLock.objects.visible_to(request.user).select_related("strategy", "locked_by", "lifted_by")
    lock = get_object_or_404(everything, pk=pk)
    check(permissions.may_lift_lock, request.user, lock)
    form, status = LiftForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                locking.lift_lock(lock=lock, reason=form.cleaned_data["motif"], by=request.user, now=timezone.now())
            except Refused as error:
                say_why(form, error)
                status = error.status
            else:
                messages.success(request, _("La période est rouverte."))
                return redirect("strategy:locks", lock.strategy_id)
    way = [
        (_("Les valeurs"), reverse("strategy:values")),
        (_("Périodes verrouillées"), reverse("strategy:locks", args=[lock.strategy_id])),
        (_("Rouvrir"), ""),
    ]
    context = {"lock": lock, "days": value_words.days(lock.period_start, lock.period_end), "form": form, "crumbs": way}
    return page(request, "strategy/values/lift.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest a value, in writing."""
    found = Measurement.objects.standing().select_related("indicator__strategy")
    measurement = get_object_or_404(found, pk=pk)
    check(permissions.may_dispute, request.user, measurement)
    sheet = _sheet_or_404(request, measurement)
    label, hint = _("Qu'est-ce qui est contesté, et d'après quoi ?"), _("Citez la source qui dit autre chose.")
    form, status = WordsForm(request.POST if request.method == "POST" else None, label=label, hint=hint), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            words = form.cleaned_data["mots"]
            try:
                made = disputing.dispute_value(measurement=measurement, says=words, by=request.user, now=timezone.now())
            except Refused as error:
                say_why(form, error)
                status = error.status
            else:
                messages.success(request, _("La contestation est enregistrée : la valeur reste affichée, marquée contestée."))
                return redirect("strategy:settle", made.pk)
    context = {"form": form, **_contested(measurement, sheet, _("Contester"))}
    return page(request, "strategy/values/dispute.html", context, status=status)


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A contested value: what is said against it, and the answer."""
    everything = Dispute.objects.visible_to(request.user).select_related(
        "measurement__indicator__strategy", "raised_by", "settled_by"
    )
    one = get_object_or_404(everything, pk=pk)
    sheet = _sheet_or_404(request, one.measurement)
    hint = _("Dites ce qui a été vérifié. Corriger la valeur est un autre geste.")
    form, status = WordsForm(request.POST if request.method == "POST" else None, label=_("Votre réponse"), hint=hint), 200
    if request.method == "POST":
        check(permissions.may_settle, request.user, one.measurement)
        status = 400
        if form.is_valid():
            words = form.cleaned_data["mots"]
            try:
                disputing.settle_dispute(dispute=one, settlement=words, by=request.user, now=timezone.now())
            except Refused as error:
                say_why(form, error)
                status = error.status
            else:
                messages.success(request, _("La réponse est enregistrée."))
                return redirect("strategy:settle", one.pk)
    settles = one.settled_at is None and permissions.may_settle(request.user, one.measurement)
    context = {"one": one, "form": form if settles else None, **_contested(one.measurement, sheet, _("Valeur contestée"))}
    return page(request, "strategy/values/settle.html", context, status=status)


def _sheet_or_404(request: HttpRequest, measurement: Measurement) -> Any:
    """The sheet of a value that may be told to this person."""
    sheet, strategy = sheet_of(measurement.indicator), measurement.indicator.strategy
    everything = permissions.may_read_room(request.user, strategy)
    if not permissions.may_see_sheet(request.user, strategy, sheet) or (hides(sheet, measurement) and not everything):
        raise Http404
    return sheet


def _contested(measurement: Measurement, sheet: Any, title: str) -> dict[str, Any]:
    indicator = measurement.indicator
    shown = value_words.Shown(measurement, sheet)
    address = reverse("strategy:value_form", args=[indicator.strategy_id, indicator.code])
    return {
        "measurement": measurement,
        "shown": shown,
        "says": value_words.last_value(shown),
        "crumbs": [(_("Les valeurs"), reverse("strategy:values")), (indicator.code, address), (title, "")],
    }
