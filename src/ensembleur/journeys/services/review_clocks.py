"""What time does to reviews and surveys: asked once, reminded once, lapsed with an honest word. Safe to run twice or to kill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.models import User
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import notify
from ensembleur.journeys.choices import Side, SurveyKind
from ensembleur.journeys.engine.clocks import day_ended
from ensembleur.journeys.engine.reviews import LAPSED_AFTER_DAYS, REMINDED_AFTER_DAYS
from ensembleur.journeys.models import Need, Review, Survey
from ensembleur.journeys.permissions import advises, is_company_side
from ensembleur.journeys.queries.surveys import (
    adviser_of,
    company_people,
    needs_to_survey,
    reviews_to_survey,
    surveys_to_remind,
)
from ensembleur.periods import paris_day

NOTICES: dict[str, tuple[str | Promise, bool]] = {
    "review_asked": (gettext_lazy("Un bilan est à faire"), True),
    "review_reminder": (gettext_lazy("Rappel : un bilan est à faire"), True),
    "survey_asked": (gettext_lazy("Votre avis est demandé sur un appui"), True),
    "survey_reminder": (gettext_lazy("Rappel : votre avis est demandé"), True),
}
BATCH = 500
BY = "command:run_clocks"
Row = TypeVar("Row", bound=Model)


def register_review_notices() -> None:
    """Declare these kinds; called when the domain is ready."""
    for kind, (label, is_reminder) in NOTICES.items():
        register_notice(kind, label, is_reminder=is_reminder)


def strike_reviews(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Ask the reviews that are due, remind after fourteen days, let lapse sixty days after asking; returns how many of each.

    Each review is one transaction with what is told about it: a process killed between two leaves nothing half done.
    """
    waiting = Review.objects.filter(done_at__isnull=True, lapsed_at__isnull=True, journey__closed_at__isnull=True)
    asked = waiting.filter(asked_at__isnull=True, due_on__lte=paris_day(as_of))
    reminded = waiting.filter(
        reminded_at__isnull=True,
        asked_at__lt=day_ended(as_of, REMINDED_AFTER_DAYS),
        asked_at__gte=day_ended(as_of, LAPSED_AFTER_DAYS),
    )
    lapsed = waiting.filter(asked_at__lt=day_ended(as_of, LAPSED_AFTER_DAYS))
    steps = {
        "reviews_asked": (asked, _ask_review),
        "reviews_reminded": (reminded, _remind_review),
        "reviews_lapsed": (lapsed, _lapse_review),
    }
    return {name: _each(rows.order_by("pk"), act, as_of, dry_run) for name, (rows, act) in steps.items()}


def strike_surveys(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Ask both sides ten days and five months after a first closing and at each review, remind once; returns how many of each.

    The row is made before anything is told, in the same transaction: response rates count every question that left.
    """
    counts = {}
    for kind in (SurveyKind.SATISFACTION, SurveyKind.OUTCOME):
        counts[f"{kind.value}_asked"] = sum(
            _each(needs_to_survey(kind, side, as_of=as_of), _asking_about_a_need(kind, side), as_of, dry_run) for side in Side
        )
    counts["review_asked"] = sum(
        _each(reviews_to_survey(side, as_of=as_of), _asking_about_a_review(side), as_of, dry_run) for side in Side
    )
    counts["surveys_reminded"] = _each(surveys_to_remind(as_of=as_of), _remind_survey, as_of, dry_run)
    return counts


def _each(rows: QuerySet[Row], act: Callable[[Row, datetime], bool], as_of: datetime, dry_run: bool) -> int:
    """Do `act` on each row, one transaction each, reading the row again under its lock; returns how many it was done on."""
    if dry_run:
        return rows.count()
    count, last = 0, 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        for key in keys:
            with transaction.atomic():
                row = rows.select_for_update(of=("self",)).filter(pk=key).first()
                count += row is not None and act(row, as_of)
        last = keys[-1]
    return count


# -- reviews -----------------------------------------------------------------------------------------------------------
def _ask_review(review: Review, as_of: datetime) -> bool:
    Review.objects.filter(pk=review.pk).update(asked_at=as_of)
    record_act(by=BY, verb="ask_review", thing=review, now=as_of, after={"months": review.months})
    for person in company_people(review.journey):
        with translation.override(person.language):
            notify(
                to=person,
                kind="review_asked",
                key=f"review_asked:{review.pk}:user:{person.pk}",
                title=_("%(journey)s : le bilan à %(months)s mois est à faire") % _names(review),
                body=_(
                    "Quelques chiffres, cinq minutes : ce que vous dites, ce que vous prouvez et ce que disent les registres."
                ),
                url=_review_url(review),
                now=as_of,
            )
    return True


def _remind_review(review: Review, as_of: datetime) -> bool:
    Review.objects.filter(pk=review.pk).update(reminded_at=as_of)
    for person in company_people(review.journey):
        with translation.override(person.language):
            notify(
                to=person,
                kind="review_reminder",
                key=f"review_reminder:{review.pk}:user:{person.pk}",
                title=_("Rappel. %(journey)s : le bilan à %(months)s mois est à faire") % _names(review),
                body=_("C'est notre seul rappel. Sans réponse, nous noterons que ce bilan n'a pas été fait, et rien d'autre."),
                url=_review_url(review),
                now=as_of,
            )
    return True


def _lapse_review(review: Review, as_of: datetime) -> bool:
    Review.objects.filter(pk=review.pk).update(lapsed_at=as_of)
    record_act(by=BY, verb="lapse_review", thing=review, now=as_of, after={"months": review.months})
    return True


def _names(review: Review) -> dict[str, Any]:
    return {"journey": review.journey.title, "months": review.months}


def _review_url(review: Review) -> str:
    return reverse("journeys:review", args=[review.journey_id, review.months])


# -- surveys -----------------------------------------------------------------------------------------------------------
def _asking_about_a_need(kind: str, side: str) -> Callable[[Need, datetime], bool]:
    def ask(need: Need, as_of: datetime) -> bool:
        if side == Side.ADVISER:
            person = User.objects.get(pk=need.closer)  # type: ignore[attr-defined]
        else:
            person = need.created_by
            if advises(person, need.journey) and not is_company_side(person, need.journey):  # asked in the company's name
                person = company_people(need.journey)[0]
        return _ask(kind, side, person, as_of, need=need)

    return ask


def _asking_about_a_review(side: str) -> Callable[[Review, datetime], bool]:
    def ask(review: Review, as_of: datetime) -> bool:
        holder, journey = review.done_by, review.journey
        is_company = holder is not None and is_company_side(holder, journey)
        if side == Side.COMPANY:
            person = holder if is_company else company_people(journey)[0]
        else:
            person = adviser_of(journey) if is_company else holder
        return person is not None and _ask(SurveyKind.REVIEW, side, person, as_of, review=review)

    return ask


def _ask(kind: str, side: str, person: User, as_of: datetime, **about: Need | Review) -> bool:
    """Make the row, then tell; an account that is closed is not asked, and the coverage will say so."""
    if not person.is_active:
        return False
    survey, is_new = Survey.objects.get_or_create(kind=kind, side=side, **about, defaults={"person": person, "asked_at": as_of})
    if is_new:
        _tell(survey, "survey_asked", as_of)
    return is_new


def _remind_survey(survey: Survey, as_of: datetime) -> bool:
    Survey.objects.filter(pk=survey.pk).update(reminded_at=as_of)
    _tell(survey, "survey_reminder", as_of)
    return True


def _tell(survey: Survey, kind: str, as_of: datetime) -> None:
    journey = survey.need.journey if survey.need else survey.review.journey  # type: ignore[union-attr]
    with translation.override(survey.person.language):
        title = _("%(journey)s : trois questions sur l'appui reçu")
        if survey.side == Side.ADVISER:
            title = _("%(journey)s : trois questions sur l'appui donné")
        body = _(
            "Une minute. La même question est posée à l'entreprise et au conseiller ; seuls des chiffres groupés sont montrés."
        )
        if kind == "survey_reminder":
            body = _("C'est notre seul rappel. %(body)s") % {"body": body}
        notify(
            to=survey.person,
            kind=kind,
            key=f"{kind}:{survey.pk}",
            title=title % {"journey": journey.title},
            body=body,
            url=reverse("journeys:survey", args=[survey.pk]),
            now=as_of,
        )
