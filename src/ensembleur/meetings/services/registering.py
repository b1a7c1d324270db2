"""A participation enters an event: anybody's own, without an account, or one that an organiser adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from ensembleur import codes
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import LIVE_STATUSES, EventState, RegistrationStatus
from ensembleur.meetings.engine.people_files import Coming, Fault, Told, check_name, check_text
from ensembleur.meetings.models import Attendee, Event, Registration
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.services import confirming
from ensembleur.meetings.services.saying import unfit
from ensembleur.periods import PARIS, paris_day

MOST_PEOPLE = 20  # of one participation
# No address on the network is kept, so a day is what is limited: far above what an event receives, far below what would fill it.
PER_DAY = 300
PER_ADDRESS = 10
OVER = (EventState.CLOSED, EventState.CANCELLED)


@dataclass(frozen=True)
class Registered:
    """What registering did. is_new : False when they were there already; their private link was sent to the address we know."""

    registration: Registration
    is_new: bool


@transaction.atomic
def register_publicly(
    *, event: Event, told: Told, people: Sequence[Coming], now: datetime, account: User | None = None
) -> Registered:
    """Register without an account; `account` : the one of whoever fills the form, tied to the person who bears its address.

    An establishment or an address already there adds nothing: its link goes to the address we know, and nothing is revealed,
    the limits of a day included. Raises Refused when the event takes nobody or the day is full, BadInput on what cannot be kept.
    """
    event = held(event=event)
    if not event.takes_registrations(now):
        raise Refused("registration_closed", why_closed(event=event))
    check_told(event=event, told=told, people=people)
    _check_day(event, people, now)
    if (known := _known(event, told, people)) is not None:
        confirming.tell_links(people=[known], now=now)
        return Registered(known.registration, is_new=False)
    status = RegistrationStatus.REQUESTED if event.needs_approval else place_of(event=event, people=people)
    registration = create(event=event, told=told, people=people, status=status, agreed_at=now, now=now)
    if account is not None:
        for mine in registration.attendees.filter(email__iexact=account.email)[:1]:
            Attendee.objects.filter(pk=mine.pk).update(user=account)
    _note(account or "public:registration", "register", registration, now)
    confirming.tell_status(registrations=[registration], now=now)
    return Registered(registration, is_new=True)


@transaction.atomic
def register_for(*, event: Event, told: Told, people: Sequence[Coming], agrees: bool, by: User, now: datetime) -> Registration:
    """Add somebody as an organiser, late ones too: accepted at once, or on the waiting list when the event is full.

    agrees : they told the organiser that their data may be used; otherwise they are asked on their own page.
    Raises Refused when the event is over or they are there already, BadInput, NotAllowed.
    """
    check(may_organise, by, event)
    event = held(event=event)
    if event.state in OVER:
        raise Refused("event_over", _("Cet événement est terminé : il ne prend plus d'inscription."))
    check_told(event=event, told=told, people=people)
    if _known(event, told, people) is not None:
        raise Refused("registered_already", _("Cet établissement ou cette adresse est déjà inscrit : ouvrez son inscription."))
    status = place_of(event=event, people=people)
    registration = create(event=event, told=told, people=people, status=status, agreed_at=now if agrees else None, now=now)
    _note(by, "register_for", registration, now)
    confirming.tell_status(registrations=[registration], now=now)
    return registration


def held(*, event: Event) -> Event:
    """The event, held by this transaction: places are counted one registration at a time."""
    return Event.objects.select_for_update().get(pk=event.pk)


def why_closed(*, event: Event) -> str:
    """Why nobody may register by themselves now."""
    if event.state == EventState.DRAFT:
        return _("Les inscriptions ne sont pas encore ouvertes.")
    if event.state == EventState.CANCELLED:
        return _("Cet événement est annulé : il ne prend plus d'inscription.")
    where = event.contact_email or event.organised_by_name
    if event.state == EventState.CLOSED:
        return _("Cet événement est terminé.")
    return _("Les inscriptions sont closes : pour une inscription tardive, écrivez à l'organisateur (%(where)s).") % {
        "where": where
    }


def taken(*, event: Event) -> int:
    """How many people are accepted, each of a group counted."""
    people = Attendee.objects.in_accepted().filter(registration__event=event, erased_at__isnull=True)
    return people.aggregate(n=Sum("group_size"))["n"] or 0


def place_of(*, event: Event, people: Sequence[Coming]) -> RegistrationStatus:
    """Accepted, or on the waiting list when there is no room, or when others already wait."""
    if event.max_people is None:
        return RegistrationStatus.ACCEPTED
    waits = event.registrations.filter(status=RegistrationStatus.WAITING).exists()
    fits = taken(event=event) + sum(person.group_size for person in people) <= event.max_people
    return RegistrationStatus.ACCEPTED if fits and not waits else RegistrationStatus.WAITING


def fill_freed_places(*, event: Event, now: datetime) -> list[Registration]:
    """Accept those who wait, in order, as long as they fit, and write to them; the caller holds the event. Returns who entered.

    Nobody enters an event that is over.
    """
    entered: list[Registration] = []
    if event.state in OVER:
        return entered
    waiting = event.registrations.filter(status=RegistrationStatus.WAITING).order_by("registered_at", "pk")
    room = None if event.max_people is None else event.max_people - taken(event=event)
    for registration in waiting.annotate(size=Sum("attendees__group_size", filter=Q(attendees__erased_at__isnull=True))):
        size = registration.size or 0
        if room is not None and size > room:
            break
        room = None if room is None else room - size
        registration.status, registration.decided_at = RegistrationStatus.ACCEPTED, now
        registration.save(update_fields=["status", "decided_at"])
        _note("command:waiting_list", "accept_registration", registration, now)
        entered.append(registration)
    confirming.tell_status(registrations=entered, now=now)
    return entered


def create(
    *, event: Event, told: Told, people: Sequence[Coming], status: str, agreed_at: datetime | None, now: datetime
) -> Registration:
    """Write a participation and its people; what is allowed is the caller's affair."""
    fields = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(told).items()}
    decided = None if status in (RegistrationStatus.REQUESTED, RegistrationStatus.WAITING) else now
    registration = Registration.objects.create(event=event, status=status, registered_at=now, decided_at=decided, **fields)
    rows = [Attendee(registration=registration, consented_at=agreed_at, **columns_of(person=person)) for person in people]
    Attendee.objects.bulk_create(rows)
    return registration


def columns_of(*, person: Coming) -> dict[str, object]:
    """A person as the columns of their record."""
    return {**asdict(person), "absent_slots": sorted(person.absent_slots)}


def check_told(*, event: Event, told: Told, people: Sequence[Coming]) -> None:
    """Raise BadInput, with its sentence, when what is told cannot be kept."""
    sides = [side for side, _label in event.sides()]
    if told.side not in sides:
        raise BadInput("bad_side", _("Choisissez comment vous participez : %(sides)s.") % {
            "sides": ", ".join(str(label) for _side, label in event.sides())
        })  # fmt: skip
    check_words(told=told)
    if not 1 <= len(people) <= MOST_PEOPLE:
        raise BadInput("people", _("Inscrivez de 1 à %(n)s personnes à la fois.") % {"n": MOST_PEOPLE})
    for person in people:
        check_person(event=event, person=person)


def check_words(*, told: Told) -> None:
    """The texts of a participation."""
    if told.siret:
        codes.siret(told.siret)
    try:
        check_name(told.name, 160)
    except Fault as fault:
        raise unfit(fault, _("nom de l'organisation")) from fault
    for text, most, where in (
        (told.presentation, 2000, _("présentation")),
        (told.seeks, 1000, _("ce que vous cherchez")),
        (told.offers, 1000, _("ce que vous proposez")),
    ):
        try:
            check_text(text, most)
        except Fault as fault:
            raise unfit(fault, where) from fault


def check_person(*, event: Event, person: Coming) -> None:
    """What is said of a person: their texts, and at least one slot where they are there."""
    for check_one, text, most, where in (
        (check_name, person.name, 120, _("nom de la personne")),
        (check_text, person.function, 120, _("fonction")),
        (check_text, person.email, 254, _("adresse électronique")),
        (check_text, person.phone, 20, _("téléphone")),
        (check_text, person.interpreter, 60, _("interprète")),
        (check_text, person.needs_note, 500, _("autre besoin")),
    ):
        try:
            check_one(text, most)
        except Fault as fault:
            raise unfit(fault, where) from fault
    slots = set(event.slots.values_list("number", flat=True))
    if slots and slots <= set(person.absent_slots):
        says = _("%(name)s n'est disponible à aucun créneau : cochez-en au moins un.") % {"name": person.name}
        raise BadInput("no_availability", says, at="slots")


def _note(by: User | str, verb: str, registration: Registration, now: datetime) -> None:
    after = {"status": registration.status, "side": registration.side}
    record_act(by=by, verb=verb, thing=registration, now=now, after=after)


def _known(event: Event, told: Told, people: Sequence[Coming]) -> Attendee | None:
    """Somebody we already know by this establishment or one of these addresses, with an address to write to if possible."""
    addresses = Q(pk__in=[])
    for person in people:
        if person.email:
            addresses |= Q(email__iexact=person.email)
    same = Q(registration__siret=told.siret, registration__side=told.side) if told.siret else Q(pk__in=[])
    found = Attendee.objects.filter(registration__event=event, registration__status__in=LIVE_STATUSES, erased_at__isnull=True)
    rows = list(found.filter(addresses | same).select_related("registration__event").order_by("pk"))
    return next((one for one in rows if one.email), rows[0] if rows else None)


def _check_day(event: Event, people: Sequence[Coming], now: datetime) -> None:
    today = Q(registered_at__gte=datetime.combine(paris_day(now), time.min, PARIS), batch__isnull=True)
    says = _(
        "Trop d'inscriptions sont arrivées aujourd'hui : revenez demain, ou écrivez à l'organisateur. Rien n'a été enregistré."
    )
    if event.registrations.filter(today).count() >= PER_DAY:
        raise Refused("too_many_registrations", says)
    for email in {person.email.lower() for person in people if person.email}:
        if Registration.objects.filter(today, attendees__email__iexact=email).distinct().count() >= PER_ADDRESS:
            raise Refused("too_many_registrations", says)
