"""The slots of an event are drawn, and set while nobody has been told an hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import ComputationState, EventKind, VersionState
from ensembleur.meetings.engine.grid import Pattern, intervals
from ensembleur.meetings.engine.problem import MOST_SLOTS
from ensembleur.meetings.models import Attendee, Event, Place, Slot
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.events import times_are_told
from ensembleur.periods import PARIS
from ensembleur.web.formats import day

# What the generator proposes for each kind: 20 minutes and about twenty slots in a forum, ten minutes in a job dating, four
# visits of an hour and a half in a day.
USUAL: dict[EventKind, Pattern] = {
    EventKind.FORUM: Pattern(9 * 60, 20, 0, 20, (12 * 60 + 20, 13 * 60 + 40)),
    EventKind.JOB_DATING: Pattern(9 * 60, 10, 0, 18),
    EventKind.VISITS: Pattern(9 * 60, 90, 0, 4, (12 * 60, 13 * 60 + 30)),
    EventKind.FAIR: Pattern(10 * 60, 20, 0, 18, (12 * 60, 14 * 60)),
    EventKind.TOUR: Pattern(9 * 60, 60, 0, 6, (12 * 60, 13 * 60)),
}


@dataclass(frozen=True)
class Span:
    """One slot to be: aware instants, and the session it belongs to."""

    starts_at: datetime
    ends_at: datetime
    session: str = ""


def drawn(*, pattern: Pattern, days: Sequence[date]) -> list[Span]:
    """The slots of these days, in order; sessions bear the half of the day, and the day when there are several.

    Raises BadInput when the day is too short or the slots too many.
    """
    cut = intervals(pattern)
    if len(cut) < min(pattern.count, MOST_SLOTS):
        raise BadInput(
            "day_too_short",
            _("%(count)d créneaux ne tiennent pas avant minuit : il y en a %(fit)d ; raccourcissez-les ou commencez plus tôt.")
            % {"count": pattern.count, "fit": len(cut)},
        )
    halves = (_("Matin"), _("Après-midi")) if pattern.lunch else ("", "")
    spans = []
    for held in days:
        for one in cut:
            named = ([day(held)] if len(days) > 1 else []) + ([halves[one.half]] if halves[one.half] else [])
            spans.append(Span(_at(held, one.start), _at(held, one.end), ", ".join(named)))
    _refuse_too_many(len(spans))
    return spans


@transaction.atomic
def set_slots(*, event: Event, spans: Iterable[Span], by: User, now: datetime) -> list[Slot]:
    """Replace the slots of an event. Absences and closed tables follow by their hours; drafts of a timetable are set aside.

    Raises BadInput on slots that overlap or leave the days of the event, Refused once people were told their hours, NotAllowed.
    """
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    if why := why_slots_stay(event):
        raise Refused("slots_stay", why)
    wanted = sorted(spans, key=lambda one: (one.starts_at, one.ends_at))
    _check_spans(event, wanted)
    former = list(event.slots.all())
    Slot.objects.filter(event=event).delete()
    made = Slot.objects.bulk_create(
        Slot(event=event, number=number, starts_at=one.starts_at, ends_at=one.ends_at, session=one.session)
        for number, one in enumerate(wanted)
    )
    _carry(event, former, made)
    event.versions.filter(state=VersionState.DRAFT).delete()
    record_act(by=by, verb="set_slots", thing=event, now=now, before=len(former), after=len(made))
    return made


def why_slots_stay(event: Event) -> str:
    """Why the slots may not change now, in one sentence; "" when they may."""
    if times_are_told(event):
        return _("Le planning est publié et les participants ont leurs horaires : les créneaux ne changent plus.")
    if event.computations.filter(state__in=[ComputationState.WAITING, ComputationState.RUNNING]).exists():
        return _("Un calcul de planning est en cours sur ces créneaux : arrêtez-le ou attendez sa fin.")
    return ""


def _check_spans(event: Event, spans: Sequence[Span]) -> None:
    _refuse_too_many(len(spans))
    for before, after in pairwise(spans):
        if after.starts_at < before.ends_at:
            raise BadInput(
                "slots_overlap",
                _("Deux créneaux se chevauchent le %(day)s à %(hour)s : changez l'heure de l'un d'eux.")
                % {"day": day(after.starts_at), "hour": f"{after.starts_at.astimezone(PARIS):%H:%M}"},
            )
    outside = [one for one in spans if not event.starts_on <= one.starts_at.astimezone(PARIS).date() <= event.ends_on]
    if outside:
        raise BadInput(
            "slot_outside_days",
            _("Le créneau du %(day)s est hors des dates de l'événement : changez le jour, ou les dates dans les réglages.")
            % {"day": day(outside[0].starts_at)},
        )


def _refuse_too_many(count: int) -> None:
    if count > MOST_SLOTS:
        raise BadInput(
            "too_many_slots",
            _("%(count)s créneaux : un planning en compte %(most)d au plus ; allongez-les ou séparez l'événement en deux.")
            % {"count": count, "most": MOST_SLOTS},
        )


def _carry(event: Event, former: Sequence[Slot], made: Sequence[Slot]) -> None:
    """An absence or a closed table keeps its hours: it covers every new slot that it touches."""
    touched = {
        old.number: [new.number for new in made if new.starts_at < old.ends_at and old.starts_at < new.ends_at] for old in former
    }

    def renumbered(numbers: list[int]) -> list[int]:
        return sorted({new for number in numbers for new in touched.get(number, ())})

    held: tuple[tuple[Any, Any, str], ...] = (
        (Attendee, Attendee.objects.filter(registration__event=event), "absent_slots"),
        (Place, Place.objects.filter(event=event), "closed_slots"),
    )
    for model, rows, name in held:
        changed = [row for row in rows.exclude(**{name: []}) if renumbered(getattr(row, name)) != getattr(row, name)]
        for row in changed:
            setattr(row, name, renumbered(getattr(row, name)))
        model.objects.bulk_update(changed, [name])


def _at(held: date, minutes: int) -> datetime:
    """That minute of that day on the clock of the wall in Paris; midnight is the next day's first."""
    return datetime.combine(held + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), tzinfo=PARIS)
