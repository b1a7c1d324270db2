"""Registering without an account, then changing one's own participation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import LIVE_STATUSES, EventState, RegistrationStatus
from ensembleur.meetings.forms.registering import (
    AgreeForm,
    ConsentForm,
    ListedForm,
    ParticipationForm,
    PeopleForms,
    PersonForm,
    Together,
    WhoForm,
)
from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.queries.links import token_of
from ensembleur.meetings.queries.registrations import rank_waiting
from ensembleur.meetings.services import attending, personal_data
from ensembleur.meetings.services.registering import MOST_PEOPLE, OVER, Registered, register_publicly, why_closed
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.territory.queries.register import establishment
from ensembleur.web.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Two short steps: who registers, then what they seek, who comes, and what they agree to. No account is needed."""
    event, now = fetch.event_of(request, slug), timezone.now()
    context = {"event": event, "crumbs": [(event.title, reverse("meetings:event", args=[slug])), (_("S'inscrire"), "")]}
    if "recu" in request.GET:
        return page(request, "meetings/registering/received.html", {**context, "rail": _rail(4)})
    if not event.takes_registrations(now):
        return page(request, "meetings/registering/closed.html", {**context, "why": why_closed(event=event)})
    asked = {"origine": request.GET.get("origine"), "siret": request.GET.get("siret", "")} if "origine" in request.GET else None
    who = WhoForm(asked)
    if asked is None or not who.is_valid():
        status = 400 if asked and request.method != "POST" else 200
        return page(request, "meetings/registering/who.html", {**context, "form": who, "rail": _rail(1)}, status=status)
    return _second_step(request, event, who, context)


def _second_step(request: HttpRequest, event: Event, who: WhoForm, context: dict[str, Any]) -> HttpResponse:
    origin, siret = who.cleaned_data["origine"], who.cleaned_data["siret"]
    view, data = establishment(siret) if siret else None, request.POST if request.method == "POST" else None
    form = ParticipationForm(data, event=event, origin=origin, initial=ParticipationForm.initial_from(view))
    people, consent = PeopleForms(data, prefix="p", form_kwargs={"event": event}), ConsentForm(data)
    sentence, status = "", 200
    if data is not None and data.get("act") == "one_more":
        people, form, consent = _one_more(data, event, form, origin)
    elif data is not None:
        status = 400
        if all([form.is_valid(), people.is_valid(), consent.is_valid()]):
            told = form.told(
                origin=origin, siret=siret, commune=view.commune if view else "", is_listed=consent.cleaned_data["liste"]
            )  # fmt: skip
            account = request.user if request.user.is_authenticated else None
            coming = [one.coming() for one in people if one.cleaned_data]  # a person left blank is nobody
            try:
                made = register_publicly(event=event, told=told, people=coming, now=timezone.now(), account=account)
            except (BadInput, Refused) as error:
                sentence = error.sentence
            else:
                return _received(request, made)
    context |= {
        "form": form,
        "people": people,
        "consent": consent,
        "together": Together(form, *people, consent),
        "sentence": sentence,
        "view": view,
        "siret": siret,
        "is_alone": origin == "person",
        "rail": _rail(2),
        "may_add": len(people.forms) < MOST_PEOPLE,
    }
    return page(request, "meetings/registering/register.html", context, status=status)


def _one_more(data: Any, event: Event, form: Any, origin: str) -> tuple[Any, Any, Any]:
    """The same page with one more person to fill; what was typed stays, and nothing is judged yet."""
    more = data.copy()
    count = int(data["p-TOTAL_FORMS"]) if data.get("p-TOTAL_FORMS", "").isdecimal() else 0
    more["p-TOTAL_FORMS"] = str(min(count + 1, MOST_PEOPLE))
    for slot in event.slots.values_list("number", flat=True):
        more.appendlist(f"p-{count}-creneaux", str(slot))
    more[f"p-{count}-langue"], more[f"p-{count}-taille"] = "fr", "1"
    people = PeopleForms(more, prefix="p", form_kwargs={"event": event})
    form, consent = ParticipationForm(data, event=event, origin=origin), ConsentForm(data)
    for one in (*people.forms, form, consent):
        one._errors = {}
    people._errors, people._non_form_errors = [], people.error_class()
    return people, form, consent


def _received(request: HttpRequest, made: Registered) -> HttpResponse:
    """One page, whether they were there already or not: that is told to nobody, but to an account of its own participation."""
    slug, user = made.registration.event.slug, request.user
    if not (user.is_authenticated and made.registration.attendees.filter(user=user).exists()):
        return redirect(f"{reverse('meetings:register', args=[slug])}?recu=1")
    known = _("Votre inscription existait déjà : rien n'a été ajouté. La voici.")
    messages.success(request, _("C'est enregistré.") if made.is_new else known)
    return redirect("meetings:my_profile", slug)


def _rail(step: int) -> list[dict[str, str]]:
    labels = (_("Qui êtes-vous ?"), _("Votre participation"), _("C'est fait"))
    return [
        {"label": label, "state": "done" if number < step else "current" if number == step else "todo"}
        for number, label in enumerate(labels, 1)
    ]


@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A private link is opened: this browser remembers it, and the secret leaves the address bar."""
    person = fetch.open_link(request, token)
    answer = redirect("meetings:my_day", person.registration.event.slug)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


# -- one's own participation -------------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """My participation: where it stands, what it says, who comes; it may be changed or cancelled here."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    registration = me.registration
    data = request.POST if request.method == "POST" else None
    initial = ParticipationForm.initial_of(registration)
    form = ParticipationForm(data, event=event, origin=registration.origin, is_edit=True, initial=initial)
    listed, sentence = ListedForm(data, initial={"liste": registration.is_listed}), ""
    if data is not None and form.is_valid() and listed.is_valid():
        told = form.told(origin=registration.origin, commune=registration.commune, is_listed=listed.cleaned_data["liste"])
        try:
            who = fetch.actor_of(request, event)
            attending.edit_registration(registration=registration, told=told, by=who, now=timezone.now())
        except (BadInput, Refused) as error:
            sentence = error.sentence
        else:
            messages.success(request, _("C'est enregistré."))
            return redirect("meetings:my_profile", slug)
    context = _mine(event, me) | {
        "form": form,
        "listed": listed,
        "sentence": sentence,
        "people": registration.attendees.filter(erased_at__isnull=True),
        "rank": rank_waiting(registration) if registration.status == RegistrationStatus.WAITING else 0,
    }
    return page(request, "meetings/registering/profile.html", context, status=400 if data is not None else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_person(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """One person of my participation, or a new one: contacts, availability, needs."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    person = get_object_or_404(me.registration.attendees.filter(erased_at__isnull=True), pk=pk) if pk else None
    who = fetch.actor_of(request, event)
    form, agree, sentence, is_done = person_saved(request, event, me.registration, person, who, needs=person in (None, me))
    if is_done:
        return redirect("meetings:my_profile", slug)
    context = _mine(event, me) | {
        "person": person,
        "form": form,
        "agree": agree,
        "sentence": sentence,
        "back": reverse("meetings:my_profile", args=[slug]),
        "crumbs": [
            (_("Mon inscription"), reverse("meetings:my_profile", args=[slug])),
            (person or _("Une personne de plus"), ""),
        ],
    }
    return page(request, "meetings/registering/person.html", context, status=400 if request.method == "POST" else 200)


def person_saved(
    request: HttpRequest, event: Event, registration: Any, person: Attendee | None, by: Any, *, needs: bool = True
) -> tuple[Any, Any, str, bool]:
    """The form of a person, what is agreed, why it was refused, and whether it is done; the desk shares it.

    needs : False for a colleague, who neither reads nor changes the needs of somebody else.
    """
    data = request.POST if request.method == "POST" else None
    numbers = list(event.slots.values_list("number", flat=True))
    initial = PersonForm.initial_of(person, numbers) if person else {}
    form = PersonForm(data, event=event, needs=needs, address_needed=False, initial=initial)
    agree = AgreeForm(data, initial={"accord": bool(person and person.consented_at)})
    if data is None or not (form.is_valid() and agree.is_valid()):
        return form, agree, "", False
    given: dict[str, Any] = {"agrees": agree.cleaned_data["accord"], "by": by, "now": timezone.now()}
    try:
        if person is None:
            attending.add_person(registration=registration, person=form.coming(), **given)
        else:
            attending.edit_person(attendee=person, person=form.coming(person), **given)
    except (BadInput, Refused) as error:
        return form, agree, error.sentence, False
    messages.success(request, _("C'est enregistré."))
    return form, agree, "", True


@require_POST
def my_act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What one decides on one's page: leave, send or renew a link, remove somebody, erase oneself."""
    event = fetch.event_of(request, slug)
    me, who = fetch.myself(request, event), fetch.actor_of(request, event)
    person = get_object_or_404(me.registration.attendees.filter(erased_at__isnull=True), pk=pk)
    act, given = request.POST.get("act", ""), {"by": who, "now": timezone.now()}
    try:
        if act == "erase":
            personal_data.erase_attendee(attendee=person, **given)
            messages.success(request, _("C'est fait : vos données sont effacées."))
            return redirect("meetings:event", slug)
        say = person_act(act, person, given)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("meetings:my_profile", slug)
    if act == "renew" and isinstance(who, Attendee) and who.pk == person.pk:
        person.refresh_from_db()
        fetch.open_link(request, token_of(person))
    messages.success(request, say)
    return redirect("meetings:event" if act == "cancel" else "meetings:my_profile", slug)


def person_act(act: str, person: Attendee, given: dict[str, Any]) -> str:
    """What was done, in words; the desk shares it. Raises Http404 for an act that does not exist, Refused."""
    if act == "cancel":
        attending.cancel_registration(registration=person.registration, **given)
        return _("La participation est annulée. La place est proposée à la première inscription en attente.")
    if act == "remove":
        attending.remove_person(attendee=person, **given)
        return _("Cette personne n'est plus inscrite.")
    if act == "send":
        sent = attending.send_link(attendee=person, **given)
        return _("Le lien privé est envoyé.") if sent else _("Le lien privé est déjà parti aujourd'hui.")
    if act == "renew":
        attending.renew_link(attendee=person, **given)
        return _("Les anciens liens ne s'ouvrent plus ; le nouveau est envoyé.")
    raise Http404


@never_cache
@require_safe
def my_data(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is kept about me at this event, to take away."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    told = personal_data.export_attendee(attendee=me, by=fetch.actor_of(request, event), now=timezone.now())
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="mes-donnees-{event.slug}.json"'
    return answer


def _mine(event: Event, me: Attendee) -> dict[str, Any]:
    return {
        "event": event,
        "me": me,
        "registration": me.registration,
        "side": event.side_label(me.registration.side),
        "is_open": me.registration.status in LIVE_STATUSES and event.state not in OVER,
        "is_told": event.state in (EventState.PUBLISHED, EventState.DAY),
        "tabs": my_tabs(event, "my_profile"),
        "label": _("Ma participation"),
    }
