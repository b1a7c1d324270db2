"""Meetings, the versions of their timetable, the computations and the changes proposed on the day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ensembleur.accounts.models import User
from ensembleur.meetings.choices import (
    ComputationState,
    MeetingOrigin,
    MeetingState,
    ProposalKind,
    ProposalState,
    VersionOrigin,
    VersionState,
)
from ensembleur.meetings.models.events import Event, Place
from ensembleur.meetings.models.registrations import Attendee, Registration
from ensembleur.meetings.models.wishes import Wish


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Lists of meetings."""

    def visible_to(self, actor: Any) -> MeetingQuerySet:
        """Those of one's own participations; the organisers see all of their event."""
        if isinstance(actor, Attendee):
            return self.filter(Q(registration_a=actor.registration_id) | Q(registration_b=actor.registration_id))
        if not getattr(actor, "is_authenticated", False) or not actor.is_active:
            return self.none()
        mine = Registration.objects.filter(attendees__user=actor)
        organised = Event.objects.organised_by(actor)
        return self.filter(Q(registration_a__in=mine) | Q(registration_b__in=mine) | Q(event__in=organised))


class Meeting(models.Model):
    """One meeting of two participations; when and where it is depends on the version of the timetable.

    uid : what calendars know it by, for ever.   sequence : how many times its hour, its place or its life changed once told.
    told_slot, told_place : what people were last told; None before.   weight, is_must : what placing it is worth.
    confirm_by : for visits, the day after which a side that has not confirmed loses it.   came : how many pupils came; None as long as
    nobody said.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="meetings")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration_a = models.ForeignKey(Registration, models.CASCADE, related_name="meetings_a")
    registration_b = models.ForeignKey(Registration, models.CASCADE, related_name="meetings_b")
    group = models.ForeignKey(Attendee, models.SET_NULL, null=True, blank=True, related_name="+")
    wish = models.ForeignKey(Wish, models.SET_NULL, null=True, blank=True, related_name="meetings")
    origin = models.CharField(max_length=8, choices=MeetingOrigin, default=MeetingOrigin.WISH)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    weight = models.PositiveSmallIntegerField(default=1)
    is_must = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    told_slot = models.PositiveSmallIntegerField(null=True, blank=True)
    told_place = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    confirm_by = models.DateField(null=True, blank=True)
    confirmed_a_at = models.DateTimeField(null=True, blank=True)
    confirmed_b_at = models.DateTimeField(null=True, blank=True)
    came = models.PositiveSmallIntegerField(null=True, blank=True)
    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["event", "pk"]
        indexes: ClassVar = [models.Index(fields=["event", "state"], name="meetings_by_state")]

    def __str__(self) -> str:
        return f"{self.registration_a} · {self.registration_b}"


class VersionQuerySet(models.QuerySet["Version"]):
    """Lists of versions."""

    def visible_to(self, user: Any) -> VersionQuerySet:
        """Those of the events one organises."""
        return self.filter(event__in=Event.objects.organised_by(user))


class Version(models.Model):
    """One timetable of an event: written once, never changed but for its state and its locks; a draft moved by hand is completed.

    problem : what was asked, as the engine's JSON.   input_hash : its SHA-256.   score, unplaced, faults : the engine's words; the
    faults are the checker's, not the solver's.   bound : no timetable of the same meetings has fewer breaks; None when unproved.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    origin = models.CharField(max_length=10, choices=VersionOrigin, default=VersionOrigin.COMPUTED)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    note = models.CharField(pgettext_lazy("planning", "note"), max_length=300, blank=True)
    problem = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, blank=True)
    seed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    engine = models.CharField(max_length=200, blank=True)
    score = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    unplaced = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    bound = models.PositiveIntegerField(null=True, blank=True)
    is_optimal = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["event", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "number"], name="version_number_is_used_once"),
            models.UniqueConstraint(
                fields=["event"], condition=Q(state=VersionState.PUBLISHED), name="event_has_one_published_version"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, published_at__isnull=True)
                | (~Q(state=VersionState.DRAFT) & Q(published_at__isnull=False)),
                name="version_is_published_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.number}"


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Lists of placements."""

    def of_person(self, attendee: Attendee) -> PlacementQuerySet:
        """Those one attends."""
        return self.filter(Q(attendee_a=attendee) | Q(attendee_b=attendee) | Q(interpreter=attendee))

    def published(self) -> PlacementQuerySet:
        """Those of the timetables people were told."""
        return self.filter(version__state=VersionState.PUBLISHED)

    def placed(self) -> PlacementQuerySet:
        """Those that have a slot."""
        return self.filter(slot__isnull=False)


class Placement(models.Model):
    """Where a version puts a meeting, and who sits there; without slot, `why` says why."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="placements")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="placements")
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.ForeignKey(Place, models.SET_NULL, null=True, blank=True, related_name="+")
    attendee_a = models.ForeignKey(Attendee, models.CASCADE, related_name="placements_a")
    attendee_b = models.ForeignKey(Attendee, models.CASCADE, related_name="placements_b")
    interpreter = models.ForeignKey(Attendee, models.SET_NULL, null=True, blank=True, related_name="placements_interpreted")
    locked = models.BooleanField(default=False)
    why = models.CharField(max_length=20, blank=True)
    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["version", "slot", "pk"]
        indexes: ClassVar = [models.Index(fields=["version", "slot"], name="placements_by_slot")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "meeting"], name="meeting_is_placed_once_per_version"),
            # The last word is the database's: nobody sits twice, and no table holds two meetings, in one slot of a version.
            models.UniqueConstraint(fields=["version", "slot", "attendee_a"], name="nobody_sits_twice_on_side_a"),
            models.UniqueConstraint(fields=["version", "slot", "attendee_b"], name="nobody_sits_twice_on_side_b"),
            models.UniqueConstraint(fields=["version", "slot", "place"], name="a_place_holds_one_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} · {self.slot}"


class Computation(models.Model):
    """One asking for a timetable: its parameters, where it stands, the version it made. `beat_at` : its last sign of life."""

    SILENCE: ClassVar = timedelta(seconds=30)

    event = models.ForeignKey(Event, models.CASCADE, related_name="computations")
    state = models.CharField(max_length=8, choices=ComputationState, default=ComputationState.WAITING)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    parameters = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    sentence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=[ComputationState.WAITING, ComputationState.RUNNING]),
                name="event_computes_one_timetable_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.get_state_display()}"

    def is_silent(self, now: datetime) -> bool:
        """Whether it died without a word."""
        return self.state == ComputationState.RUNNING and now - self.beat_at > self.SILENCE


class Proposal(models.Model):
    """A change of the published timetable, shown as a difference and applied by somebody or by nobody.

    changes : what happened, as the engine's JSON.   lines : the difference, one meeting a line.   `new_version` : what it made.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="proposals")
    base = models.ForeignKey(Version, models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=18, choices=ProposalKind)
    state = models.CharField(max_length=8, choices=ProposalState, default=ProposalState.PROPOSED)
    about = models.ForeignKey(Attendee, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    changes = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    new_version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED) & Q(decided_at__isnull=False)),
                name="change_is_decided_iff_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.event}"
