"""One establishment before every scheme: the answers, the next question, what is known."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur import codes
from ensembleur.errors import BadInput, Refused
from ensembleur.logic.words import FactKey
from ensembleur.schemes.engine.question import Question, next_question
from ensembleur.schemes.engine.verdict import advise
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.forms import AnswerForm, SiretForm
from ensembleur.schemes.permissions import may_declare_fact
from ensembleur.schemes.queries.facts import Subject, facts_of, subject_of
from ensembleur.schemes.queries.published import company_schemes
from ensembleur.schemes.services.facts import record_fact, withdraw_fact
from ensembleur.schemes.views import session
from ensembleur.schemes.views.cards import gained, groups_of
from ensembleur.schemes.views.words import known_rows
from ensembleur.territory.queries import register
from ensembleur.web.pages import page


def _lang() -> str:
    return "en" if get_language() == "en" else "fr"


def _subject(siret: str) -> Subject:
    """The establishment of the address, or 404 with a sentence."""
    try:
        return subject_of(codes.siret(siret))
    except (BadInput, Refused) as error:
        raise Http404(error.sentence) from error


def _facts(request: HttpRequest, siret: str) -> Any:
    return facts_of(siret, as_of=timezone.localdate(), user=request.user, session_facts=session.facts_in(request, siret))


def _verdicts(request: HttpRequest, siret: str) -> Any:
    return advise(company_schemes(), _facts(request, siret), as_of=timezone.localdate(), lang=_lang())


@require_safe
def check_siret(request: HttpRequest) -> HttpResponse:
    """« Suis-je éligible ? » : from a SIRET typed to the answers."""
    form = SiretForm(request.GET if "siret" in request.GET else None)
    if form.is_valid():
        return redirect("schemes:of_establishment", siret=form.cleaned_data["siret"])
    return render(request, "schemes/check.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
def of_establishment(request: HttpRequest, siret: str) -> HttpResponse:
    """Every scheme for this establishment: a page of its own, or a fragment of the establishment's page."""
    subject = _subject(siret)
    schemes, facts, skipped = company_schemes(), _facts(request, subject.siret), session.skipped_in(request, subject.siret)
    day = {"as_of": timezone.localdate(), "lang": _lang()}
    verdicts = advise(schemes, facts, **day)
    context = {
        "subject": subject,
        "establishment": register.establishment(subject.siret),
        "groups": groups_of(verdicts, siret=subject.siret),
        "question": next_question(schemes, facts, skip=skipped, verdicts=verdicts, **day),
        "skipped": len(skipped),
        "as_of": timezone.localdate(),
    }
    return page(request, "schemes/of_establishment.html", context, fragment="answers")


def _next(request: HttpRequest, siret: str, skip: Collection[str] | None = None) -> Question | None:
    skip = session.skipped_in(request, siret) if skip is None else skip
    return next_question(company_schemes(), _facts(request, siret), as_of=timezone.localdate(), lang=_lang(), skip=skip)


def _about(request: HttpRequest, siret: str, key: FactKey) -> Question:
    """The question about one fact, also when it is already known and only to be corrected."""
    found = _next(request, siret, skip=VOCABULARY.keys() - {key.key})
    return found or Question(key, key.question.in_(_lang()), key.why.in_(_lang()), Decimal(0), ())


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, siret: str) -> HttpResponse:
    """One question a page; « je ne sais pas » is a full answer; going back loses nothing."""
    subject = _subject(siret)
    key = request.POST.get("cle") or request.GET.get("cle") or ""
    if key and key not in VOCABULARY:
        raise Http404
    asked = _about(request, subject.siret, VOCABULARY[key]) if key else _next(request, subject.siret)
    if asked is None:
        messages.success(request, _("Plus aucune question : voici toutes les réponses."))
        return redirect("schemes:of_establishment", siret=subject.siret)
    form = AnswerForm(asked.key, request.POST or None)
    if request.method == "POST":
        if "skip" in request.POST:
            session.skip(request, subject.siret, asked.key.key)
            return redirect("schemes:question", siret=subject.siret)
        if form.is_valid():
            _keep(request, subject, asked.key.key, form.cleaned_data["engine_value"])
            return redirect("schemes:question" if "next" in request.POST else "schemes:of_establishment", siret=subject.siret)
    context = {
        "subject": subject,
        "establishment": register.establishment(subject.siret),
        "question": asked,
        "schemes": [scheme for scheme in company_schemes() if scheme.id in asked.schemes],
        "form": form,
        "back": reverse("schemes:of_establishment", args=[subject.siret]),
        "is_kept": may_declare_fact(request.user, subject),
    }
    return render(request, "schemes/question.html", context, status=400 if form.is_bound else 200)


def _keep(request: HttpRequest, subject: Subject, key: str, value: Any) -> None:
    """Keep the answer where it belongs and say what it changed."""
    before = _verdicts(request, subject.siret)
    if may_declare_fact(request.user, subject):
        record_fact(siret=subject.siret, key=key, value=value, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        session.forget_fact(request, subject.siret, key)
    else:
        session.keep_fact(request, subject.siret, key, value, timezone.localdate())
    change = gained(before, _verdicts(request, subject.siret))
    if change["yes"]:
        text = ngettext("Cette réponse a ouvert %(n)d aide.", "Cette réponse a ouvert %(n)d aides.", change["yes"])
        messages.success(request, text % {"n": change["yes"]})
    elif change["no"]:
        text = ngettext("Cette réponse a écarté %(n)d aide.", "Cette réponse a écarté %(n)d aides.", change["no"])
        messages.info(request, text % {"n": change["no"]})
    else:
        messages.info(request, _("Réponse enregistrée : elle ne change pas encore les résultats."))


@require_safe
def known_facts(request: HttpRequest, siret: str) -> HttpResponse:
    """What we know of this establishment, since when and from where; each line can be corrected."""
    subject = _subject(siret)
    facts = _facts(request, subject.siret)
    own = may_declare_fact(request.user, subject)
    mine = set(session.facts_in(request, subject.siret))
    context = {
        "subject": subject,
        "establishment": register.establishment(subject.siret),
        "rows": known_rows(facts, siret=subject.siret, withdrawable=mine, own=own, lang=_lang()),
    }
    return page(request, "schemes/facts.html", context, fragment="facts")


@require_POST
def withdraw(request: HttpRequest, siret: str, key: str) -> HttpResponse:
    """Take one answer back."""
    subject = _subject(siret)
    if key in session.facts_in(request, subject.siret):
        session.forget_fact(request, subject.siret, key)
    else:
        withdraw_fact(siret=subject.siret, key=key, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.info(request, _("L'information est retirée : elle est de nouveau inconnue."))
    return redirect("schemes:facts", siret=subject.siret)
