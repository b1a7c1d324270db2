"""What both sides say of the help given, for those who answer for it: always with how many were asked and how many answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Organisation
from ensembleur.accounts.permissions import live_mandates
from ensembleur.journeys.choices import InvolvementState, NeedEventKind, Side, SurveyKind
from ensembleur.journeys.engine import quality as engine
from ensembleur.journeys.models import Involvement, Need, NeedEvent, Review, Survey
from ensembleur.journeys.models.journeys import within_perimeter
from ensembleur.journeys.queries.surveys import closed_before, first_closing
from ensembleur.periods import PARIS, paris_day


@dataclass(frozen=True)
class Group:
    """A line of a breakdown: its name, its side, its figures."""

    name: str
    side: str
    quality: engine.Quality


@dataclass(frozen=True)
class Misrouting:
    """Needs asked during the period, and those somebody said had reached the wrong person; the share is None under three needs."""

    reported: int
    needs: int

    @property
    def share(self) -> float | None:
        """Reported ÷ needs."""
        return self.reported / self.needs if self.needs >= engine.SHOWN_FROM else None


@dataclass(frozen=True)
class Report:
    """Everything of the quality page. breakdowns : "subject", "organisation" or "period" → its lines, both sides."""

    kind: str
    rows: tuple[engine.Asking, ...]
    whole: tuple[Group, ...]
    breakdowns: dict[str, tuple[Group, ...]]
    agreement: engine.Agreement
    results: dict[str, tuple[int, dict[str, int | None]]]
    misrouting: Misrouting


def needs_judged_by(user: Any) -> QuerySet[Need]:
    """The needs whose quality this person reads: an officer's places; what the adviser's own organisation closed."""
    return Need.objects.filter(_scope(user))


def report_for(
    user: Any, *, kind: str, since: date, until: date, as_of: datetime, subject: str = "", organisation: int | None = None
) -> Report:
    """The figures of one kind of survey on [since, until], days of Paris, in a number of queries that does not grow.

    A need counts at its first closing once its day to be asked has come; a review, at the day it was due.
    """
    rows = (
        _about_reviews(user, since=since, until=until, as_of=as_of)
        if kind == SurveyKind.REVIEW
        else _about_needs(user, kind=kind, since=since, until=until, as_of=as_of, subject=subject, organisation=organisation)
    )
    sides: dict[str, list[engine.Asking]] = {side.value: [row for row in rows if row.side == side] for side in Side}
    keys: dict[str, Callable[[engine.Asking], str]] = {
        "subject": lambda row: row.subject,
        "organisation": lambda row: row.organisation,
        "period": lambda row: row.period,
    }
    return Report(
        kind=kind,
        rows=tuple(rows),
        whole=tuple(Group("", side, engine.quality(held)) for side, held in sides.items()),
        breakdowns={name: _lines(sides, key) for name, key in keys.items()},
        agreement=engine.agreement(sides[Side.COMPANY], sides[Side.ADVISER]),
        results={side: engine.results(held) for side, held in sides.items()},
        misrouting=_misrouting(user, since=since, until=until, subject=subject, organisation=organisation),
    )


def organisations_judged_by(user: Any) -> list[tuple[int, str]]:
    """(key, name) of the organisations that closed a need this person judges."""
    needs = needs_judged_by(user).filter(first_closed_at__isnull=False)
    closed = Involvement.objects.filter(need__in=needs, state=InvolvementState.CLOSED, organisation__isnull=False)
    return [(one.pk, one.name) for one in Organisation.objects.filter(pk__in=closed.values("organisation")).order_by("name")]


def _own_organisations(user: Any) -> list[int]:
    return [held.organisation_id for held in live_mandates(user) if held.role == Role.ADVISER and held.organisation_id]


def _scope(user: Any) -> Q:
    own = Involvement.objects.filter(
        need=OuterRef("pk"), state=InvolvementState.CLOSED, organisation__in=_own_organisations(user)
    )
    return Q(Exists(own)) | within_perimeter(user, Role.OFFICER, prefix="journey__")


def _about_needs(
    user: Any, *, kind: str, since: date, until: date, as_of: datetime, subject: str, organisation: int | None
) -> list[engine.Asking]:
    asked = Survey.objects.filter(need=OuterRef("pk"), kind=kind)
    needs = (
        needs_judged_by(user)
        .filter(first_closed_at__gte=_start(since), first_closed_at__lt=_start(until + timedelta(days=1)))
        .filter(Q(first_closed_at__lte=closed_before(kind, as_of=as_of)) | Q(Exists(asked)))
        .annotate(
            closer=Subquery(first_closing("pk").values("adviser")[:1]),
            body=Subquery(first_closing("pk").values("organisation")[:1]),
            body_name=Subquery(first_closing("pk").values("organisation__name")[:1]),
        )
    )
    if subject:
        needs = needs.filter(subject=subject)
    if organisation is not None:
        needs = needs.filter(body=organisation)
    surveys = {(one.need_id, one.side): one for one in Survey.objects.filter(kind=kind, need__in=needs.values("pk"))}
    rows = []
    for key, topic, closed_at, closer, name in needs.values_list("pk", "subject", "first_closed_at", "closer", "body_name"):
        for side in Side:
            survey = surveys.get((key, side.value))
            if side == Side.COMPANY or closer is not None or survey is not None:
                about = {"subject": topic, "organisation": name or "", "period": _quarter(paris_day(closed_at))}
                rows.append(_asking(key, side, survey, **about))
    return rows


def _about_reviews(user: Any, *, since: date, until: date, as_of: datetime) -> list[engine.Asking]:
    own = Need.objects.filter(
        journey=OuterRef("journey"),
        involvements__state=InvolvementState.CLOSED,
        involvements__organisation__in=_own_organisations(user),
    )
    due = Review.objects.filter(Q(Exists(own)) | within_perimeter(user, Role.OFFICER, prefix="journey__")).filter(
        Q(due_on__lte=paris_day(as_of)) | Q(done_at__isnull=False), due_on__gte=since, due_on__lte=until
    )
    surveys = {(one.review_id, one.side): one for one in Survey.objects.filter(review__in=due.values("pk"))}
    return [
        _asking(key, side, surveys.get((key, side.value)), period=_quarter(day))
        for key, day in due.values_list("pk", "due_on")
        for side in Side
    ]


def _asking(thing: int, side: Side, survey: Survey | None, **about: str) -> engine.Asking:
    if survey is None:
        return engine.Asking(thing, side.value, **about)
    return engine.Asking(
        thing,
        side.value,
        is_asked=True,
        answered=survey.answered_at is not None,
        contacted=survey.contacted,
        useful=survey.useful,
        result=survey.result,
        **about,
    )


def _lines(sides: dict[str, list[engine.Asking]], key: Callable[[engine.Asking], str]) -> tuple[Group, ...]:
    found = [Group(name, side, held) for side, rows in sides.items() for name, held in engine.by(rows, key).items()]
    order = list(sides)
    return tuple(sorted(found, key=lambda group: (group.name, order.index(group.side))))


def _misrouting(user: Any, *, since: date, until: date, subject: str, organisation: int | None) -> Misrouting:
    needs = Need.objects.filter(
        within_perimeter(user, Role.OFFICER, prefix="journey__")
        | Q(Exists(Involvement.objects.filter(need=OuterRef("pk"), organisation__in=_own_organisations(user)))),
        created_at__gte=_start(since),
        created_at__lt=_start(until + timedelta(days=1)),
    )
    if subject:
        needs = needs.filter(subject=subject)
    if organisation is not None:
        needs = needs.filter(Exists(Involvement.objects.filter(need=OuterRef("pk"), organisation=organisation)))
    said = NeedEvent.objects.filter(need=OuterRef("pk"), kind=NeedEventKind.MISROUTED)
    return Misrouting(needs.filter(Exists(said)).count(), needs.count())


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS)


def _quarter(day: date) -> str:
    return f"{day.year} T{(day.month + 2) // 3}"
