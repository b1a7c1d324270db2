"""Where a person lands after signing in, and the demonstration's one-click entry."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.accounts.queries import roles_of
from ensembleur.accounts.services.demo import demo_email
from ensembleur.accounts.services.profiles import record_sign_in

INVITATION = "invitation_token"  # kept while its reader signs up
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def home_url(user: User) -> str:
    """The address of this person's home: the first of their roles that has one in settings.ROLE_HOMES, else the account."""
    held = set(roles_of(user))
    for role, name in settings.ROLE_HOMES.items():
        if role in held:
            try:
                return reverse(name)
            except NoReverseMatch:  # its domain is not installed
                continue
    return reverse("accounts:account")


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send each person to the home of their role; first to the invitation they came with."""
    if token := request.session.get(INVITATION):
        return HttpResponseRedirect(reverse("accounts:accept", args=[token]))
    return HttpResponseRedirect(home_url(request.user))


@require_POST
def demo_enter(request: HttpRequest) -> HttpResponse:
    """Enter as the fictional person of a role; outside a demonstration this page does not exist."""
    role = request.POST.get("role", "")
    if not settings.DEMO or role not in Role.values:
        raise Http404
    person = User.objects.filter(email=demo_email(role=Role(role)), is_fictional=True, is_active=True).first()
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    record_sign_in(by=person, now=timezone.now(), how="demo")
    return HttpResponseRedirect(home_url(person))
