"""Who acts on my perimeters: roles, invitations sent and accepted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur import codes
from ensembleur.accounts.choices import MAY_APPOINT, PerimeterKind, Role
from ensembleur.accounts.forms import InvitationForm
from ensembleur.accounts.models import Invitation, Mandate, Organisation
from ensembleur.accounts.permissions import check, live_mandates, may_appoint_someone, may_cancel_invitation, may_revoke
from ensembleur.accounts.queries import perimeter_of, roles_of
from ensembleur.accounts.services.invitations import accept_invitation, cancel_invitation, invite, open_invitation
from ensembleur.accounts.services.mandates import revoke_mandate
from ensembleur.accounts.views.home import INVITATION, home_url
from ensembleur.errors import BadInput, EnsembleurError
from ensembleur.territory.queries import register
from ensembleur.web.pages import page

PER_PAGE = 25


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people who hold a role on my perimeters."""
    check(may_appoint_someone, request.user)
    mandates = Mandate.objects.visible_to(request.user).live().select_related("user", "organisation").order_by("role", "pk")
    listed = Paginator(mandates, PER_PAGE).get_page(request.GET.get("page"))
    for mandate in listed.object_list:
        mandate.revocable = mandate.user_id != request.user.pk and may_revoke(request.user, mandate)
    return page(request, "accounts/people.html", {"listed": listed})


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's role."""
    mandate = get_object_or_404(Mandate.objects.visible_to(request.user), pk=pk)
    revoke_mandate(mandate=mandate, by=request.user, now=timezone.now())
    messages.success(request, _("Le rôle a pris fin."))
    return HttpResponseRedirect(reverse("accounts:people"))


@login_required
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """The invitations of my perimeters and what became of them."""
    check(may_appoint_someone, request.user)
    found = Invitation.objects.visible_to(request.user).select_related("invited_by", "organisation")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    for invitation in listed.object_list:
        is_open = invitation.accepted_at is None and invitation.cancelled_at is None
        invitation.is_open = is_open and invitation.expires_at > now
        invitation.cancellable = is_open and may_cancel_invitation(request.user, invitation)
    return page(request, "accounts/invitations.html", {"listed": listed})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite_someone(request: HttpRequest) -> HttpResponse:
    """Offer a role; the link is shown once, in case the message does not arrive."""
    user = request.user
    check(may_appoint_someone, user)
    form = InvitationForm(request.POST or None, roles=_roles_to_offer(user), initial={"place": _usual_place(user)})
    if request.method == "POST" and form.is_valid():
        try:
            kind, code, commune = place_named(form.cleaned_data["place"], user)
            sent = invite(
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                perimeter_kind=kind,
                perimeter_code=code,
                commune=commune,
                organisation=Organisation.objects.filter(siren=code).first() if kind == PerimeterKind.COMPANY else None,
                by=user,
                now=timezone.now(),
                link_to=lambda token: request.build_absolute_uri(reverse("accounts:accept", args=[token])),
            )
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            return page(request, "accounts/invited.html", {"invitation": sent.invitation, "link": sent.link})
    return page(request, "accounts/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation offers; a visitor is asked to sign in or up first, and comes back here."""
    now = timezone.now()
    if request.method == "POST" and request.user.is_authenticated:
        accept_invitation(token=token, by=request.user, now=now)
        request.session.pop(INVITATION, None)
        messages.success(request, _("Vous avez accepté l'invitation."))
        return HttpResponseRedirect(home_url(request.user))
    try:
        invitation = open_invitation(token=token, now=now)
    except EnsembleurError:
        request.session.pop(INVITATION, None)
        raise
    if not request.user.is_authenticated:
        request.session[INVITATION] = token
    return page(request, "accounts/accept.html", {"invitation": invitation})


@require_POST
def forget_invitation(request: HttpRequest) -> HttpResponse:
    """Leave the invitation aside: nothing leads back to it but its message."""
    request.session.pop(INVITATION, None)
    return HttpResponseRedirect(reverse("accounts:home") if request.user.is_authenticated else "/")


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    cancel_invitation(invitation=invitation, by=request.user, now=timezone.now())
    messages.success(request, _("L'invitation est annulée : son lien ne sert plus."))
    return HttpResponseRedirect(reverse("accounts:invitations"))


def place_named(text: str, user: Any) -> tuple[str, str, str]:
    """(kind, code, commune of the company) named by a SIRET, a SIREN of mine, or a geographic code. Raises BadInput."""
    code = "".join(text.split()).upper()
    if len(code) == 14:
        siret = codes.siret(code)
        place = register.place_of(siret)
        if place is None:
            raise BadInput("unknown_establishment", _("Le SIRET %(siret)s n'est pas dans notre registre.") % {"siret": siret})
        return PerimeterKind.COMPANY, siret[:9], place.commune
    if len(code) == 9:
        siren = codes.siren(code)
        mine = [m for m in live_mandates(user) if (m.perimeter_kind, m.perimeter_code) == (PerimeterKind.COMPANY, siren)]
        if not mine:
            raise BadInput("siret_wanted", _("Donnez le SIRET (14 chiffres) : il dit où est l'entreprise."))
        return PerimeterKind.COMPANY, siren, mine[0].commune
    if len(code) == 5:
        return PerimeterKind.COMMUNE, codes.insee(code), ""
    if code in perimeter_of(user).regions:
        return PerimeterKind.REGION, code, ""
    if len(code) in (2, 3):
        return PerimeterKind.DEPARTEMENT, code, ""
    raise BadInput("bad_place", _("« %(place)s » n'est ni un SIRET ni un code de lieu.") % {"place": text[:20]})


def _roles_to_offer(user: Any) -> list[Role]:
    offered = set().union(*(MAY_APPOINT.get(role, frozenset()) for role in roles_of(user)))
    return [role for role in Role if role in offered]


def _usual_place(user: Any) -> str:
    """The company of a director who has only one."""
    sirens = perimeter_of(user, Role.DIRECTOR).sirens
    return next(iter(sirens)) if len(sirens) == 1 else ""
