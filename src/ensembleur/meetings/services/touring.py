"""The bus stops where and when it can: stops follow one another along the day, and no coach flies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventKind, EventState, RegistrationStatus
from ensembleur.meetings.models import Event, TourStop
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.agenda_words import hour
from ensembleur.meetings.queries.travelling import distance_km
from ensembleur.meetings.queries.visits import centre_of
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.meetings.services.visiting import readers_of
from ensembleur.periods import PARIS, paris_day

SETTINGS = ("name", "address", "commune", "longitude", "latitude", "arrives_at", "leaves_at", "registration")
MOST_STOPS = 100
# An assumption of ours, not a measure, and a generous one: no coach does better as the crow flies, for roads turn and people get on
# and off. It refuses what is impossible; the organiser alone knows what is comfortable.
KM_PER_HOUR = 80.0
CHANGED, REMOVED = gettext_lazy("change d'heure ou de lieu"), gettext_lazy("n'est plus desservie")


@transaction.atomic
def set_stop(*, event: Event, given: Mapping[str, Any], by: User, now: datetime, stop: TourStop | None = None) -> TourStop:
    """Add a stop, or change one; its rank follows its hours. given : SETTINGS, already of their types.

    Without a point, it stands at the centre of its commune. Those who travel are written when the hour or the place changes.
    Raises BadInput on hours that no bus can keep; Refused when the event is no tour, is over, or has too many stops.
    """
    check(may_organise, by, event)
    event = _held(event)
    if stop is None and event.stops.count() >= MOST_STOPS:
        raise Refused("too_many_stops", _("La tournée a déjà %(most)d étapes, le plus possible.") % {"most": MOST_STOPS})
    before = None if stop is None else _place_and_time(stop)
    stop = stop or TourStop(event=event, number=_after_last(event))
    for name in SETTINGS:
        setattr(stop, name, given[name])
    if stop.longitude is None or stop.latitude is None:
        stop.longitude, stop.latitude = centre_of(stop.commune)
    _check_stop(event, stop)
    _check_way([*event.stops.exclude(pk=stop.pk), stop])
    stop.save()
    _renumber(event)
    record_act(by=by, verb="set_stop", thing=stop, now=now, after={"name": stop.name, "arrives_at": str(stop.arrives_at)})
    if before is not None and before != _place_and_time(stop):
        _tell(event, [stop], CHANGED, now)
    return stop


@transaction.atomic
def swap_stops(*, stop: TourStop, later: bool, by: User, now: datetime) -> None:
    """Exchange the hours of a stop with those of the next, or of the one before; at the end of the way nothing changes.

    Raises BadInput when no bus can go that way; those who travel are written.
    """
    check(may_organise, by, stop.event)
    event = _held(stop.event)
    stops = list(event.stops.order_by("arrives_at", "number"))
    here = stops.index(stop)
    there = here + (1 if later else -1)
    if not 0 <= there < len(stops):
        return
    one, other = stops[here], stops[there]
    one.arrives_at, one.leaves_at, other.arrives_at, other.leaves_at = (
        other.arrives_at, other.leaves_at, one.arrives_at, one.leaves_at,
    )  # fmt: skip
    _check_way(stops)
    for moved in (one, other):
        moved.save(update_fields=["arrives_at", "leaves_at"])
    _renumber(event)
    record_act(by=by, verb="swap_stops", thing=one, now=now, after={"with": other.name})
    _tell(event, [one, other], CHANGED, now)


@transaction.atomic
def remove_stop(*, stop: TourStop, by: User, now: datetime) -> None:
    """Take a stop out of the way; those who travel are written. Raises Refused when the event is over."""
    check(may_organise, by, stop.event)
    event = _held(stop.event)
    record_act(by=by, verb="remove_stop", thing=stop, now=now, before={"name": stop.name})
    _tell(event, [stop], REMOVED, now)
    event.stops.filter(pk=stop.pk).delete()
    _renumber(event)


def _held(event: Event) -> Event:
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.kind != EventKind.TOUR:
        raise Refused("no_tour", _("Seule une tournée en bus a des étapes."))
    if event.state in (EventState.CLOSED, EventState.CANCELLED):
        raise Refused("event_over", _("Cet événement est terminé : ses étapes ne changent plus."))
    return event


def _check_stop(event: Event, stop: TourStop) -> None:
    if stop.leaves_at < stop.arrives_at:
        raise BadInput("stop_backwards", _("Le bus repartirait avant d'arriver : corrigez les heures."), at="leaves_at")
    if not event.starts_on <= paris_day(stop.arrives_at) <= paris_day(stop.leaves_at) <= event.ends_on:
        raise BadInput("stop_elsewhere", _("L'étape n'est pas un jour de la tournée : corrigez sa date."), at="arrives_at")
    if stop.registration is not None and stop.registration.event_id != event.pk:
        raise BadInput("site_elsewhere", _("Choisissez un site inscrit à cette tournée."), at="registration")


def _check_way(stops: list[TourStop]) -> None:
    """Each stop is left before the next is reached, and there is time to go from one to the other."""
    for one, other in pairwise(sorted(stops, key=lambda stop: (stop.arrives_at, stop.leaves_at))):
        given = {"one": one.name, "leaves": hour(one.leaves_at), "other": other.name, "arrives": hour(other.arrives_at)}
        if other.arrives_at < one.leaves_at:
            raise BadInput(
                "stops_overlap",
                _(
                    "Le bus quitte « %(one)s » à %(leaves)s : il ne peut pas arriver à « %(other)s » à %(arrives)s. Corrigez les heures."
                )
                % given,
                at="arrives_at",
            )
        if None in (one.longitude, one.latitude, other.longitude, other.latitude):
            continue
        km = distance_km((one.longitude, one.latitude), (other.longitude, other.latitude))  # type: ignore[arg-type]
        if other.arrives_at - one.leaves_at < timedelta(hours=km / KM_PER_HOUR):
            raise BadInput(
                "bus_too_fast",
                _("De « %(one)s » (départ %(leaves)s) à « %(other)s » (arrivée %(arrives)s) il y a %(km)d km à vol d'oiseau : à "
                  "%(speed)d km/h il faut au moins %(minutes)d minutes. Corrigez les heures.")
                % (given | {"km": round(km), "speed": KM_PER_HOUR, "minutes": -(-km * 60 // KM_PER_HOUR)}),
                at="arrives_at",
            )  # fmt: skip


def _place_and_time(stop: TourStop) -> tuple[Any, ...]:
    return stop.arrives_at, stop.leaves_at, stop.address, stop.commune


def _after_last(event: Event) -> int:
    return (event.stops.aggregate(last=Max("number"))["last"] or 0) + 1


def _renumber(event: Event) -> None:
    """1, 2, 3… along the day, by way of numbers nobody bears."""
    stops = list(event.stops.order_by("arrives_at", "number"))
    free = _after_last(event)
    for start in (free, 1):
        for number, stop in enumerate(stops, start):
            stop.number = number
            stop.save(update_fields=["number"])


def _tell(event: Event, stops: list[TourStop], what: Promise, now: datetime) -> None:
    going = event.registrations.filter(status=RegistrationStatus.ACCEPTED).values_list("pk", flat=True)
    notes = []
    for person in readers_of(registrations=going):
        with translation.override(person.language):
            lines = [
                _("« %(stop)s » (%(at)s) : %(what)s.")
                % {"stop": stop.name, "at": f"{stop.arrives_at.astimezone(PARIS):%d/%m} {hour(stop.arrives_at)}", "what": what}
                for stop in stops
            ]
            body = _("Bonjour %(name)s,\n\n%(says)s") % {"name": person.name, "says": "\n".join(lines)}
            subject = _("%(event)s : une étape change") % {"event": event.title}
            notes.append(Note(person, f"stop:{stops[0].pk}:{person.pk}:{now:%Y%m%d%H%M%S%f}", subject, body, lines[0]))
    write_letters(notes=notes, now=now)
