"""Visits on offer, stops of a bus, sessions of a fair, and the seats people book."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ensembleur.meetings.choices import BookingState
from ensembleur.meetings.models.events import Event, Place
from ensembleur.meetings.models.registrations import Attendee, Registration


class VisitOffer(models.Model):
    """What a site shows, to whom and under which rules. `seats` : people in one group; `groups_at_once` : groups in one slot."""

    registration = models.OneToOneField(Registration, models.CASCADE, related_name="visit")
    title = models.CharField(_("ce qu'on y voit"), max_length=160)
    summary = models.TextField(_("déroulement"), max_length=2000, blank=True)
    seats = models.PositiveSmallIntegerField(_("personnes par groupe"))
    groups_at_once = models.PositiveSmallIntegerField(_("groupes en même temps"), default=1)
    min_age = models.PositiveSmallIntegerField(_("âge minimum"))
    max_age = models.PositiveSmallIntegerField(_("âge maximum"), null=True, blank=True)
    safety_rules = models.TextField(_("consignes de sécurité"), max_length=2000)
    step_free = models.BooleanField(_("accessible sans marche"), default=False)
    address = models.CharField(_("adresse"), max_length=240)
    commune = models.CharField(_("commune"), max_length=5)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seats__gte=1, groups_at_once__gte=1), name="visit_has_room_for_somebody"),
            models.CheckConstraint(
                condition=Q(max_age__isnull=True) | Q(max_age__gte=F("min_age")), name="visit_ages_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TourStop(models.Model):
    """Where the bus stops, and when."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="stops")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(pgettext_lazy("tournée", "étape"), max_length=160)
    address = models.CharField(_("adresse"), max_length=240)
    commune = models.CharField(_("commune"), max_length=5)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    arrives_at = models.DateTimeField(_("arrivée"))
    leaves_at = models.DateTimeField(pgettext_lazy("tournée", "départ"))
    registration = models.ForeignKey(Registration, models.SET_NULL, null=True, blank=True, related_name="stops")

    class Meta:
        ordering: ClassVar = ["event", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "number"], name="stop_number_is_used_once"),
            models.CheckConstraint(condition=Q(leaves_at__gte=F("arrives_at")), name="bus_leaves_after_it_arrives"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeSession(models.Model):
    """A talk, a workshop, a demonstration of the programme. `seats` : None when anyone may walk in."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    title = models.CharField(_("titre"), max_length=160)
    summary = models.TextField(_("présentation"), max_length=2000, blank=True)
    speakers = models.CharField(_("intervenants"), max_length=300, blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    place = models.ForeignKey(Place, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    seats = models.PositiveIntegerField(_("places"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.title


class Booking(models.Model):
    """A seat in a session of the programme.

    uid : what calendars know it by.   sequence : how many times the talk moved, or the seat was given back or taken again, once
    told.   changed_at : when that last happened; None when it never did.
    """

    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="bookings")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="bookings")
    state = models.CharField(max_length=10, choices=BookingState, default=BookingState.BOOKED)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["session", "booked_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "attendee"], name="seat_is_booked_once")]

    def __str__(self) -> str:
        return f"{self.attendee} · {self.session}"
