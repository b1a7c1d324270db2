"""The organiser's list of participations: looked through, decided, added to, and one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import REGISTRATION_ARROWS, RegistrationStatus
from ensembleur.meetings.forms.people import AddForm, FilterForm
from ensembleur.meetings.forms.registering import AgreeForm, HomeForm, ParticipationForm, PersonForm, Together
from ensembleur.meetings.models import Attendee, Event, Registration
from ensembleur.meetings.permissions import may_organise, may_read_needs
from ensembleur.meetings.queries.exports import rows_of
from ensembleur.meetings.queries.registrations import counts, found
from ensembleur.meetings.services import deciding, exporting
from ensembleur.meetings.services.registering import register_for
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.registering import person_act, person_saved
from ensembleur.meetings.views.tabs import desk_tabs
from ensembleur.strategy.views.tables import table_file
from ensembleur.territory.queries.register import establishment
from ensembleur.web.pages import page

PER_PAGE = 25  # short enough for a phone
BADGES = {"accepted": "yes", "requested": "unknown", "waiting": "closed", "refused": "no", "cancelled": "no"}
ACTS = (
    ("accepted", gettext_lazy("Accepter")),
    ("waiting", gettext_lazy("Mettre en attente")),
    ("refused", gettext_lazy("Refuser")),
    ("cancelled", gettext_lazy("Annuler")),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who registered, to look for and to decide of, one or many."""
    event = fetch.organised(request, slug)
    if request.method == "POST":
        _decide(request, event, request.POST.getlist("chosen"))
        return redirect(f"{reverse('meetings:desk_people', args=[slug])}?{request.GET.urlencode()}")
    form = FilterForm(request.GET, event=event)
    rows = found(event, request.user, form.wanted())
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = _about(event, request.user) | {
        "form": form,
        "pages": pages,
        "rows": [(one, event.side_label(one.side), BADGES[one.status], _people(one)) for one in pages],
        "counts": counts(event),
        "total": pages.paginator.count,
        "query": request.GET.urlencode(),
        "acts": ACTS,
    }
    return page(request, "meetings/people/list.html", context, fragment="people")


def _people(one: Registration) -> list[Attendee]:
    return [person for person in one.attendees.all() if person.erased_at is None]


def _decide(request: HttpRequest, event: Event, chosen: list[str]) -> None:
    """Decide of those chosen, and say what became of them."""
    keys = [int(key) for key in chosen if key.isdecimal() and len(key) < 18]
    who: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        done = deciding.decide_registrations(event=event, chosen=keys, status=request.POST.get("act", ""), **who)
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
        return
    n = done["decided"]
    if n:
        text = ngettext(
            "%(n)s inscription décidée ; ses personnes sont prévenues.",
            "%(n)s inscriptions décidées ; leurs personnes sont prévenues.",
            n,
        )
        messages.success(request, text % {"n": n})
    if done["waiting"]:
        n = done["waiting"]
        text = ngettext("%(n)s attend : l'événement est complet.", "%(n)s attendent : l'événement est complet.", n)
        messages.warning(request, text % {"n": n})
    if done["left"]:
        n = done["left"]
        text = ngettext("%(n)s ne peut pas passer à cet état.", "%(n)s ne peuvent pas passer à cet état.", n)
        messages.warning(request, text % {"n": n})


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list as a file, one line a person, that the import reads back; needs of accessibility are asked for by name."""
    event = fetch.organised(request, slug)
    only = "besoins-confidentiel" if request.GET.get("quoi") == "besoins" else "participants"
    (sheet,) = exporting.export_event(event=event, by=request.user, now=timezone.now(), only=only)
    form = FilterForm(request.GET, event=event)
    rows = sheet.rows if only != "participants" else rows_of(event, found(event, request.user, form.wanted()))
    return table_file(f"{sheet.name}-{slug}.csv", sheet.columns, rows)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add somebody, late or by telephone; others of the same participation are added on its page."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    data = request.POST if request.method == "POST" else None
    who = AddForm(data)
    origin = data.get("origine", "company") if data else "company"
    form = ParticipationForm(data, event=event, origin="abroad" if origin != "person" else origin)
    person, agree = PersonForm(data, event=event, address_needed=False, prefix="p"), AgreeForm(data)
    sentence = ""
    if data is not None and all([who.is_valid(), form.is_valid(), person.is_valid(), agree.is_valid()]):
        siret, agrees = who.cleaned_data["siret"], agree.cleaned_data["accord"]
        view = establishment(siret) if siret else None
        told = form.told(
            origin=who.cleaned_data["origine"], siret=siret, commune=view.commune if view else "", is_listed=agrees
        )  # fmt: skip
        try:
            made = register_for(
                event=event, told=told, people=[person.coming()], agrees=agrees, by=request.user, now=timezone.now()
            )  # fmt: skip
        except (BadInput, Refused) as error:
            sentence = error.sentence
        else:
            messages.success(request, _("C'est enregistré ; le lien privé est envoyé à la personne."))
            return redirect("meetings:desk_participation", slug, made.pk)
    context = _about(event, request.user) | {"who": who, "form": form, "person": person, "agree": agree, "sentence": sentence}
    context["together"] = Together(who, form, person, agree)
    return page(request, "meetings/people/add.html", context, status=400 if data is not None else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def participation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One participation: where it stands, what it says, who comes, their needs and tables."""
    event = fetch.organised(request, slug)
    one = get_object_or_404(event.registrations.visible_to(request.user), pk=pk)
    if request.method == "POST":
        _decide(request, event, [str(one.pk)])
        return redirect("meetings:desk_participation", slug, one.pk)
    context = _about(event, request.user) | {
        "one": one,
        "side": event.side_label(one.side),
        "badge": BADGES[one.status],
        "people": [(person, _absences(person, event), HomeForm(event=event, initial={"place": person.home_id, "recoit": person.is_host},
                    auto_id=f"p{person.pk}_%s")) for person in one.attendees.filter(erased_at__isnull=True).select_related("home")],
        "acts": [(status, word) for status, word in ACTS if status in REGISTRATION_ARROWS[RegistrationStatus(one.status)]],
        "reads_needs": may_read_needs(request.user, event),
        "wishes_sent": one.wishes_sent.count(),
        "wishes_received": one.wishes_received.count(),
    }  # fmt: skip
    return page(request, "meetings/people/participation.html", context)


def _absences(person: Attendee, event: Event) -> str:
    starts = {slot.number: timezone.localtime(slot.starts_at) for slot in event.slots.all()}
    return ", ".join(f"{starts[number]:%H:%M}" for number in sorted(person.absent_slots) if number in starts)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One more person of a participation."""
    event = fetch.organised(request, slug)
    return _person_page(request, event, get_object_or_404(event.registrations, pk=pk), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A person, as they would change themselves."""
    event = fetch.organised(request, slug)
    one = get_object_or_404(_living(event), pk=pk)
    return _person_page(request, event, one.registration, one)


def _person_page(request: HttpRequest, event: Event, registration: Registration, one: Attendee | None) -> HttpResponse:
    check(may_organise, request.user, event)
    form, agree, sentence, is_done = person_saved(request, event, registration, one, request.user)
    back = reverse("meetings:desk_participation", args=[event.slug, registration.pk])
    if is_done:
        return redirect(back)
    context = _about(event, request.user) | {
        "person": one, "form": form, "agree": agree, "sentence": sentence, "registration": registration, "back": back,
        "crumbs": [(registration.name, back), (one or _("Une personne de plus"), "")],
    }  # fmt: skip
    return page(request, "meetings/registering/person.html", context, status=400 if request.method == "POST" else 200)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What an organiser does for a person: table, link, removal."""
    event = fetch.organised(request, slug)
    one = get_object_or_404(_living(event), pk=pk)
    given: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        if request.POST.get("act") == "home":
            form = HomeForm(request.POST, event=event)
            if not form.is_valid():
                raise BadInput("other_event", _("Cette table n'existe plus : rechargez la page."))
            home = {"place": form.cleaned_data["place"], "is_host": form.cleaned_data["recoit"]}
            deciding.assign_home(attendee=one, **home, **given)
            say = _("C'est enregistré.")
        else:
            say = person_act(request.POST.get("act", ""), one, given)
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, say)
    return redirect("meetings:desk_participation", slug, one.registration_id)


def _living(event: Event) -> Any:
    return Attendee.objects.filter(registration__event=event, erased_at__isnull=True).select_related("registration__event")


def _about(event: Event, user: Any) -> dict[str, Any]:
    return {
        "event": event,
        "tabs": desk_tabs(event, "desk_people"),
        "label": _("Bureau de l'organisateur"),
        "organises": may_organise(user, event),
    }
