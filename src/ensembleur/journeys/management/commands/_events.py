"""The pages of events that the walk visits one by one, since each event has its own: the public's, its organiser's, its participants'."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from ensembleur.accounts.models import User
from ensembleur.meetings.choices import EventKind
from ensembleur.meetings.models import Attendee, Event, Registration, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.links import token_of
from ensembleur.meetings.views.tabs import desk_tabs, my_tabs

FEW = 12  # events
OF_ALL = ("event",)
BY_KIND = {
    EventKind.FAIR: ("programme", "exhibitors"),
    EventKind.VISITS: ("visit_offers",),
    EventKind.TOUR: ("tour_stops",),
}
DESK = ("desk_slots", "desk_places", "desk_organisers", "desk_add", "desk_import")
OF_VERSION = ("timetable_version", "timetable_grid", "timetable_print")


def public_pages() -> list[str]:
    """What anyone reads of each event."""
    found = [_at("list"), _at("tours")]
    for event in Event.objects.visible_to(None).order_by("pk")[:FEW]:
        found += [_at(name, event.slug) for name in (*OF_ALL, *BY_KIND.get(EventKind(event.kind), ()))]
        found.append(_at("register", event.slug))
    return [url for url in found if url]


def pages_of(person: User) -> list[str]:
    """The desk of the events they run, with one participation and the timetable; their own pages where they take part."""
    return [url for url in (*_run(person), *_taken(person)) if url]


def pages_by_link() -> list[str]:
    """What somebody without an account sees: their private link, then their pages; of an event whose timetable is published."""
    rows = Attendee.objects.in_accepted().filter(user=None, placements_b__version__event__published_version__isnull=False)
    one = rows.select_related("registration__event").order_by("pk").first()
    if one is None:
        return []
    return [_at("open_link", token_of(one)), *(tab.url for tab in my_tabs(one.registration.event, ""))]


def _run(person: User) -> Iterator[str]:
    for event in Event.objects.organised_by(person).order_by("pk")[:FEW]:
        if not may_organise(person, event):
            yield _at("desk_day", event.slug)
            continue
        yield from (tab.url for tab in desk_tabs(event, ""))
        yield from (_at(name, event.slug) for name in DESK)
        held = Registration.objects.filter(event=event).order_by("pk").first()
        if held is not None:
            yield _at("desk_participation", event.slug, held.pk)
        for number in Version.objects.filter(event=event).order_by("pk").values_list("number", flat=True)[:1]:
            yield from (_at(name, event.slug, number) for name in OF_VERSION)


def _taken(person: User) -> Iterator[str]:
    for event in Event.objects.filter(registrations__attendees__user=person).distinct().order_by("pk")[:FEW]:
        yield from (tab.url for tab in my_tabs(event, ""))


def _at(name: str, *arguments: object) -> str:
    """The address of a page; "" while it has none."""
    try:
        return reverse(f"meetings:{name}", args=arguments)
    except NoReverseMatch:
        return ""
