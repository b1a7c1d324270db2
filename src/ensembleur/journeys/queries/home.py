"""The director's home: one next step, what waits, what it will bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.journeys.choices import (
    REQUIRED_DOCUMENTS,
    ActionStatus,
    ApplicationStatus,
    ClosingReason,
    DiagnosisStatus,
    Outcome,
)
from ensembleur.journeys.models import Application, Diagnosis, Journey, Message, Plan
from ensembleur.schemes.engine.verdict import Verdict

RUNNING = (ApplicationStatus.DRAFT, ApplicationStatus.FILED, ApplicationStatus.COMPLETE, ApplicationStatus.DECIDED)
GIFTS = ("grant",)  # what need not be paid back


@dataclass(frozen=True)
class NextStep:
    """The one big action: what, why, where."""

    title: str
    why: str
    url: str
    label: str


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the company."""

    text: str
    url: str


@dataclass(frozen=True)
class Gain:
    """What the path may bring, kept apart by certainty; loans and equity are never added to grants."""

    granted_eur: Decimal
    asked: int
    open_grants: int
    best_grant_eur: Decimal | None


def next_step(journey: Journey) -> NextStep:
    """The next step of a journey: go on with what is started before starting anything else."""
    draft = journey.diagnoses.filter(status=DiagnosisStatus.DRAFT).annotate(count=Count("answers")).first()
    finished = journey.diagnoses.finished().select_related("plan").first()
    application = journey.applications.filter(status=ApplicationStatus.DRAFT).order_by("created_at").first()
    if finished is None:
        return _diagnose(journey, draft)
    if application is not None:
        return NextStep(
            _("Déposer le dossier « %(scheme)s »") % {"scheme": application.scheme_title},
            _("Il est en préparation. Ne commandez rien avant le dépôt."),
            reverse("journeys:application", args=[application.pk]),
            _("Ouvrir le dossier"),
        )
    plan = Plan.objects.filter(diagnosis=finished).first()
    if plan is None:
        return NextStep(
            _("Choisir vos actions"),
            _("Votre diagnostic est terminé : le plan qui s'en déduit est prêt à être lu."),
            reverse("journeys:plan", args=[journey.pk]),
            _("Voir le plan"),
        )
    return _act(journey, plan)


def _diagnose(journey: Journey, draft: Diagnosis | None) -> NextStep:
    url = reverse("journeys:diagnosis", args=[journey.pk])
    if draft is None:
        return NextStep(
            _("Faire le point sur votre entreprise"),
            _("Six thèmes, moins de vingt minutes, à plusieurs si vous le voulez. Vous pouvez vous arrêter et reprendre."),
            url,
            _("Commencer le diagnostic"),
        )
    total = len(draft.questionnaire["statements"])
    why = _("%(done)s réponses sur %(total)s sont enregistrées.") % {"done": getattr(draft, "count", 0), "total": total}
    return NextStep(_("Terminer votre diagnostic"), why, url, _("Reprendre le diagnostic"))


def _act(journey: Journey, plan: Plan) -> NextStep:
    action = plan.actions.filter(status__in=[ActionStatus.PLANNED, ActionStatus.RUNNING]).first()
    if action is not None:
        return NextStep(
            _("Mener l'action « %(action)s »") % {"action": action},
            _("C'est la première action en cours de votre plan."),
            reverse("journeys:action", args=[action.pk]),
            _("Ouvrir l'action"),
        )
    action = plan.actions.filter(status=ActionStatus.PROPOSED).first()
    if action is not None:
        return NextStep(
            _("Décider de la première action : « %(action)s »") % {"action": action},
            _("Votre plan la place en tête. Vous pouvez aussi l'écarter."),
            reverse("journeys:action", args=[action.pk]),
            _("Décider"),
        )
    return NextStep(
        _("Refaire le point"),
        _("Les actions du plan sont traitées : un nouveau diagnostic montrera le chemin parcouru."),
        reverse("journeys:diagnosis", args=[journey.pk]),
        _("Refaire le diagnostic"),
    )


def missing_documents(application: Application) -> list[str]:
    """The usual papers not handed in yet, in words."""
    held = {document.kind for document in application.documents.all()}
    return [str(kind.label) for kind in REQUIRED_DOCUMENTS if kind not in held]


def waiting_for_company(journey: Journey, user: Any) -> list[Waiting]:
    """Drafts with missing papers, decisions to sign, and conversations whose last word is not the company's."""
    last = Message.objects.filter(application=OuterRef("pk")).order_by("-at", "-pk")
    files = journey.applications.exclude(status=ApplicationStatus.CLOSED).annotate(last_by=Subquery(last.values("by_id")[:1]))
    found = []
    for application in files.prefetch_related("documents"):
        url = reverse("journeys:application", args=[application.pk])
        names = {"scheme": application.scheme_title}
        if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.FILED):
            missing = len(missing_documents(application))
            if missing:
                text = ngettext("%(scheme)s : %(n)s pièce manque.", "%(scheme)s : %(n)s pièces manquent.", missing)
                found.append(Waiting(text % {**names, "n": missing}, url))
        if application.status == ApplicationStatus.DECIDED and application.outcome == Outcome.FAVOURABLE:
            found.append(Waiting(_("%(scheme)s : convention à signer.") % names, url))
        if application.last_by is not None and application.last_by != user.pk:
            found.append(Waiting(_("%(scheme)s : un message attend votre réponse.") % names, url))
    return found


def gain_of(journey: Journey, verdicts: Iterable[Verdict]) -> Gain:
    """What was granted, how many files run, and how many grants are open to the company with the highest one."""
    given_up = (ClosingReason.WITHDRAWN, ClosingReason.NO_NEWS)
    files = list(journey.applications.exclude(closing_reason__in=given_up).values_list("status", "granted_eur"))
    grants = [verdict for verdict in verdicts if verdict.answer in ("yes", "unknown") and _is_grant(verdict)]
    best = [verdict.amount.max for verdict in grants if verdict.amount is not None and verdict.amount.max is not None]
    return Gain(
        granted_eur=sum((granted for status, granted in files if granted and status not in ("refused",)), Decimal(0)),
        asked=sum(status in RUNNING for status, _granted in files),
        open_grants=len(grants),
        best_grant_eur=max(best, default=None),
    )


def with_counts(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Journeys with what their list shows: files under way and the day of the last finished diagnosis, in one query."""
    last = Diagnosis.objects.filter(journey=OuterRef("pk")).finished()
    return journeys.annotate(
        files=Count("applications", filter=Q(applications__status__in=[*RUNNING, "agreed", "paying"]), distinct=True),
        diagnosed_at=Subquery(last.values("finished_at")[:1]),
        coverage=Subquery(last.values("coverage_share")[:1]),
    ).order_by("-opened_at", "-pk")  # a query that counts forgets the order of its model


def _is_grant(verdict: Verdict) -> bool:
    return verdict.amount is not None and verdict.amount.nature in GIFTS
