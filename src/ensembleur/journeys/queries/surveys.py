"""Who should be asked, who was not yet, and what waits for an answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.journeys.choices import InvolvementState, NeedOutcome, NeedStatus, Side, SurveyKind
from ensembleur.journeys.models import Involvement, Journey, Need, Review, Survey
from ensembleur.periods import PARIS, add_months, paris_day

SATISFACTION_AFTER = timedelta(days=10)
OUTCOME_AFTER_MONTHS = 5
ASKED_WITHIN = timedelta(days=60)  # later than that the question no longer makes sense: it stays a gap in the coverage
ANSWERED_WITHIN_DAYS = 60
CHANGED_WITHIN_DAYS = 30
REMINDED_AFTER = timedelta(days=7)


def needs_to_survey(kind: str, side: str, *, as_of: datetime) -> QuerySet[Need]:
    """The closed needs about which this side should now be asked, and was not; what ended in « sans nouvelles » only is never asked about."""
    due = closed_before(kind, as_of=as_of)
    asked = Survey.objects.filter(need=OuterRef("pk"), kind=kind, side=side)
    is_timely, is_lost = Q(first_closed_at__gt=due - ASKED_WITHIN), Q(outcome=NeedOutcome.NO_NEWS)
    if kind == SurveyKind.OUTCOME:  # what came of it is asked whatever happened since: open again that day, it waits to be closed
        is_timely |= Q(closed_at__gt=as_of - ASKED_WITHIN)
        is_lost &= ~Q(Exists(first_closing("pk").exclude(outcome=NeedOutcome.NO_NEWS)))
    needs = Need.objects.filter(is_timely, status=NeedStatus.CLOSED, first_closed_at__lte=due).exclude(is_lost)
    if side == Side.ADVISER:
        needs = needs.annotate(closer=Subquery(first_closing("pk").values("adviser")[:1])).filter(closer__isnull=False)
    return needs.filter(~Exists(asked)).order_by("pk")


def closed_before(kind: str, *, as_of: datetime) -> datetime:
    """The needs first closed until then are due: ten days ago, or the end in Paris of the same day five months ago."""
    if kind == SurveyKind.SATISFACTION:
        return as_of - SATISFACTION_AFTER
    day = add_months(paris_day(as_of), -OUTCOME_AFTER_MONTHS)
    return datetime.combine(day, time.max, PARIS)


def reviews_to_survey(side: str, *, as_of: datetime) -> QuerySet[Review]:
    """The reviews held about which this side was not asked yet."""
    asked = Survey.objects.filter(review=OuterRef("pk"), kind=SurveyKind.REVIEW, side=side)
    held = Review.objects.filter(done_at__lte=as_of, done_at__gt=as_of - ASKED_WITHIN)
    return held.filter(~Exists(asked)).order_by("pk")


def surveys_to_remind(*, as_of: datetime) -> QuerySet[Survey]:
    """Those without answer seven days later, still open, never reminded."""
    return Survey.objects.filter(
        answered_at__isnull=True,
        reminded_at__isnull=True,
        asked_at__lte=as_of - REMINDED_AFTER,
        asked_at__gt=as_of - timedelta(days=ANSWERED_WITHIN_DAYS),
    ).order_by("pk")


def first_closing(of: str) -> QuerySet[Involvement]:
    """The involvement that closed a need first, as a subquery on the need named by `of`."""
    return Involvement.objects.filter(need=OuterRef(of), state=InvolvementState.CLOSED).order_by("ended_at", "pk")


def waiting_surveys(user: User, *, as_of: datetime) -> QuerySet[Survey]:
    """What this person was asked and may still answer, oldest first."""
    return Survey.objects.visible_to(user).filter(
        answered_at__isnull=True, asked_at__gt=as_of - timedelta(days=ANSWERED_WITHIN_DAYS)
    )


def may_still_answer(survey: Survey, *, as_of: datetime) -> bool:
    """Whether the question is open that day: sixty days to answer, then thirty to think again."""
    if survey.answered_at is None:
        return as_of <= survey.asked_at + timedelta(days=ANSWERED_WITHIN_DAYS)
    return as_of <= survey.answered_at + timedelta(days=CHANGED_WITHIN_DAYS)


def company_people(journey: Journey) -> list[User]:
    """Who speaks for the company: its directors by mandate; the person who opened the journey while none is known."""
    directors = Mandate.objects.filter(
        role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY, perimeter_code=journey.siren, ended_at__isnull=True
    )
    found = User.objects.filter(pk__in=directors.values("user"), is_active=True).order_by("pk") if journey.siren else ()
    return [*found] or [journey.opened_by]


def adviser_of(journey: Journey) -> User | None:
    """The adviser who last took one of the company's needs, None when none ever did."""
    last = Involvement.objects.filter(need__journey=journey, taken_at__isnull=False).order_by("-taken_at", "-pk")
    found = last.select_related("adviser").first()
    return found.adviser if found else None
