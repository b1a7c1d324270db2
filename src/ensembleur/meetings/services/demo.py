"""The fictional events of the demonstration: forums to compute, of today and of last year, a job dating, visits, a fair, a bus tour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.meetings.models import Event, ProgrammeSession
from ensembleur.meetings.services.demo_cast import cast_of
from ensembleur.meetings.services.demo_forums import full_forum, past_forum, todays_forum
from ensembleur.meetings.services.demo_others import bus_tour, fair, job_dating, visit_day

EVENTS = 7


def populate_events(
    *, seed: int, now: datetime, people: Mapping[Role, User], showcase_siret: str, on_rows: Callable[[int], None] | None = None
) -> int:
    """Make the fictional events; does nothing when there are some. Returns how many there are.

    on_rows : called with 1 after each of EVENTS.
    """
    held = Event.objects.filter(is_fictional=True).count()
    if held:
        return held
    cast = cast_of(seed=seed, now=now, people=people, showcase_siret=showcase_siret)
    done = on_rows or (lambda _rows: None)
    with transaction.atomic():
        for made in (past_forum, todays_forum, full_forum, job_dating):
            made(cast=cast, seed=seed)
            done(1)
        for other in (visit_day, fair, bus_tour):
            other(cast=cast)
            done(1)
    return Event.objects.filter(is_fictional=True).count()


@transaction.atomic
def clear_events() -> int:
    """Remove every fictional event with all that hangs from it, before the region is drawn anew; returns how many there were."""
    events = Event.objects.filter(is_fictional=True)
    count = events.count()
    events.update(published_version=None)
    ProgrammeSession.objects.filter(event__in=events).delete()  # a room is not removed under a session
    events.delete()
    return count
