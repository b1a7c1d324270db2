"""Asking not to be contacted without an account, and what officers do of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.models import Opposition
from ensembleur.journeys.permissions import may_read_oppositions
from ensembleur.journeys.services import public_oppositions
from ensembleur.journeys.views.prospect_forms import LiftForm, PublicOppositionForm
from ensembleur.territory.queries.register import establishments
from ensembleur.web.pages import page

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def oppose(request: HttpRequest) -> HttpResponse:
    """Anyone says that a company is no longer to be contacted; it holds at once."""
    initial = {"number": request.GET.get("siret", "")[:20]}
    form = PublicOppositionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            held = public_oppositions.oppose_publicly(now=timezone.now(), **form.cleaned_data)
        except (BadInput, Refused) as error:
            form.add_error(None if error.code == "too_many_oppositions" else "number", error.sentence)
        else:
            text = _("C'est enregistré : l'entreprise de SIREN %(siren)s n'est plus proposée à aucun démarchage.")
            messages.success(request, text % {"siren": held.siren})
            return redirect("journeys:oppose")
    return page(request, "journeys/oppose.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_safe
def oppositions(request: HttpRequest) -> HttpResponse:
    """What was said on the public page about companies of my perimeter and waits to be confirmed, the oldest first."""
    check(may_read_oppositions, request.user)
    waiting = Opposition.objects.visible_to(request.user).waiting().order_by("recorded_at", "pk")
    pages = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    views = establishments([one.siret for one in pages])
    context = {
        "pages": pages,
        "rows": [(one, views.get(one.siret), LiftForm(auto_id=f"{one.siren}_%s")) for one in pages],
        "crumbs": [(_("Prospection"), reverse("journeys:prospects")), (_("Oppositions à confirmer"), "")],
    }
    return page(request, "journeys/oppositions.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, siren: str) -> HttpResponse:
    """It does come from the company."""
    public_oppositions.confirm_opposition(siren=siren, by=request.user, now=timezone.now())
    messages.success(request, _("C'est enregistré : l'opposition est confirmée."))
    return redirect("journeys:oppositions")
