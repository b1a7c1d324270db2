"""An event: what it is, who organises it, its slots and its places."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Organisation, User
from ensembleur.accounts.queries import perimeter_of, within
from ensembleur.meetings.choices import SIDES, EventKind, EventState, OrganiserRole, PlaceKind, Side


class EventQuerySet(models.QuerySet["Event"]):
    """Lists of events."""

    def organised_by(self, user: Any) -> EventQuerySet:
        """Those this person organises, and those of the places they administer."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(Q(organisers__user=user) | within(perimeter_of(user, Role.ADMIN), commune="commune")).distinct()

    def visible_to(self, user: Any) -> EventQuerySet:
        """Everybody sees what is announced; a draft is its organisers'."""
        return self.filter(~Q(state=EventState.DRAFT) | Q(pk__in=Event.objects.organised_by(user).values("pk")))


class Event(models.Model):
    """A forum, a job dating, a day of visits, a fair, a bus tour.

    commune : INSEE code.   longitude, latitude : degrees, WGS 84.   two_sided : A meets B; otherwise anyone meets anyone.
    max_meetings, max_consecutive : for those who say nothing else.   max_open_wishes : wishes of one participation that wait for an
    answer.   answer_days : after which a wish without answer lapses.   asks_both : a meeting needs an accepted wish; otherwise a
    wish nobody declined may become one.   grace_minutes : how long one waits for the other.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=160)
    kind = models.CharField(_("type"), max_length=12, choices=EventKind)
    state = models.CharField(max_length=14, choices=EventState, default=EventState.DRAFT)
    state_since = models.DateTimeField()
    summary = models.TextField(_("présentation"), max_length=4000, blank=True)
    organised_by_name = models.CharField(_("organisé par"), max_length=160)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    contact_email = models.EmailField(_("adresse pour les questions"), blank=True)
    place_name = models.CharField(_("lieu"), max_length=160, blank=True)
    address = models.CharField(_("adresse"), max_length=240, blank=True)
    commune = models.CharField(_("commune"), max_length=5)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    starts_on = models.DateField(_("premier jour"))
    ends_on = models.DateField(_("dernier jour"))
    two_sided = models.BooleanField(default=True)
    registration_closes_at = models.DateTimeField(_("fin des inscriptions"), null=True, blank=True)
    wishes_close_at = models.DateTimeField(_("fin des vœux"), null=True, blank=True)
    needs_approval = models.BooleanField(_("chaque inscription est validée"), default=True)
    max_people = models.PositiveIntegerField(_("nombre de personnes"), null=True, blank=True)
    max_meetings = models.PositiveSmallIntegerField(_("rendez-vous au plus par personne"), null=True, blank=True)
    max_consecutive = models.PositiveSmallIntegerField(_("rendez-vous d'affilée avant une pause"), null=True, blank=True)
    max_open_wishes = models.PositiveSmallIntegerField(_("vœux en attente au plus"), default=20)
    answer_days = models.PositiveSmallIntegerField(_("jours pour répondre à un vœu"), default=10)
    asks_both = models.BooleanField(_("un rendez-vous demande l'accord des deux"), default=True)
    grace_minutes = models.PositiveSmallIntegerField(_("minutes d'attente"), default=5)
    is_fictional = models.BooleanField(default=False)
    published_version = models.ForeignKey("meetings.Version", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_on", "title", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "starts_on"], name="events_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="event_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True) | Q(longitude__isnull=False, latitude__isnull=False),
                name="event_stands_at_a_whole_point",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def side_label(self, side: str) -> Promise | str:
        """What the people of a side are called here."""
        if side not in Side.values:
            return _("Participant")
        return SIDES[EventKind(self.kind)][0 if side == Side.A else 1]

    def sides(self) -> list[tuple[str, Promise | str]]:
        """[(side, what its people are called)]: two, or one when anyone meets anyone."""
        return [(side, self.side_label(side)) for side in (Side.values if self.two_sided else [""])]

    def takes_registrations(self, now: datetime) -> bool:
        """Whether somebody may register now; late ones go through the organiser."""
        is_open = self.state in (EventState.REGISTRATION, EventState.WISHES)
        return is_open and (self.registration_closes_at is None or now < self.registration_closes_at)

    def takes_wishes(self, now: datetime) -> bool:
        """Whether wishes are sent and answered now."""
        return self.state == EventState.WISHES and (self.wishes_close_at is None or now < self.wishes_close_at)


class Organiser(models.Model):
    """Somebody who runs an event, or welcomes people on the day."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="organisers")
    user = models.ForeignKey(User, models.CASCADE, related_name="organised")
    role = models.CharField(max_length=6, choices=OrganiserRole, default=OrganiserRole.LEAD)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "user"], name="organiser_is_named_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.event}"


class Slot(models.Model):
    """One interval of the day. `number` runs from 0 without hole; slots of one session share its name."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    session = models.CharField(_("session"), max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["event", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "number"], name="slot_number_is_used_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M} · {self.event}"


class Place(models.Model):
    """A table, a stand, a room, a site, a remote room. `closed_slots` : the numbers of the slots where it cannot be used."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="places")
    rank = models.PositiveIntegerField(default=0)
    code = models.CharField(_("numéro ou nom"), max_length=60)
    kind = models.CharField(_("type"), max_length=8, choices=PlaceKind, default=PlaceKind.TABLE)
    step_free = models.BooleanField(_("sans marche"), default=True)
    quiet = models.BooleanField(_("au calme"), default=False)
    link = models.URLField(_("lien de la salle à distance"), blank=True)
    address = models.CharField(_("adresse"), max_length=240, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    closed_slots = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["event", "rank", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "code"], name="place_code_is_used_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """« Table 12 », « Salle B », or its name when it says what it is."""
        is_number = self.kind not in (PlaceKind.SITE, PlaceKind.REMOTE) and self.code[:1].isdigit()
        return f"{self.get_kind_display()} {self.code}" if is_number else self.code
