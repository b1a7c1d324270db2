"""My account: my roles, my organisation, my security, my data, my language."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ensembleur.accounts.models import Mandate
from ensembleur.web.pages import page


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the platform knows of me and what I may do."""
    mandates = Mandate.objects.live().filter(user=request.user).select_related("organisation")
    return page(request, "accounts/account.html", {"mandates": mandates})
