"""The e-mails of the platform, for those who answer for it: what left, what was refused, what was interrupted."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import check, may_watch_post
from ensembleur.accounts.queries import mailings_in_state, state_of_the_post
from ensembleur.web.pages import page

PER_PAGE = 50


@login_required
@never_cache
@require_safe
def mailings(request: HttpRequest) -> HttpResponse:
    """Counts by state, then the e-mails of one state, newest first."""
    check(may_watch_post, request.user)
    now = timezone.now()
    asked = request.GET.get("state", "")
    listed = Paginator(mailings_in_state(request.user, asked, now), PER_PAGE).get_page(request.GET.get("page"))
    context = {"listed": listed, "state": state_of_the_post(request.user, now), "asked": asked}
    return page(request, "accounts/mailings.html", context)
