"""My notices: read them, choose which ones come by e-mail, end the e-mails in one click."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from ensembleur.accounts.choices import Rhythm
from ensembleur.accounts.forms import NoticeSettingsForm
from ensembleur.accounts.models import NoticePreference, Notification
from ensembleur.accounts.services.notices import notices as registered
from ensembleur.accounts.services.notifying import read_all, read_notification, set_preferences
from ensembleur.accounts.services.unsubscribing import subscription_of, unsubscribe
from ensembleur.errors import BadInput, EnsembleurError
from ensembleur.web.pages import page

PER_PAGE = 25


@login_required
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What I have been told, unread first, then the newest."""
    unread_first = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1))
    mine = Notification.objects.visible_to(request.user).order_by(unread_first, "-created_at", "-pk")
    listed = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "accounts/notices.html", {"listed": listed})


@login_required
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page a notice is about: following its link is reading it."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    read_notification(notification=notice, by=request.user, now=timezone.now())
    return HttpResponseRedirect(notice.url)


@login_required
@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read without leaving the list."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    read_notification(notification=notice, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("accounts:notices"))


@login_required
@require_POST
def read_every(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    read_all(by=request.user, now=timezone.now())
    messages.success(request, _("Tous vos avis sont marqués comme lus."))
    return HttpResponseRedirect(reverse("accounts:notices"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """When I want e-mails of notices, and which."""
    kinds = [(kind, str(notice.label)) for kind, notice in registered().items()]
    standing = NoticePreference.objects.filter(user=request.user).first()
    unwanted = standing.unwanted_kinds if standing else []
    initial = {
        "rhythm": standing.rhythm if standing else Rhythm.AT_ONCE,
        "wanted_kinds": [kind for kind, _label in kinds if kind not in unwanted],
    }
    form = NoticeSettingsForm(request.POST if request.method == "POST" else None, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["wanted_kinds"]
        try:
            set_preferences(
                person=request.user,
                rhythm=form.cleaned_data["rhythm"],
                unwanted_kinds=[kind for kind, _label in kinds if kind not in wanted],
                by=request.user,
                now=timezone.now(),
            )
        except EnsembleurError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("Vos réglages sont enregistrés."))
            return HttpResponseRedirect(reverse("accounts:notices"))
    return page(request, "accounts/notice_settings.html", {"form": form}, status=400 if form.errors else 200)


@csrf_exempt  # a mail program posts here by itself (RFC 8058): the signed link is the proof, and all it can do is end e-mails
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_me(request: HttpRequest, token: str) -> HttpResponse:
    """End the e-mails without signing in: a visit only asks, so that a scanner following links ends nothing."""
    try:
        if request.method == "POST":
            only_kind = request.POST.get("scope") == "kind"
            subscription = unsubscribe(token=token, now=timezone.now(), only_kind=only_kind)
        else:
            subscription, only_kind = subscription_of(token=token), False
    except BadInput as error:
        return page(request, "accounts/unsubscribe.html", {"sentence": error.sentence}, status=404)
    notice = registered().get(subscription.kind)
    context = {
        "sentence": "",
        "is_done": request.method == "POST",
        "only_kind": only_kind,
        "label": notice.label if notice else "",
    }
    return page(request, "accounts/unsubscribe.html", context)
