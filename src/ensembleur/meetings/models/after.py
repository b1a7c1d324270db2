"""What people are written, and what they say a meeting led to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import LaterNews, NextStep, Side
from ensembleur.meetings.models.events import Event
from ensembleur.meetings.models.registrations import Attendee
from ensembleur.meetings.models.timetables import Meeting


class Outcome(models.Model):
    """What one side says of a meeting: two taps on the day, and what became of it six months after."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="outcomes")
    side = models.CharField(max_length=1, choices=Side)
    by = models.ForeignKey(Attendee, models.SET_NULL, null=True, related_name="outcomes")
    is_useful = models.BooleanField(_("utile"), null=True, blank=True)
    next_step = models.CharField(_("suite"), max_length=18, choices=NextStep, blank=True)
    note = models.CharField(_("note pour vous"), max_length=500, blank=True)
    said_at = models.DateTimeField()
    later = models.CharField(max_length=10, choices=LaterNews, blank=True)
    later_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["meeting", "side"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "side"], name="each_side_says_its_outcome_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side}"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Lists of letters."""

    def waiting(self) -> LetterQuerySet:
        """Those that may leave: neither handed over, nor given up, nor without an address or a reader."""
        kept = self.filter(handed_at__isnull=True, sent_at__isnull=True, failed_at__isnull=True)
        return kept.exclude(attendee__email="").filter(attendee__erased_at__isnull=True)

    def in_doubt(self) -> LetterQuerySet:
        """Handed over by a process that died before the answer: nobody knows whether they left."""
        return self.filter(handed_at__isnull=False, sent_at__isnull=True, failed_at__isnull=True)


class Letter(models.Model):
    """One e-mail to one person of an event, written in the transaction of what it tells, sent afterwards, once.

    key : names what is told and to whom; told once.   short : the same in at most 160 characters, for a text message.
    calendar : the .ics file that goes with it, "" when none does.   handed_at : noted before the mail server is given it, so that
    no letter leaves twice.   retry_at : when it is tried again, after the server surely did not accept it.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="letters")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="letters")
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField(max_length=8000)
    short = models.CharField(max_length=160, blank=True)
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    written_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.subject
