"""My account: my roles, my organisation, my security, my language; and the data kept about me."""

from __future__ import annotations

import json

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.choices import CLAIM_WAITS
from ensembleur.accounts.forms import ErasureForm, ProfileForm
from ensembleur.accounts.models import Mandate
from ensembleur.accounts.permissions import may_appoint_someone, may_decide_claims, may_watch_post, needs_second_factor
from ensembleur.accounts.services.mandates import end_own_mandate
from ensembleur.accounts.services.personal_data import erase_person, export_personal_data, shares
from ensembleur.accounts.services.profiles import update_profile
from ensembleur.errors import EnsembleurError
from ensembleur.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """What the platform knows of me and what I may do; saving changes my name and my language."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"full_name": user.full_name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(person=user, **form.cleaned_data, by=user, now=timezone.now())
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            with translation.override(user.language):
                messages.success(request, _("Votre compte est à jour."))
            response = HttpResponseRedirect(reverse("accounts:account"))
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS
            )
            return response
    context = {
        "form": form,
        "mandates": Mandate.objects.live().filter(user=user).select_related("organisation"),
        "claims": user.company_claims.filter(status__in=CLAIM_WAITS),
        "has_second_factor": is_mfa_enabled(user),
        "needs_second_factor": needs_second_factor(user),
        "has_service": SocialAccount.objects.filter(user=user).exists(),
        "may_invite": may_appoint_someone(user),
        "may_decide": may_decide_claims(user),
        "may_watch_post": may_watch_post(user),
    }
    return page(request, "accounts/account.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of my roles back."""
    mandate = get_object_or_404(Mandate, pk=pk, user=request.user)
    end_own_mandate(mandate=mandate, by=request.user, now=timezone.now())
    messages.success(request, _("Vous avez quitté ce rôle."))
    return HttpResponseRedirect(reverse("accounts:account"))


@login_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept about me, how to take it away, how to have it erased."""
    return page(
        request, "accounts/personal_data.html", {"form": ErasureForm(address=request.user.email), "domains": list(shares())}
    )


@login_required
@never_cache
@require_POST
def export_data(request: HttpRequest) -> HttpResponse:
    """Everything kept about me, as one JSON file."""
    data = export_personal_data(person=request.user, by=request.user, now=timezone.now())
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    name = f"mes-donnees-{timezone.localdate()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@login_required
@require_POST
def erase_data(request: HttpRequest) -> HttpResponse:
    """Erase my account once I have typed its address and ticked the box."""
    form = ErasureForm(request.POST, address=request.user.email)
    if form.is_valid():
        try:
            erase_person(person=request.user, by=request.user, now=timezone.now())
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            logout(request)
            messages.success(request, _("Votre compte est effacé. Rien ici ne porte plus votre nom."))
            return HttpResponseRedirect("/")
    return page(request, "accounts/personal_data.html", {"form": form, "domains": list(shares())}, status=400)
