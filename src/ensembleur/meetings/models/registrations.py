"""Who takes part: an organisation or a person alone, and the people who come for it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.meetings.choices import LIVE_STATUSES, BatchState, Origin, RegistrationStatus, Side
from ensembleur.meetings.models.events import Event, Place


class ImportBatch(models.Model):
    """One file brought in: what it added and changed, so that it can be taken back, and the lines it left out, as [line, why, text].

    former : {"r" (participation) or "a" (person) and its number: {field: [before, after]}}.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="batches")
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.APPLIED)
    counts = models.JSONField(default=dict)
    rejects = models.JSONField(default=list)
    former = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Lists of participations."""

    def live(self) -> RegistrationQuerySet:
        """Neither refused nor cancelled."""
        return self.filter(status__in=LIVE_STATUSES)

    def accepted(self) -> RegistrationQuerySet:
        """Those who take part."""
        return self.filter(status=RegistrationStatus.ACCEPTED)

    def visible_to(self, actor: Any) -> RegistrationQuerySet:
        """The organisers see all of their event; a participant sees their own, and those of the same event who agreed to be listed.

        actor : an account, or the Attendee whose private link was opened.
        """
        if isinstance(actor, Attendee):
            mine, events = Q(pk=actor.registration_id), [actor.registration.event_id] if actor.is_in else []
            organised = Event.objects.none()
        elif getattr(actor, "is_authenticated", False) and actor.is_active:
            own = Attendee.objects.filter(user=actor)
            mine = Q(pk__in=own.values("registration"))
            events = list(own.in_accepted().values_list("registration__event", flat=True).distinct())
            organised = Event.objects.organised_by(actor)
        else:
            return self.none()
        listed = Q(event__in=events, status=RegistrationStatus.ACCEPTED, is_listed=True)
        return self.filter(mine | listed | Q(event__in=organised))


class Registration(models.Model):
    """The participation of an organisation, or of a person alone, in one event.

    siret : "" for a person or an organism of another country.   country : ISO 3166-1 alpha-2.   commune : INSEE code or "".
    sectors : codes of the register's divisions.   occupations : ROME codes.   seeks, offers : what the others read of it.
    headcount : employees, as declared; None when unknown.   is_listed : agrees to appear in the catalogue of participants.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="registrations")
    side = models.CharField(max_length=1, choices=Side, blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.COMPANY)
    name = models.CharField(_("nom"), max_length=160)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    headcount = models.PositiveIntegerField(_("effectif"), null=True, blank=True)
    presentation = models.TextField(_("présentation"), max_length=2000, blank=True)
    seeks = models.TextField(_("ce que vous cherchez"), max_length=1000, blank=True)
    offers = models.TextField(_("ce que vous proposez"), max_length=1000, blank=True)
    sectors = models.JSONField(default=list, blank=True)
    occupations = models.JSONField(default=list, blank=True)
    contracts = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=10, choices=RegistrationStatus, default=RegistrationStatus.REQUESTED)
    is_listed = models.BooleanField(default=True)
    registered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, blank=True, related_name="registrations")
    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [models.Index(fields=["event", "side", "status"], name="registrations_by_side")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "siret", "side"],
                condition=Q(status__in=list(LIVE_STATUSES)) & ~Q(siret=""),
                name="establishment_registers_once_per_side",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    """Lists of people who come."""

    def in_accepted(self) -> AttendeeQuerySet:
        """Those whose participation is accepted."""
        return self.filter(registration__status=RegistrationStatus.ACCEPTED)

    def visible_to(self, actor: Any) -> AttendeeQuerySet:
        """Those of the participations this person may see."""
        return self.filter(registration__in=Registration.objects.visible_to(actor))

    def of(self, actor: Any, event: Event) -> AttendeeQuerySet:
        """Who this person is at this event."""
        mine = self.filter(registration__event=event)
        if isinstance(actor, Attendee):
            return mine.filter(pk=actor.pk)
        return mine.filter(user=actor) if getattr(actor, "is_authenticated", False) else mine.none()


class Attendee(models.Model):
    """A person who comes, or a group of pupils under one name.

    absent_slots : numbers of the slots where they are away.   home : the place they keep all day.   max_meetings,
    max_consecutive : None follows the event.   link_number, calendar_number : moved on to revoke a private link.
    step_free, quiet, interpreter, needs_note : needs read by organisers alone.   group_size, group_age : for a group.
    """

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="attendances")
    name = models.CharField(_("nom"), max_length=120)
    function = models.CharField(_("fonction"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    absent_slots = models.JSONField(default=list, blank=True)
    max_meetings = models.PositiveSmallIntegerField(_("rendez-vous au plus"), null=True, blank=True)
    max_consecutive = models.PositiveSmallIntegerField(_("rendez-vous d'affilée avant une pause"), null=True, blank=True)
    home = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="attendees")
    is_host = models.BooleanField(_("reçoit à sa table"), default=False)
    is_interpreter = models.BooleanField(_("interprète de l'événement"), default=False)
    step_free = models.BooleanField(_("une place sans marche"), default=False)
    quiet = models.BooleanField(_("une place au calme"), default=False)
    interpreter = models.CharField(_("interprète (langue ou langue des signes)"), max_length=60, blank=True)
    needs_note = models.CharField(_("autre besoin"), max_length=500, blank=True)
    group_size = models.PositiveSmallIntegerField(_("nombre de personnes"), default=1)
    group_age = models.PositiveSmallIntegerField(_("âge"), null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    link_number = models.PositiveIntegerField(default=1)
    calendar_number = models.PositiveIntegerField(default=1)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["registration", "pk"]
        indexes: ClassVar = [models.Index(fields=["email"], name="attendees_by_email")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(group_size__gte=1), name="attendee_is_somebody"),
            models.UniqueConstraint(fields=["home"], condition=Q(home__isnull=False), name="place_is_the_home_of_one_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in(self) -> bool:
        """Whether they take part."""
        return self.registration.status == RegistrationStatus.ACCEPTED
