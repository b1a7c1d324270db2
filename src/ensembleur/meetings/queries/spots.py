"""The tables and rooms of an event, as people look for them: what each is called, who receives there, what it is like."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ensembleur.meetings.choices import PlaceKind
from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.queries.agenda_words import place_name


@dataclass(frozen=True)
class Spot:
    """One place. host : the organisation that receives there all day, "" when people change."""

    pk: int
    name: str
    host: str
    is_step_free: bool
    is_quiet: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """Who receives there, and what it is like."""
        said = (
            self.host,
            _("sans marche") if self.is_step_free else _("avec des marches"),
            _("au calme") if self.is_quiet else "",
        )
        return tuple(part for part in said if part)


def spots_of(event: Event) -> list[Spot]:
    """In the order of the room; a place at a distance has nowhere to be looked for."""
    hosts = dict(
        Attendee.objects.in_accepted()
        .filter(registration__event=event, home__isnull=False, is_host=True, erased_at__isnull=True)
        .values_list("home", "registration__name")
    )
    places = event.places.exclude(kind=PlaceKind.REMOTE).order_by("rank", "pk")
    return [Spot(one.pk, place_name(one), hosts.get(one.pk, ""), one.step_free, one.quiet) for one in places]
