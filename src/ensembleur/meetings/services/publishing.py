"""A version becomes the timetable that people are told: one winner when two publish at once, and only what changed is said to change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django_tasks import task

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EVENT_ARROWS, PUBLISHES_WITHOUT_TIMETABLE, EventState, MeetingState, VersionState
from ensembleur.meetings.models import Attendee, Event, Placement, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.versions import Change, Difference, attending, concerned, differences, why_unpublishable
from ensembleur.meetings.services.agenda_letters import notes_for
from ensembleur.meetings.services.letters import write_letters
from ensembleur.meetings.services.telling import tell_accounts
from ensembleur.meetings.services.visiting import ask_confirmations
from ensembleur.web.formats import instant

ALL, CHANGED = "all", "changed"
AT_ONCE = 5_000
WRITTEN_HERE = 60  # people whose letters are composed in the transaction of the publication


@transaction.atomic
def publish_version(*, version: Version, seen: int, by: User, now: datetime, tell: str = ALL) -> Version:
    """Make a version the timetable of its event, and write to everybody or to those whose agenda changes.

    seen : the number of the version that was published when this one was decided upon; 0 for none.
    Raises Refused when another was published meanwhile, or when this one may not be.
    """
    check(may_organise, by, version.event)
    if tell not in (ALL, CHANGED):
        raise BadInput("bad_tell", _("Choisissez qui prévenir : tout le monde, ou seulement ceux dont l'agenda change."))
    # The version is read after the lock: joined to it, PostgreSQL would give the one of before the wait.
    event = Event.objects.select_for_update().get(pk=version.event_id)
    version = Version.objects.select_for_update().get(pk=version.pk)
    former = event.published_version
    _refuse_late(former, seen)
    if why := why_not_published(event, version):
        raise Refused("not_publishable", why)
    lines = differences(former, version)
    if former is not None:
        Version.objects.filter(pk=former.pk).update(state=VersionState.REPLACED)
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, now, by
    version.save(update_fields=["state", "published_at", "published_by"])
    event.published_version = version
    if event.state != EventState.DAY:
        event.state, event.state_since = EventState.PUBLISHED, now
    event.save(update_fields=["published_version", "state", "state_since"])
    _tell_meetings(version, lines, now)
    ask_confirmations(version=version, now=now)
    changed = concerned(lines)
    told = _write(version, former, changed if tell == CHANGED else changed | attending(version), now)
    record_act(
        by=by,
        verb="publish_timetable",
        thing=version,
        now=now,
        before=former.number if former else None,
        after={"number": version.number, "meetings": len(lines), "letters": told},
    )
    return version


def why_not_published(event: Event, version: Version) -> str:
    """Why this version may not be published now, in one sentence; "" when it may."""
    goes = EventState.PUBLISHED in (event.state, *EVENT_ARROWS[EventState(event.state)])
    if event.state == EventState.REGISTRATION and event.kind not in PUBLISHES_WITHOUT_TIMETABLE:
        goes = False
    if not goes:
        return _("Avant de publier, faites passer l'événement à l'étape « Calcul du planning ».")
    return why_unpublishable(version)


def _refuse_late(former: Version | None, seen: int) -> None:
    if former is not None and former.number != seen:
        who = former.published_by.full_name if former.published_by else _("Quelqu'un d'autre")
        raise Refused(
            "published_meanwhile",
            _("%(who)s a publié la version %(n)s le %(at)s, après que vous avez ouvert cette page : relisez-la avant de publier.")
            % {"who": who, "n": former.number, "at": instant(former.published_at)},
        )


def _tell_meetings(version: Version, lines: Iterable[Difference], now: datetime) -> None:
    """Each meeting knows what people are told of it: its sequence moves on when they had been told something else."""
    held = version.event.meetings.filter(state__in=[MeetingState.PLANNED, MeetingState.CANCELLED])
    here = Placement.objects.filter(version=version, meeting=OuterRef("pk"))
    told = {
        "state": MeetingState.PLANNED,
        "changed_at": now,
        "told_slot": Subquery(here.values("slot")[:1]),
        "told_place": Subquery(here.values("place")[:1]),
    }
    lines = list(lines)
    for pks in _slices([line.meeting for line in lines if line.change is not Change.REMOVED]):
        rows = held.filter(pk__in=pks)
        rows.exclude(Q(told_slot=None)).update(sequence=F("sequence") + 1, **told)
        rows.filter(told_slot=None).update(**told)
    for pks in _slices([line.meeting for line in lines if line.change is Change.REMOVED]):
        gone = held.filter(pk__in=pks, state=MeetingState.PLANNED)
        gone.update(sequence=F("sequence") + 1, state=MeetingState.CANCELLED, changed_at=now)


def _slices(pks: list[int]) -> Iterable[list[int]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def _write(version: Version, former: Version | None, people: Collection[int], now: datetime) -> int:
    """A letter to each, and a notice to those who have an account; returns how many people.

    A large publication only says who is to be written to: the letters are composed apart, so that nobody waits behind them.
    """
    rows = Attendee.objects.filter(registration__event=version.event, erased_at__isnull=True).select_related(
        "registration", "user"
    )
    told = [one for one in rows.order_by("pk") if one.pk in people]
    tell_accounts(version=version, people=told, now=now)
    if len(told) <= WRITTEN_HERE:
        write_letters(notes=notes_for(version=version, people=told, now=now, former=former), now=now)
    else:
        transaction.on_commit(partial(write_agendas.enqueue, version.pk, former.pk if former else 0, [one.pk for one in told]))
    return len(told)


@task(backend="long")
def write_agendas(version: int, former: int, people: list[int]) -> int:
    """The letters of a large publication, a few people a transaction; played again, it writes those that are missing."""
    held = Version.objects.select_related("event").get(pk=version)
    before = Version.objects.filter(pk=former).first()
    assert held.published_at is not None
    written = 0
    for start in range(0, len(people), WRITTEN_HERE):
        rows = Attendee.objects.filter(pk__in=people[start : start + WRITTEN_HERE], erased_at__isnull=True)
        told = list(rows.select_related("registration__event", "user").order_by("pk"))
        with transaction.atomic():
            notes = notes_for(version=held, people=told, now=held.published_at, former=before)
            written += write_letters(notes=notes, now=held.published_at)
    return written
