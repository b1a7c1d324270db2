"""What people, participations and places are called on the organiser's pages, each read once."""

from __future__ import annotations

from collections.abc import Collection

from ensembleur.meetings.models import Attendee, Event, Place


def people_names(event: Event, only: Collection[int] | None = None) -> dict[str, str]:
    """{id for the engine: « Camille Roux (Atelier fictif) »}; of these people alone when they are given."""
    people = Attendee.objects.filter(registration__event=event)
    if only is not None:
        people = people.filter(pk__in=only)
    rows = people.values_list("pk", "name", "registration__name")
    return {f"a{pk}": name if name == organisation else f"{name} ({organisation})" for pk, name, organisation in rows}


def place_names(event: Event) -> dict[int, str]:
    """{place: its number or its name}."""
    return dict(Place.objects.filter(event=event).values_list("pk", "code"))
