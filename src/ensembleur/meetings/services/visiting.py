"""A site offers a visit, a school asks for one, both confirm it, and somebody says how many pupils came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventKind, EventState, MeetingState, PlaceKind, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Place, Placement, Registration, Version, VisitOffer
from ensembleur.meetings.permissions import may_count_visitors, may_edit_registration
from ensembleur.meetings.queries.visits import (
    centre_of,
    confirmed_at,
    end_of,
    guides_of,
    host_end,
    lacking_guides,
    why_unfit,
)
from ensembleur.meetings.services.acting import name_of, private_link
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.periods import paris_day
from ensembleur.web.formats import day

SETTINGS = (
    "title", "summary", "seats", "groups_at_once", "min_age", "max_age", "safety_rules", "step_free", "address", "commune",
    "longitude", "latitude",
)  # fmt: skip
MOST_SEATS, MOST_GROUPS, AGES = 200, 10, (3, 99)
CONFIRM_DAYS = 15
OVER = (EventState.CLOSED, EventState.CANCELLED)


@transaction.atomic
def set_offer(
    *, registration: Registration, given: Mapping[str, Any], by: User | Attendee, now: datetime
) -> tuple[VisitOffer, int]:
    """Say what a site shows, or change it; returns the offer and how many guides it lacks. given : SETTINGS, already of their types.

    Each of the first guides, as many as groups received at once, is given a place of their own at the site; without a point, the
    site stands at the centre of its commune.
    Raises BadInput on figures or rules that cannot be kept; Refused outside a day of visits, or when it is over.
    """
    check(may_edit_registration, by, registration)
    event = Event.objects.select_for_update().get(pk=registration.event_id)
    if event.kind != EventKind.VISITS or registration.side != Side.A:
        raise Refused("no_visit_here", _("Seul un site d'accueil, un jour de visites, décrit une visite."))
    if event.state in OVER:
        raise Refused("event_over", _("Cet événement est terminé : ses visites ne changent plus."))
    _check_offer(given)
    offer = VisitOffer.objects.filter(registration=registration).first() or VisitOffer(registration=registration)
    for name in SETTINGS:
        setattr(offer, name, given[name])
    if offer.longitude is None or offer.latitude is None:
        offer.longitude, offer.latitude = centre_of(offer.commune)
    offer.save()
    guides = list(guides_of(registration))
    _give_places(event, offer, guides)
    record_act(by=name_of(by), verb="set_visit_offer", thing=offer, now=now, after={"title": offer.title, "seats": offer.seats})
    return offer, lacking_guides(offer, len(guides))


def check_request(*, event: Event, sender: Registration, receiver: Registration, group: Attendee | None) -> None:
    """Raise Refused when this request for a visit cannot be received: no offer, no group, too many, too young, too old."""
    if event.kind != EventKind.VISITS:
        return
    if sender.side == Side.A:
        raise Refused(
            "sites_answer",
            _("Ce sont les établissements qui demandent une visite : répondez à leurs demandes dans « Mes vœux »."),
        )
    offer = VisitOffer.objects.filter(registration=receiver).first()
    if offer is None:
        raise Refused("no_offer", _("Ce site n'a pas encore décrit sa visite : choisissez-en un autre, ou revenez plus tard."))
    if group is None:
        raise Refused(
            "no_group", _("Dites d'abord pour quel groupe : ajoutez-le, avec son effectif et son âge, à votre inscription.")
        )
    if group.group_age is None:
        raise Refused("no_age", _("Dites d'abord l'âge du groupe « %(name)s » dans votre inscription.") % {"name": group.name})
    if why := why_unfit(offer, group):
        raise Refused("group_unfit", why)


@transaction.atomic
def ask_confirmations(*, version: Version, now: datetime) -> int:
    """Once a timetable of visits is told, ask both sides of each new or moved visit to confirm it; returns how many visits.

    They have fifteen days, never past the eve of the visit; one told on its very day asks for nothing.
    """
    event, today = version.event, paris_day(now)
    if event.kind != EventKind.VISITS:
        return 0
    days = {slot.number: paris_day(slot.starts_at) for slot in event.slots.all()}
    # What this publication told anew bears its instant.
    due = Q(meeting__confirm_by=None) | Q(meeting__changed_at=now)
    rows = version.placements.placed().filter(due, meeting__state=MeetingState.PLANNED, slot__in=days)
    asked = []
    for row in rows.select_related("meeting__registration_a__event", "meeting__registration_b__event"):
        eve = days[row.slot] - timedelta(days=1)  # type: ignore[index]
        meeting = row.meeting
        meeting.confirm_by = min(today + timedelta(days=CONFIRM_DAYS), eve) if eve >= today else None
        meeting.confirmed_a_at = meeting.confirmed_b_at = None
        asked.append(meeting)
    Meeting.objects.bulk_update(asked, ["confirm_by", "confirmed_a_at", "confirmed_b_at"], batch_size=500)
    waiting = [one for one in asked if one.confirm_by is not None]
    write_letters(notes=letters_to(meetings=waiting, key=f"visit-confirm:{version.pk}"), now=now)
    return len(waiting)


@transaction.atomic
def confirm_visit(*, meeting: Meeting, side: str, by: User | Attendee, now: datetime) -> Meeting:
    """One end of a meeting, "A" or "B", says that the visit holds; saying it again changes nothing.

    Raises Refused when nothing is to be confirmed any more.
    """
    registration = end_of(meeting, side)
    check(may_edit_registration, by, registration)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != MeetingState.PLANNED or meeting.confirm_by is None:
        raise Refused("nothing_to_confirm", _("Cette visite n'attend pas de confirmation : rechargez la page."))
    if confirmed_at(meeting, side) is not None:
        return meeting
    if paris_day(now) > meeting.confirm_by:
        raise Refused(
            "confirmed_late",
            _("Il fallait confirmer cette visite au plus tard le %(day)s : écrivez à l'organisateur.")
            % {"day": day(meeting.confirm_by)},
        )
    field = f"confirmed_{side.lower()}_at"
    setattr(meeting, field, now)
    meeting.save(update_fields=[field])
    record_act(by=name_of(by), verb="confirm_visit", thing=meeting, now=now, after={"side": side})
    return meeting


@transaction.atomic
def count_visitors(*, meeting: Meeting, came: int, by: User | Attendee, now: datetime) -> Meeting:
    """Say how many pupils came, or correct it; none came: the visit was missed by the school.

    Raises Refused before the visit begins or when it was cancelled, BadInput on a number that cannot be.
    """
    check(may_count_visitors, by, meeting)
    if not 0 <= came <= 2 * MOST_SEATS:
        raise BadInput("came", _("Écrivez combien d'élèves sont venus : un nombre de 0 à %(most)d.") % {"most": 2 * MOST_SEATS})
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    event = meeting.event
    told = Placement.objects.filter(version=event.published_version_id, meeting=meeting).placed().first()
    slot = event.slots.filter(number=told.slot).first() if told is not None else None
    if meeting.state == MeetingState.CANCELLED or slot is None:
        raise Refused("no_such_visit", _("Cette visite n'est plus au planning : il n'y a personne à compter."))
    if slot.starts_at > now:
        raise Refused("visit_to_come", _("Cette visite n'a pas commencé : dites combien d'élèves sont venus à leur arrivée."))
    missed = MeetingState.MISSED_B if host_end(meeting) == "A" else MeetingState.MISSED_A
    meeting.came, meeting.state = came, MeetingState.HELD if came else missed
    meeting.save(update_fields=["came", "state"])
    record_act(by=name_of(by), verb="count_visitors", thing=meeting, now=now, after={"came": came})
    return meeting


def letters_to(
    *, meetings: Iterable[Meeting], key: str, ends: Iterable[str] = ("A", "B"), missing_only: bool = False
) -> list[Note]:
    """One letter to each person of these ends who has visits to confirm, whatever their number. key : says which sending it is."""
    dates: dict[int, list[Any]] = {}
    for meeting in meetings:
        for end in ends:
            if not (missing_only and confirmed_at(meeting, end)):
                dates.setdefault(end_of(meeting, end).pk, []).append(meeting.confirm_by)
    return [_ask(person, dates[person.registration_id], key) for person in readers_of(registrations=dates)]


def readers_of(*, registrations: Iterable[int]) -> list[Attendee]:
    """Who is written for these participations: each of their people, one letter for groups of pupils under one address."""
    rows = Attendee.objects.filter(
        registration__in=list(registrations), registration__status=RegistrationStatus.ACCEPTED, erased_at__isnull=True
    )
    found: dict[tuple[int, str], Attendee] = {}
    for one in rows.select_related("registration__event").order_by("pk"):
        found.setdefault((one.registration_id, one.email.lower() or str(one.pk)), one)
    return list(found.values())


def _ask(person: Attendee, days: list[Any], key: str) -> Note:
    event = person.registration.event
    with translation.override(person.language):
        given = {"event": event.title, "n": len(days), "day": day(min(days)), "name": person.name, "link": private_link(person)}
        says = (
            ngettext(
                "%(n)d visite attend votre confirmation, au plus tard le %(day)s.",
                "%(n)d visites attendent votre confirmation, la première au plus tard le %(day)s.",
                len(days),
            )
            % given
        )
        body = _(
            "Bonjour %(name)s,\n\n%(says)s Sans réponse, la visite est annulée et la place rendue.\n\n"
            "Ouvrez votre page, puis « Mes visites » :\n%(link)s"
        ) % (given | {"says": says})  # fmt: skip
        return Note(person, f"{key}:{person.pk}", _("%(event)s : confirmez vos visites") % given, body, says)


def _check_offer(given: Mapping[str, Any]) -> None:
    least, most = AGES
    for name, low, high, says in (
        ("seats", 1, MOST_SEATS, _("Un groupe compte de 1 à %(most)d personnes : corrigez les places.")),
        ("groups_at_once", 1, MOST_GROUPS, _("Un site reçoit de 1 à %(most)d groupes en même temps : corrigez leur nombre.")),
        ("min_age", least, most, _("L'âge minimum va de 3 à %(most)d ans : corrigez-le.")),
        ("max_age", least, most, _("L'âge maximum va de 3 à %(most)d ans : corrigez-le, ou laissez-le vide.")),
    ):
        value = given[name]
        if value is None and name == "max_age":
            continue
        if value is None or not low <= value <= high:
            raise BadInput(name, says % {"most": high}, at=name)
    if given["max_age"] is not None and given["max_age"] < given["min_age"]:
        raise BadInput("ages", _("L'âge maximum est plus petit que l'âge minimum : corrigez l'un des deux."), at="max_age")
    if not given["safety_rules"].strip():
        raise BadInput(
            "no_rules",
            _("Écrivez les consignes de sécurité, ou « Aucune consigne particulière » s'il n'y en a pas."),
            at="safety_rules",
        )
    if not given["title"].strip():
        raise BadInput("no_title", _("Dites ce que le groupe verra."), at="title")


def _give_places(event: Event, offer: VisitOffer, guides: list[Attendee]) -> None:
    """A place at the site for each guide who receives; the others give theirs back, unless people were told to go there."""
    where = {"address": offer.address, "longitude": offer.longitude, "latitude": offer.latitude, "step_free": offer.step_free}
    for number, guide in enumerate(guides, 1):
        if number > offer.groups_at_once:
            _take_place_back(event, guide)
            continue
        if guide.home_id is None:
            guide.home = _new_place(event, offer, number, guide)
            guide.is_host = True
            guide.save(update_fields=["home", "is_host"])
        Place.objects.filter(pk=guide.home_id, kind=PlaceKind.SITE).update(**where)


def _new_place(event: Event, offer: VisitOffer, number: int, guide: Attendee) -> Place:
    """« Site Atelier (groupe 1) », or by its guide when another site bears the same name."""
    name = offer.registration.name[:36].strip()
    rank = (event.places.aggregate(last=Max("rank"))["last"] or 0) + 1
    code = _("Site %(name)s (groupe %(n)d)") % {"name": name, "n": number}
    kept = {"kind": PlaceKind.SITE, "rank": rank}
    place, _is_new = Place.objects.get_or_create(event=event, code=code, defaults=kept)
    if place.kind == PlaceKind.SITE and not place.attendees.exists():
        return place
    code = _("Site %(name)s (guide %(n)d)") % {"name": name, "n": guide.pk}
    return Place.objects.get_or_create(event=event, code=code, defaults=kept)[0]


def _take_place_back(event: Event, guide: Attendee) -> None:
    place = Place.objects.filter(pk=guide.home_id, kind=PlaceKind.SITE).first()
    if place is None or Placement.objects.filter(version=event.published_version_id, place=place).exists():
        return
    guide.home, guide.is_host = None, False
    guide.save(update_fields=["home", "is_host"])
    place.delete()
