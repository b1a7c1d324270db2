"""The wishes of an event as its organisers see them: never a private refusal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import check
from ensembleur.meetings.choices import WishState
from ensembleur.meetings.forms.wishing import WishFilterForm
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries import wishes as lists
from ensembleur.meetings.queries.exports import wish_rows
from ensembleur.meetings.services import exporting
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.wish_words import badge
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

PER_PAGE = 50


@login_required
@require_safe
def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    """How wishes stand, who is asked most, and each of them."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    form = WishFilterForm(request.GET)
    state, text = form.wanted()
    pages = Paginator(lists.of_event(event, request.user, state, text), PER_PAGE).get_page(request.GET.get("page"))
    counted = lists.counts(event, timezone.now())
    context = {
        **of_event(event, "desk_wishes"),
        "form": form,
        "pages": pages,
        "total": pages.paginator.count,
        "rows": [(one, badge(one.state)) for one in pages],
        "states": [(badge(state), label, counted.by_state.get(state, 0)) for state, label in WishState.choices],
        "counted": counted,
        "query": request.GET.urlencode(),
    }
    return page(request, "meetings/wishes/desk.html", context, fragment="wishes")


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list as a file, in the columns that the import reads back."""
    event = fetch.organised(request, slug)
    (sheet,) = exporting.export_event(event=event, by=request.user, now=timezone.now(), only="voeux")
    state, text = WishFilterForm(request.GET).wanted()
    rows = wish_rows(event, lists.of_event(event, request.user, state, text)) if state or text else sheet.rows
    return table_file(f"{sheet.name}-{slug}.csv", sheet.columns, rows)
