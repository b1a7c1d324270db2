"""Visits: what sites offer and what is missing of it, which group fits where, what is planned and confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import MeetingState, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Placement, Registration, Slot, VisitOffer
from ensembleur.territory.models import Commune


@dataclass(frozen=True)
class Hosted:
    """A site of a day of visits. offer : None as long as it says nothing; missing : what keeps it from receiving, in words."""

    registration: Registration
    offer: VisitOffer | None
    guides: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Visit:
    """A visit of the published timetable. host, visitor : "A" or "B", which end of the meeting each is."""

    placement: Placement
    slot: Slot
    offer: VisitOffer | None

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.placement.meeting

    @property
    def host(self) -> Registration:
        """The site."""
        return end_of(self.meeting, host_end(self.meeting))

    @property
    def visitor(self) -> Registration:
        """The school."""
        return end_of(self.meeting, other_end(host_end(self.meeting)))

    @property
    def group(self) -> Attendee:
        """The pupils."""
        is_first = self.placement.attendee_a.registration_id == self.host.pk
        return self.placement.attendee_b if is_first else self.placement.attendee_a

    @property
    def host_confirmed(self) -> datetime | None:
        """When the site confirmed."""
        return confirmed_at(self.meeting, host_end(self.meeting))

    @property
    def visitor_confirmed(self) -> datetime | None:
        """When the school confirmed."""
        return confirmed_at(self.meeting, other_end(host_end(self.meeting)))


def host_end(meeting: Meeting) -> str:
    """Which end of a meeting receives."""
    return "A" if meeting.registration_a.side == Side.A else "B"


def other_end(end: str) -> str:
    """The other end."""
    return "B" if end == "A" else "A"


def end_of(meeting: Meeting, end: str) -> Registration:
    """The participation at one end of a meeting."""
    return meeting.registration_a if end == "A" else meeting.registration_b


def confirmed_at(meeting: Meeting, end: str) -> datetime | None:
    """When that end confirmed."""
    return meeting.confirmed_a_at if end == "A" else meeting.confirmed_b_at


def guides_of(registration: Registration) -> QuerySet[Attendee]:
    """Who shows people round, in the order in which groups are given to them."""
    return registration.attendees.filter(erased_at__isnull=True, is_interpreter=False).order_by("pk")


def hosts_of(event: Event) -> QuerySet[Registration]:
    """The sites, those without offer first, each with its guides counted."""
    guides = Count("attendees", filter=Q(attendees__erased_at__isnull=True, attendees__is_interpreter=False))
    rows = event.registrations.live().filter(side=Side.A).select_related("visit").annotate(guides=guides)
    return rows.order_by("visit__pk", "name", "pk")


def hosted(registration: Registration) -> Hosted:
    """A site of `hosts_of` with what is missing."""
    offer: VisitOffer | None = getattr(registration, "visit", None)
    guides: int = registration.guides  # type: ignore[attr-defined]
    missing = []
    if offer is None:
        missing.append(_("la visite n'est pas décrite"))
    elif (lack := lacking_guides(offer, guides)) > 0:
        missing.append(ngettext("il manque %(n)d guide", "il manque %(n)d guides", lack) % {"n": lack})
    if offer is not None and offer.longitude is None:
        missing.append(_("le site n'est pas situé : le temps de trajet n'est pas compté"))
    if registration.status != RegistrationStatus.ACCEPTED:
        missing.append(_("l'inscription n'est pas acceptée"))
    return Hosted(registration, offer, guides, tuple(missing))


def lacking_guides(offer: VisitOffer, guides: int) -> int:
    """How many guides a site lacks for the groups it says it receives at once."""
    return max(offer.groups_at_once - guides, 0)


def public_offers(event: Event) -> QuerySet[VisitOffer]:
    """What anyone reads: the visits of accepted sites that agreed to be listed."""
    rows = VisitOffer.objects.filter(
        registration__event=event, registration__side=Side.A, registration__status=RegistrationStatus.ACCEPTED
    )
    return rows.filter(registration__is_listed=True).order_by("title", "pk")


def named_communes(codes: Iterable[str]) -> dict[str, str]:
    """{INSEE code: name}; a code without name answers for itself."""
    codes = set(codes)
    return {code: code for code in codes} | dict(Commune.objects.filter(code__in=codes).values_list("code", "name"))


def centre_of(code: str) -> tuple[float | None, float | None]:
    """The centre of a commune, longitude and latitude."""
    return Commune.objects.filter(code=code).values_list("lon", "lat").first() or (None, None)


def why_unfit(offer: VisitOffer, group: Attendee) -> str:
    """Why this group cannot make this visit, in one sentence; "" when nothing known forbids it."""
    if group.group_size > offer.seats:
        return _(
            "Ce site reçoit %(seats)d personnes par groupe et le vôtre en compte %(size)d : partagez-le en deux, ou choisissez un "
            "autre site."
        ) % {"seats": offer.seats, "size": group.group_size}
    given = {"age": group.group_age, "least": offer.min_age, "most": offer.max_age}
    if group.group_age is not None and group.group_age < offer.min_age:
        return _("Ce site reçoit à partir de %(least)d ans et votre groupe a %(age)d ans : choisissez un autre site.") % given
    if group.group_age is not None and offer.max_age is not None and group.group_age > offer.max_age:
        return _("Ce site reçoit jusqu'à %(most)d ans et votre groupe a %(age)d ans : choisissez un autre site.") % given
    return ""


def misfits(event: Event) -> set[frozenset[str]]:
    """The pairs of a site and a group that no timetable makes, as the parties of the engine: too many, too young, too old."""
    offers = list(VisitOffer.objects.filter(registration__event=event))
    groups = list(Attendee.objects.filter(registration__event=event, registration__side=Side.B)) if offers else []
    return {
        frozenset((f"r{offer.registration_id}", f"a{group.pk}"))
        for offer in offers
        for group in groups
        if why_unfit(offer, group)
    }


def visits_of(event: Event) -> QuerySet[Placement]:
    """The visits of the published timetable, in the order of the day; those cancelled since are among them."""
    joined = ("meeting__registration_a__visit", "meeting__registration_b__visit", "attendee_a", "attendee_b", "place")
    rows = Placement.objects.filter(version=event.published_version_id).placed()
    return rows.select_related(*joined).order_by("slot", "pk")


def visits_for(registration: Registration) -> QuerySet[Placement]:
    """Those of one participation."""
    mine = Q(meeting__registration_a=registration) | Q(meeting__registration_b=registration)
    return visits_of(registration.event).filter(mine)


def told(event: Event, rows: Iterable[Placement]) -> list[Visit]:
    """Placements with their hour and what the site offers."""
    slots = {slot.number: slot for slot in event.slots.all()}
    found = []
    for row in rows:
        if row.slot in slots:
            row.meeting.event = event
            offer = getattr(end_of(row.meeting, host_end(row.meeting)), "visit", None)
            found.append(Visit(row, slots[row.slot], offer))
    return found


def counts_of(event: Event) -> dict[str, int]:
    """How the visits of the published timetable stand: planned, confirmed by both, pupils who came."""
    rows = visits_of(event).exclude(meeting__state=MeetingState.CANCELLED).values_list(
        "meeting__confirmed_a_at", "meeting__confirmed_b_at", "meeting__came"
    )  # fmt: skip
    lines = list(rows)
    return {
        "planned": len(lines),
        "confirmed": sum(1 for one, other, _came in lines if one and other),
        "came": sum(came or 0 for _one, _other, came in lines),
    }
