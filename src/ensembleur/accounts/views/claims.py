"""Requests to be recognised as a company's director: asked, confirmed, decided."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.choices import ClaimStatus
from ensembleur.accounts.forms import ClaimForm, DecisionForm
from ensembleur.accounts.models import CompanyClaim
from ensembleur.accounts.permissions import check, may_decide_claim, may_decide_claims
from ensembleur.accounts.services.claims import claim_company, confirm_proposal, decide_claim, withdraw_claim
from ensembleur.errors import EnsembleurError
from ensembleur.territory.queries import register
from ensembleur.web.pages import page

PER_PAGE = 25


@login_required
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The requests waiting for a decision on my perimeters, oldest first."""
    check(may_decide_claims, request.user)
    found = CompanyClaim.objects.visible_to(request.user).waiting().exclude(user=request.user).select_related("user")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "accounts/claims.html", {"listed": listed})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who asks, for which company, on what ground; yes or no."""
    claim = get_object_or_404(CompanyClaim.objects.visible_to(request.user).select_related("user"), pk=pk)
    check(may_decide_claim, request.user, claim)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        approve = form.cleaned_data["decision"] == "approve"
        try:
            decide_claim(claim=claim, approve=approve, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("Demande acceptée.") if approve else _("Demande refusée, la personne est prévenue."))
            return HttpResponseRedirect(reverse("accounts:claims"))
    context = {"claim": claim, "form": form, "company": register.establishment(claim.siret)}
    return page(request, "accounts/claim_decide.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, siret: str = "") -> HttpResponse:
    """Ask to be recognised as the director of a company."""
    form = ClaimForm(request.POST or None, initial={"siret": siret})
    if request.method == "POST" and form.is_valid():
        try:
            claim_company(**form.cleaned_data, by=request.user, now=timezone.now())
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("Votre demande est envoyée : un conseiller la vérifiera."))
            return HttpResponseRedirect(reverse("accounts:account"))
    company = register.establishment(siret) if siret.isdecimal() else None
    return page(request, "accounts/claim.html", {"form": form, "company": company}, status=400 if form.errors else 200)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to a proposal (`answer=confirm`), or withdraw a request."""
    claim = get_object_or_404(CompanyClaim, pk=pk, user=request.user)
    if request.POST.get("answer") == "confirm":
        claim = confirm_proposal(claim=claim, by=request.user, now=timezone.now())
        approved = claim.status == ClaimStatus.APPROVED
        messages.success(
            request, _("Vous êtes reconnu comme dirigeant.") if approved else _("Un conseiller vérifiera votre demande.")
        )
    else:
        withdraw_claim(claim=claim, by=request.user, now=timezone.now())
        messages.success(request, _("La demande est retirée."))
    return HttpResponseRedirect(reverse("accounts:account"))
