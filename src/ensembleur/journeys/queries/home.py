"""The director's home, read once: what is on the desk, what waits, what it may bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.journeys.choices import (
    REQUIRED_DOCUMENTS,
    ApplicationStatus,
    ClosingReason,
    DiagnosisStatus,
    Outcome,
)
from ensembleur.journeys.models import Application, Diagnosis, Journey, Message, Need, Review, Survey
from ensembleur.journeys.queries.surveys import waiting_surveys
from ensembleur.periods import paris_day
from ensembleur.schemes.engine.verdict import Verdict

RUNNING = (ApplicationStatus.DRAFT, ApplicationStatus.FILED, ApplicationStatus.COMPLETE, ApplicationStatus.DECIDED)
GIFTS = ("grant",)  # what need not be paid back
TO_PAY_BACK = ("loan", "advance", "equity")  # families of schemes whose money is not a gift


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
    lent_eur: Decimal
    asked: int
    open_grants: int
    best_grant_eur: Decimal | None


@dataclass(frozen=True)
class Home:
    """What is on the desk of one journey, for one reader.

    draft : the diagnosis being answered, with its count of answers.   finished : those finished, the latest first.
    files : applications, the latest first, with their documents and `last_by`.   reviews : the four set by the baseline, none
    without one.   talks : for the company's people, needs whose last message is an adviser's.   surveys : what this reader was
    asked about this journey.
    """

    journey: Journey
    user: Any
    as_of: datetime
    draft: Diagnosis | None
    finished: tuple[Diagnosis, ...]
    files: tuple[Application, ...]
    reviews: tuple[Review, ...]
    talks: tuple[Need, ...]
    surveys: tuple[Survey, ...]

    @property
    def due_review(self) -> Review | None:
        """The oldest review due that nobody held."""
        today = paris_day(self.as_of)
        waiting = (one for one in self.reviews if one.done_at is None and one.lapsed_at is None and one.due_on <= today)
        return next(waiting, None)


def read_home(journey: Journey, user: Any, *, as_of: datetime) -> Home:
    """Read the desk in six queries, whatever is on it, and the reader's roles when they are not known yet."""
    diagnoses = list(journey.diagnoses.defer("questionnaire").annotate(count=Count("answers")).order_by("-finished_at", "-pk"))
    last = Message.objects.filter(application=OuterRef("pk")).order_by("-at", "-pk")
    said = Message.objects.filter(need=OuterRef("pk")).order_by("-at", "-pk")
    files = journey.applications.annotate(last_by=Subquery(last.values("by_id")[:1])).order_by("-created_at", "-pk")
    own = Journey.objects.all().of_companies_of(user)  # an adviser who reads this home owes no answer to a colleague
    talks = journey.needs.live().filter(journey__in=own).annotate(last_by=Subquery(said.values("by_id")[:1]))
    about = Q(need__journey=journey) | Q(review__journey=journey)
    return Home(
        journey=journey,
        user=user,
        as_of=as_of,
        draft=next((one for one in diagnoses if one.status == DiagnosisStatus.DRAFT), None),
        finished=tuple(one for one in diagnoses if one.status == DiagnosisStatus.FINISHED),
        files=tuple(files.prefetch_related("documents")),
        reviews=tuple(journey.reviews.order_by("months")),
        talks=tuple(talks.filter(involvements__adviser=F("last_by")).distinct().order_by("pk")),
        surveys=tuple(waiting_surveys(user, as_of=as_of).filter(about)),
    )


def missing_documents(application: Application) -> list[str]:
    """The usual papers not handed in yet, in words."""
    held = {document.kind for document in application.documents.all()}
    return [str(kind.label) for kind in REQUIRED_DOCUMENTS if kind not in held]


def waiting_for_company(home: Home) -> list[Waiting]:
    """Advisers' messages, the review due, opinions asked, papers missing, decisions to sign, notices not read."""
    found = [
        Waiting(_("Votre conseiller attend votre réponse."), reverse("journeys:need", args=[need.pk])) for need in home.talks
    ]
    review = home.due_review
    if review is not None:
        text = _("Le bilan à %(months)s mois est à faire.") % {"months": review.months}
        found.append(Waiting(text, reverse("journeys:review", args=[home.journey.pk, review.months])))
    opinion = _("Votre avis sur un appui : trois questions.")
    found += [Waiting(opinion, reverse("journeys:survey", args=[survey.pk])) for survey in home.surveys]
    for application in home.files:
        if application.status != ApplicationStatus.CLOSED:
            found += _waiting_on(application, home.user)
    unread = getattr(home.user, "unread_notices", 0)
    if unread:
        text = ngettext("%(n)s avis à lire.", "%(n)s avis à lire.", unread) % {"n": unread}
        found.append(Waiting(text, reverse("accounts:notices")))
    return found


def _waiting_on(application: Application, user: Any) -> list[Waiting]:
    url, names = reverse("journeys:application", args=[application.pk]), {"scheme": application.scheme_title}
    found = []
    if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.FILED):
        missing = len(missing_documents(application))
        if missing:
            text = ngettext("%(scheme)s : %(n)s pièce manque.", "%(scheme)s : %(n)s pièces manquent.", missing)
            found.append(Waiting(text % {**names, "n": missing}, url))
    if application.status == ApplicationStatus.DECIDED and application.outcome == Outcome.FAVOURABLE:
        found.append(Waiting(_("%(scheme)s : convention à signer.") % names, url))
    last_by = getattr(application, "last_by", None)
    if last_by is not None and last_by != user.pk:
        found.append(Waiting(_("%(scheme)s : un message attend votre réponse.") % names, url))
    return found


def gain_of(files: Iterable[Application], verdicts: Iterable[Verdict]) -> Gain:
    """What was granted, what was lent, how many files run, and how many grants are open with the highest one."""
    judged = list(verdicts)
    families = {verdict.scheme.id: verdict.scheme.family for verdict in judged}
    given_up = (ClosingReason.WITHDRAWN, ClosingReason.NO_NEWS)
    held = [one for one in files if one.closing_reason not in given_up]
    granted = [one for one in held if one.granted_eur and one.status != ApplicationStatus.REFUSED]
    lent = [one for one in granted if (families.get(one.scheme) or kept_nature(one)) in TO_PAY_BACK]
    grants = [verdict for verdict in judged if verdict.answer in ("yes", "unknown") and _is_grant(verdict)]
    best = [verdict.amount.max for verdict in grants if verdict.amount is not None and verdict.amount.max is not None]
    return Gain(
        granted_eur=sum((one.granted_eur or Decimal(0) for one in granted if one not in lent), Decimal(0)),
        lent_eur=sum((one.granted_eur or Decimal(0) for one in lent), Decimal(0)),
        asked=sum(one.status in RUNNING for one in held),
        open_grants=len(grants),
        best_grant_eur=max(best, default=None),
    )


def kept_nature(application: Application) -> str:
    """The nature of the money as the file's own verdict kept it, empty without one: its scheme may have left the catalogue."""
    amount = (application.verdict or {}).get("amount_eur") or {}
    return str(amount.get("nature", ""))


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
