"""How an event stands, participation by participation: fill, coverage, and who is left alone. Private refusals are never read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import LIVE_STATUSES, EventKind, MeetingState, RegistrationStatus, WishState
from ensembleur.meetings.models import Attendee, Event, Meeting, Place, Placement, Registration, Version, Wish

FEW = 3
SLOW = timedelta(days=7)
ASKED = (WishState.SENT, WishState.ACCEPTED)


@dataclass(frozen=True)
class Part:
    """One live participation. sent, received : its wishes by state.   oldest : since when an answer is awaited from it.

    meetings : how many the current timetable gives it, None without timetable.   seats : slots of its people, absences taken off.
    """

    pk: int
    name: str
    side: str
    status: str
    people: int = 0
    seats: int = 0
    is_blank: bool = False
    sent: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    oldest: datetime | None = None
    meetings: int | None = None

    @property
    def is_in(self) -> bool:
        """Whether it takes part."""
        return self.status == RegistrationStatus.ACCEPTED

    @property
    def to_answer(self) -> int:
        """The wishes that wait for its answer."""
        return self.received[WishState.SENT]

    @property
    def asked(self) -> int:
        """The wishes of others that still hold."""
        return sum(self.received[state] for state in ASKED)

    @property
    def has_wish(self) -> bool:
        """Whether it wants somebody, or somebody wants it."""
        return any(
            counts[state] for counts in (self.sent, self.received) for state in (*ASKED, WishState.DECLINED, WishState.LAPSED)
        )

    @property
    def is_left_alone(self) -> bool:
        """Whether it has wishes and none that can still become a meeting."""
        return self.has_wish and not any(counts[state] for counts in (self.sent, self.received) for state in ASKED)


@dataclass(frozen=True)
class SideLine:
    """One side in figures: participations by status, and people who take part."""

    label: Promise | str
    requested: int
    accepted: int
    waiting: int
    people: int
    blank: int
    wishing: int


@dataclass(frozen=True)
class Overview:
    """An event as its organiser's desk shows it. `capacity` : meetings that slots and tables hold; `expected` : meetings to place."""

    event: Event
    parts: list[Part]
    slots: int
    places: int
    capacity: int
    expected: int
    version: Version | None
    unplaced: int

    @property
    def accepted(self) -> list[Part]:
        """Those who take part."""
        return [part for part in self.parts if part.is_in]

    @property
    def people(self) -> int:
        """How many people take part."""
        return sum(part.people for part in self.accepted)

    @property
    def covered(self) -> float | None:
        """The share of participations with a wish, sent or received; None without participation."""
        return sum(part.has_wish for part in self.accepted) / len(self.accepted) if self.accepted else None

    @property
    def open_answers(self) -> int:
        """The wishes that wait for an answer."""
        return sum(part.to_answer for part in self.accepted)

    def sides(self) -> list[SideLine]:
        """Each side in figures."""
        lines = []
        for side, label in self.event.sides():
            here = [part for part in self.parts if part.side == side]
            within = [part for part in here if part.is_in]
            statuses = Counter(part.status for part in here)
            lines.append(
                SideLine(
                    label,
                    statuses[RegistrationStatus.REQUESTED],
                    len(within),
                    statuses[RegistrationStatus.WAITING],
                    sum(part.people for part in within),
                    sum(part.is_blank for part in within),
                    sum(part.has_wish for part in within),
                )
            )
        return lines

    def listed(self, name: str) -> list[Part]:
        """The participations of one of LISTS."""
        return [part for part in self.parts if LISTS[name].keeps(part, self)]

    def answers_by_age(self, now: datetime) -> list[tuple[Promise | str, int]]:
        """[(how old, how many participations have an answer to give since then)], by their oldest one."""
        ages = [now - part.oldest for part in self.accepted if part.oldest is not None]
        young, slow = (timedelta(days=3), SLOW)
        return [
            (_("moins de 3 jours"), sum(age < young for age in ages)),
            (_("3 à 7 jours"), sum(young <= age < slow for age in ages)),
            (_("plus de 7 jours"), sum(age >= slow for age in ages)),
        ]


@dataclass(frozen=True)
class List:
    """A list of the desk: its title, why it matters, who is in it; `told` : shown only once there is a timetable."""

    title: Promise | str
    why: Promise | str
    keeps: Callable[[Part, Overview], bool]
    told: bool = False


LISTS: dict[str, List] = {
    "a-valider": List(
        _("À valider"),
        _("Ces participations attendent votre accord."),
        lambda part, _all: part.status == RegistrationStatus.REQUESTED,
    ),
    "attente": List(
        _("Liste d'attente"),
        _("Ces participations entrent dès qu'une place se libère."),
        lambda part, _all: part.status == RegistrationStatus.WAITING,
    ),
    "profils-vides": List(
        _("Profils vides"),
        _("Rien ne dit ce qu'elles cherchent ni ce qu'elles proposent : personne ne peut les choisir."),
        lambda part, _all: part.is_in and part.is_blank,
    ),
    "sans-voeu": List(
        _("Sans aucun vœu"),
        _("Aucun vœu envoyé ni reçu : sans appel de votre part, elles n'auront pas de rendez-vous."),
        lambda part, _all: part.is_in and not part.has_wish,
    ),
    "sans-suite": List(
        _("Aucun vœu qui tienne"),
        _("Tous les vœux, envoyés ou reçus, sont déclinés ou restés sans réponse à temps."),
        lambda part, _all: part.is_in and part.is_left_alone,
    ),
    "reponses": List(
        _("Réponses à donner"),
        _("D'autres attendent leur réponse, les plus anciennes d'abord."),
        lambda part, _all: part.is_in and part.oldest is not None,
    ),
    "tres-demandes": List(
        _("Plus demandés que leurs créneaux"),
        _("Plus de vœux reçus que de créneaux : certains de ceux qui les demandent ne les verront pas."),
        lambda part, _all: part.is_in and part.asked > part.seats > 0,
    ),
    "plafond": List(
        _("Plafond de vœux atteint"),
        _("Elles ne peuvent plus envoyer de vœu tant que d'autres ne leur ont pas répondu."),
        lambda part, whole: part.is_in and part.sent[WishState.SENT] >= whole.event.max_open_wishes,
    ),
    "peu-de-rendez-vous": List(
        _("Moins de trois rendez-vous"),
        _("Dans le dernier planning, elles ont moins de trois rendez-vous."),
        lambda part, _all: part.is_in and part.meetings is not None and part.meetings < FEW,
        told=True,
    ),
}
# A bus carries people: nobody wishes for anybody.
_WITHOUT_WISHES = ("a-valider", "attente")


def lists_of(event: Event) -> list[str]:
    """The names of the lists that have a sense for this kind of event."""
    return list(_WITHOUT_WISHES if event.kind == EventKind.TOUR else LISTS)


def recommended_tables(meetings: int, slots: int) -> tuple[int, int] | None:
    """Meetings ÷ slots, plus 10 to 20 %: what organisers of forums keep as a margin. None when either is unknown."""
    return (ceil(meetings / slots * 1.1), ceil(meetings / slots * 1.2)) if meetings and slots else None


def expected_meetings(event: Event) -> int:
    """The meetings to place: those selected, else the wishes that may become one."""
    selected = Meeting.objects.filter(event=event).exclude(state=MeetingState.CANCELLED).count()
    return selected or Wish.objects.of_event(event).filter(state__in=ASKED[1:] if event.asks_both else ASKED).count()


def overview_of(event: Event) -> Overview:
    """Everything the desk says, in ten queries whatever the size of the event."""
    slots = event.slots.count()
    closed = list(Place.objects.filter(event=event).values_list("closed_slots", flat=True))
    version = event.published_version or event.versions.defer("problem").order_by("-number").first()
    placed = Placement.objects.filter(version=version, slot__isnull=True).count() if version else 0
    return Overview(
        event=event,
        parts=_parts(event, slots, version),
        slots=slots,
        places=len(closed),
        capacity=sum(slots - len(one) for one in closed),
        expected=expected_meetings(event),
        version=version,
        unplaced=placed,
    )


def _parts(event: Event, slots: int, version: Version | None) -> list[Part]:
    people, seats = _people(event, slots)
    sent, _since = _wishes(event, "sender")
    received, oldest = _wishes(event, "receiver")
    meetings = _meetings(version)
    rows = Registration.objects.filter(event=event, status__in=LIVE_STATUSES).order_by("name", "pk")
    said = rows.values_list("pk", "name", "side", "status", "seeks", "offers", "presentation")
    return [
        Part(
            pk, name, side, status, people[pk], seats[pk], not any(words),
            sent.get(pk, Counter()), received.get(pk, Counter()), oldest.get(pk), None if meetings is None else meetings[pk],
        )
        for pk, name, side, status, *words in said
    ]  # fmt: skip


def _people(event: Event, slots: int) -> tuple[Counter[int], Counter[int]]:
    """How many people each participation brings, a group counted whole, and the slots they offer together."""
    people: Counter[int] = Counter()
    seats: Counter[int] = Counter()
    rows = Attendee.objects.filter(registration__event=event, erased_at__isnull=True, is_interpreter=False).order_by()
    for registration, size, absent in rows.values_list("registration", "group_size", "absent_slots"):
        people[registration] += size
        seats[registration] += max(0, slots - len(absent))
    return people, seats


def _wishes(event: Event, end: str) -> tuple[dict[int, Counter[str]], dict[int, datetime]]:
    """The wishes at one end, by participation and state, and since when the oldest open one waits; a withdrawn one is nobody's."""
    found: dict[int, Counter[str]] = {}
    oldest: dict[int, datetime] = {}
    rows = Wish.objects.of_event(event).exclude(state=WishState.WITHDRAWN).order_by().values_list(end, "state")
    for registration, state, count, since in rows.annotate(Count("pk"), Min("sent_at")):
        found.setdefault(registration, Counter())[state] = count
        if state == WishState.SENT:
            oldest[registration] = since
    return found, oldest


def _meetings(version: Version | None) -> Counter[int] | None:
    if version is None:
        return None
    found: Counter[int] = Counter()
    rows = Placement.objects.filter(version=version).placed().filter(~Q(meeting__state=MeetingState.CANCELLED)).order_by()
    for pair in rows.values_list("meeting__registration_a", "meeting__registration_b"):
        found.update(pair)
    return found
