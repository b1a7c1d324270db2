"""The pages about one company: note a contact, ask not to be contacted any more, come back on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ensembleur import codes
from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import check, holds
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import ContactOutcome
from ensembleur.journeys.models import Journey, Opposition
from ensembleur.journeys.permissions import may_contact, may_lift_opposition, may_oppose
from ensembleur.journeys.queries.prospecting import contacts_of, places_of
from ensembleur.journeys.queries.prospects import Subject, subject_of
from ensembleur.journeys.services import prospecting
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.prospect_forms import ContactForm, LiftForm, OppositionForm
from ensembleur.journeys.views.prospecting import place_words, size_words
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.register import Place, establishment, place_of
from ensembleur.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, siret: str) -> HttpResponse:
    """Note what a contact with a company gave; what partners noted before is beside."""
    view, place = _company(siret)
    check(may_contact, request.user, place)
    subject = _about(request.POST.get("about") or request.GET.get("sujet", ""))
    form = ContactForm(request.POST if request.method == "POST" else None, initial={"channel": "phone"})
    if request.method == "POST" and form.is_valid():
        try:
            noted = prospecting.record_contact(
                siret=view.siret, about=subject.id if subject else "", by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except (BadInput, Refused) as error:
            form.add_error("call_back_on" if error.code == "bad_call_back" else None, error.sentence)
        else:
            return _noted(request, noted.outcome, view, subject)
    advises = holds(request.user, Role.ADVISER, commune=place.commune)
    context = {
        "view": view,
        "place": place_words(view),
        "size": size_words(view, language()),
        "subject": subject,
        "form": form,
        "contacts": contacts_of(view.siren, request.user),
        "opposition": Opposition.objects.live().filter(siren=view.siren).first(),
        "journey": Journey.objects.visible_to(request.user).live().filter(siren=view.siren).first(),
        "may_open": advises,
        "crumbs": [(_("Prospection"), reverse("journeys:prospects")), *_way_back(subject), (view.title, "")],
    }
    return page(request, "journeys/contact.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opposition(request: HttpRequest, siret: str) -> HttpResponse:
    """A company asks not to be contacted any more: its people say so themselves, or those whom it told; others read how."""
    view, _place = _company(siret)
    places = places_of(view.siren)
    may_say = may_oppose(request.user, view.siren, places)
    form = OppositionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        prospecting.record_opposition(siren=view.siren, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("C'est enregistré : %(name)s n'est plus proposée à aucun démarchage.") % {"name": view.title})
        return redirect("journeys:opposition", view.siret)
    context = {
        "view": view,
        "form": form,
        "lift_form": LiftForm(),
        "is_own": holds(request.user, Role.DIRECTOR, Role.CONTRIBUTOR, siren=view.siren),
        "may_say": may_say,
        "opposition": Opposition.objects.live().filter(siren=view.siren).first() if may_say else None,
        "may_lift": may_lift_opposition(request.user, view.siren, places),
    }
    return page(request, "journeys/opposition.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def lift(request: HttpRequest, siret: str) -> HttpResponse:
    """The company may be contacted again."""
    view, _place = _company(siret)
    form = LiftForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    prospecting.lift_opposition(siren=view.siren, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, _("C'est enregistré : %(name)s peut de nouveau être contactée.") % {"name": view.title})
    return redirect("journeys:opposition", view.siret)


def _company(siret: str) -> tuple[EstablishmentView, Place]:
    try:
        siret = codes.siret(siret)
    except BadInput as error:
        raise Http404 from error
    view, place = establishment(siret), place_of(siret)
    if view is None or place is None:
        raise Http404
    return view, place


def _about(name: str) -> Subject | None:
    try:
        return subject_of(name[:80], lang=language()) if name else None
    except Refused:
        return None


def _way_back(subject: Subject | None) -> list[tuple[str, str]]:
    return [(subject.title, reverse("journeys:prospect_list", args=[subject.kind, subject.id]))] if subject else []


def _noted(request: HttpRequest, outcome: str, view: EstablishmentView, subject: Subject | None) -> HttpResponse:
    """Where one goes after a contact: the company's page when it is interested, the list otherwise."""
    if outcome == ContactOutcome.INTERESTED:
        messages.success(request, _("C'est enregistré. %(name)s est intéressée : ouvrez son parcours.") % {"name": view.title})
        return redirect(f"{reverse('journeys:contact', args=[view.siret])}{f'?sujet={subject.id}' if subject else ''}")
    if outcome == ContactOutcome.OPPOSED:
        messages.success(request, _("C'est enregistré : %(name)s n'est plus proposée à aucun démarchage.") % {"name": view.title})
    else:
        messages.success(request, _("C'est enregistré."))
    return redirect("journeys:prospect_list", subject.kind, subject.id) if subject else redirect("journeys:prospect_wave")
