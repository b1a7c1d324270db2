"""The tables, stands and rooms of an event are added by ranges, set one by one, and removed while nothing stands on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import ComputationState
from ensembleur.meetings.models import Event, Place, Placement, ProgrammeSession
from ensembleur.meetings.permissions import may_organise

MOST_PLACES = 2000
SETTINGS = ("code", "kind", "step_free", "quiet", "link", "address", "closed_slots")


@transaction.atomic
def add_places(
    *, event: Event, count: int, kind: str, by: User, now: datetime, prefix: str = "", first: int = 1, **flags: bool
) -> list[Place]:
    """Add a range: prefix "" and first 1 give 1, 2, 3…; numbers already there are refused. flags : step_free, quiet.

    Raises BadInput, NotAllowed.
    """
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    known = set(event.places.values_list("code", flat=True))
    if count < 1 or len(known) + count > MOST_PLACES:
        raise BadInput(
            "too_many_places",
            _("Ajoutez au moins une place, et gardez-en %(most)d au plus en tout.") % {"most": MOST_PLACES},
            at="count",
        )
    # A single named place needs no number: « Salle des fêtes ».
    codes = [prefix] if prefix and count == 1 else [f"{prefix} {number}".strip() for number in range(first, first + count)]
    taken = next((code for code in codes if code in known), None)
    if taken is not None:
        sentence = _("« %(code)s » existe déjà : commencez à un autre numéro.") % {"code": taken}
        raise BadInput("place_exists", sentence, at="first")
    rank = (event.places.aggregate(last=Max("rank"))["last"] or 0) + 1
    made = Place.objects.bulk_create(
        Place(event=event, rank=rank + number, code=code, kind=kind, **flags) for number, code in enumerate(codes)
    )
    record_act(by=by, verb="add_places", thing=event, now=now, after={"count": count, "kind": kind, "first": codes[0]})
    return made


@transaction.atomic
def edit_place(*, place: Place, given: Mapping[str, Any], by: User, now: datetime) -> Place:
    """Change one place; its closed slots are those of the event. Raises BadInput, NotAllowed."""
    event = place.event
    check(may_organise, by, event)
    Event.objects.select_for_update().get(pk=event.pk)
    changed = {name: given[name] for name in SETTINGS if name in given and given[name] != getattr(place, name)}
    if event.places.filter(code=changed.get("code")).exclude(pk=place.pk).exists():
        sentence = _("« %(code)s » existe déjà : choisissez un autre nom.") % {"code": changed["code"]}
        raise BadInput("place_exists", sentence, at="code")
    numbers = set(event.slots.values_list("number", flat=True))
    changed_slots = sorted(set(changed.get("closed_slots", place.closed_slots)) & numbers)
    if changed_slots != place.closed_slots:
        changed["closed_slots"] = changed_slots
    for name, value in changed.items():
        setattr(place, name, value)
    if changed:
        place.save(update_fields=list(changed))
        record_act(by=by, verb="edit_place", thing=place, now=now, after={name: str(value) for name, value in changed.items()})
    return place


@transaction.atomic
def remove_places(*, event: Event, places: Iterable[int], by: User, now: datetime) -> int:
    """Remove places by their keys; returns how many. Raises Refused when one is in use, NotAllowed."""
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    gone = event.places.filter(pk__in=list(places))
    if event.computations.filter(state__in=[ComputationState.WAITING, ComputationState.RUNNING]).exists():
        raise Refused("computing", _("Un calcul de planning est en cours sur ces places : arrêtez-le ou attendez sa fin."))
    told = Placement.objects.filter(version=event.published_version_id, place__in=gone).select_related("place").first()
    if told is not None:
        raise Refused(
            "place_is_told",
            _("« %(code)s » sert dans le planning publié : déclarez-la indisponible depuis le jour J, les gens seront prévenus.")
            % {"code": told.place},
        )
    session = ProgrammeSession.objects.filter(place__in=gone).select_related("place").first()
    if session is not None:
        raise Refused(
            "place_holds_session",
            _("« %(code)s » accueille « %(title)s » : déplacez d'abord cette session.")
            % {"code": session.place, "title": session.title},
        )
    count = gone.count()
    gone.delete()
    record_act(by=by, verb="remove_places", thing=event, now=now, before=count)
    return count
