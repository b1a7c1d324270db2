"""Who wants to meet whom, and who never wants to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import WishLevel, WishState
from ensembleur.meetings.models.events import Event
from ensembleur.meetings.models.registrations import Attendee, ImportBatch, Registration


class WishQuerySet(models.QuerySet["Wish"]):
    """Lists of wishes."""

    def visible_to(self, actor: Any) -> WishQuerySet:
        """Those one sent or received; the organisers see all of their event."""
        if isinstance(actor, Attendee):
            mine = Registration.objects.filter(pk=actor.registration_id)
            organised = Event.objects.none()
        elif getattr(actor, "is_authenticated", False) and actor.is_active:
            mine = Registration.objects.filter(attendees__user=actor)
            organised = Event.objects.organised_by(actor)
        else:
            return self.none()
        return self.filter(Q(sender__in=mine) | Q(receiver__in=mine) | Q(sender__event__in=organised))

    def of_event(self, event: Event) -> WishQuerySet:
        """Those of one event."""
        return self.filter(sender__event=event)

    def open(self) -> WishQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=WishState.SENT)


class Wish(models.Model):
    """One participation asks to meet another; `group` : the group of pupils it is for, `named` : the representative wanted.

    `answer_level` : how much the other side wants it, once accepted.
    """

    sender = models.ForeignKey(Registration, models.CASCADE, related_name="wishes_sent")
    receiver = models.ForeignKey(Registration, models.CASCADE, related_name="wishes_received")
    group = models.ForeignKey(Attendee, models.CASCADE, null=True, blank=True, related_name="+")
    named = models.ForeignKey(Attendee, models.SET_NULL, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=4, choices=WishLevel, default=WishLevel.LIKE)
    note = models.CharField(_("message"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=WishState, default=WishState.SENT)
    answer_level = models.CharField(max_length=4, choices=WishLevel, blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, blank=True, related_name="wishes")
    objects = WishQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-sent_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "expires_at"], name="wishes_by_expiry")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "receiver"], condition=Q(group__isnull=True), name="wish_is_sent_once_to_each"
            ),
            models.UniqueConstraint(
                fields=["sender", "receiver", "group"], condition=Q(group__isnull=False), name="wish_is_sent_once_for_each_group"
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="wish_is_for_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"


class Refusal(models.Model):
    """One participation never wants to meet another: read by the computation alone, shown to nobody but its author."""

    by = models.ForeignKey(Registration, models.CASCADE, related_name="refusals")
    of = models.ForeignKey(Registration, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "of"], name="refusal_is_said_once"),
            models.CheckConstraint(condition=~Q(by=F("of")), name="refusal_is_of_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}"
