"""Versions of a timetable side by side: what differs, whom it concerns, and whether one may be published."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import EventKind, RegistrationStatus, VersionState
from ensembleur.meetings.models import Refusal, Version

People = tuple[int, ...]


@dataclass(frozen=True)
class Seat:
    """Where a version puts a meeting: its slot, its place (ids; None for none), the people who sit there."""

    slot: int | None
    place: int | None
    people: People


class Change(StrEnum):
    """What becomes of a meeting from one version to the next."""

    ADDED = "added"
    MOVED = "moved"
    SEATED = "seated"  # the slot is the same, not the place
    PEOPLE = "people"  # the slot and the place are the same, not who comes
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """One meeting that is not as it was; `before` or `after` is None when it had, or has, no slot."""

    meeting: int
    change: Change
    before: Seat | None
    after: Seat | None

    @property
    def people(self) -> set[int]:
        """Whom it concerns, before and after."""
        return {one for seat in (self.before, self.after) if seat for one in seat.people}


def seats_of(version: Version | None) -> dict[int, Seat]:
    """{meeting: where it is}, of those that have a slot."""
    if version is None:
        return {}
    rows = version.placements.placed().order_by("slot", "meeting_id")
    fields = ("meeting_id", "slot", "place_id", "attendee_a_id", "attendee_b_id", "interpreter_id")
    return {
        meeting: Seat(slot, place, tuple(one for one in people if one is not None))
        for meeting, slot, place, *people in rows.values_list(*fields)
    }


def differences(before: Version | None, after: Version) -> list[Difference]:
    """What changes from one version to another, in the order of the day."""
    old, new = seats_of(before), seats_of(after)
    found = []
    for meeting in old.keys() | new.keys():
        one, other = old.get(meeting), new.get(meeting)
        if one != other:
            found.append(Difference(meeting, _change(one, other), one, other))
    return sorted(found, key=lambda line: ((line.after or line.before or Seat(0, None, ())).slot or 0, line.meeting))


def _change(one: Seat | None, other: Seat | None) -> Change:
    if one is None:
        return Change.ADDED
    if other is None:
        return Change.REMOVED
    if one.slot != other.slot:
        return Change.MOVED
    return Change.SEATED if one.place != other.place else Change.PEOPLE


def concerned(lines: list[Difference]) -> set[int]:
    """The people whose agenda changes."""
    return {one for line in lines for one in line.people}


def attending(version: Version) -> set[int]:
    """Everybody who has a meeting in it."""
    ends = version.placements.placed().values_list("attendee_a", "attendee_b", "interpreter")
    return {one for people in ends for one in people if one is not None}


def why_unpublishable(version: Version) -> str:
    """Why this version cannot be what people are told, in one sentence; "" when it can."""
    if version.state != VersionState.DRAFT:
        return _("Cette version a déjà été publiée : repartez d'elle pour en faire une nouvelle.")
    if assumes(version):
        return _(
            "Cette version suppose des tables ou des créneaux que l'événement n'a pas : changez les réglages, puis calculez."
        )
    if version.faults:
        return _("Le contrôle trouve une règle enfreinte : %(fault)s Relancez le calcul.") % {"fault": version.faults[0]["says"]}
    if not version.placements.placed().exists():
        return _("Cette version ne place aucun rendez-vous : il n'y a rien à publier.")
    if late := outdated(version):
        return ngettext(
            "%(n)s rendez-vous ne tient plus (inscription annulée ou changement depuis) : relancez le calcul.",
            "%(n)s rendez-vous ne tiennent plus (inscription annulée ou changement depuis) : relancez le calcul.",
            late,
        ) % {"n": late}
    return ""


def assumes(version: Version) -> bool:
    """Whether it needs places or slots that the event does not have."""
    return any(count > 0 for count in version.selection.get("assumes", {}).values())


def outdated(version: Version) -> int:
    """How many of its meetings what people said since makes impossible; what was past when it was made is not in question."""
    past = version.event.slots.filter(starts_at__lt=version.made_at).values_list("number", flat=True)
    placed = version.placements.placed().exclude(slot__in=list(past))
    gone = Q()
    for end in ("attendee_a", "attendee_b"):
        gone |= ~Q(**{f"{end}__registration__status": RegistrationStatus.ACCEPTED}) | Q(**{f"{end}__erased_at__isnull": False})
    if version.event.kind != EventKind.VISITS:  # where a site may receive without a place of its own
        gone |= Q(place=None)
    late = set(placed.filter(gone).values_list("pk", flat=True))
    refused = set(map(frozenset, Refusal.objects.filter(by__event=version.event_id).values_list("by_id", "of_id")))
    fields = (
        *("pk", "slot", "meeting__registration_a_id", "meeting__registration_b_id"),
        *("attendee_a__absent_slots", "attendee_b__absent_slots", "interpreter__absent_slots", "place__closed_slots"),
    )
    for pk, slot, one, other, *closed in placed.values_list(*fields):
        if frozenset((one, other)) in refused or any(slot in (slots or ()) for slots in closed):
            late.add(pk)
    return len(late)
