"""What people are told: notices on the platform, the e-mails that carry them, and how each person wants them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import MailingKind, Rhythm, Role
from ensembleur.accounts.models.people import User


class MailingQuerySet(models.QuerySet["Mailing"]):
    """E-mails handed to the mail server, as a person may see them and at a given instant."""

    def visible_to(self, user: Any) -> MailingQuerySet:
        """Administrators answer for the post; everybody else sees the e-mails written to them."""
        from ensembleur.accounts.permissions import holds

        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self if holds(user, Role.ADMIN) else self.filter(user=user)

    def sent(self) -> MailingQuerySet:
        """Those the mail server accepted."""
        return self.filter(sent_at__isnull=False)

    def failed(self) -> MailingQuerySet:
        """Those the mail server refused, and those whose fate it did not tell."""
        return self.filter(failed_at__isnull=False)

    def to_retry_at(self, instant: datetime) -> MailingQuerySet:
        """Those it surely did not accept, whose next attempt is due."""
        return self.filter(retry_at__lte=instant)

    def unsettled(self) -> MailingQuerySet:
        """Logged, then nothing: being sent this very moment, or interrupted."""
        return self.filter(sent_at__isnull=True, failed_at__isnull=True)

    def interrupted_at(self, instant: datetime) -> MailingQuerySet:
        """Those nobody can be sending any more: a process died between the log and the answer of the mail server."""
        return self.unsettled().filter(logged_at__lt=instant - Mailing.LONGEST_SENDING)


class Mailing(models.Model):
    """One e-mail, logged before it is handed to the mail server; never handed twice unless surely not accepted."""

    LONGEST_SENDING = timedelta(minutes=15)  # beyond, an e-mail without an answer was interrupted

    user = models.ForeignKey(User, models.CASCADE, related_name="mailings")
    key = models.CharField(max_length=80, unique=True)  # "single:<notification>", "digest:<user>:<day>"
    kind = models.CharField(max_length=8, choices=MailingKind)
    on_day = models.DateField()  # in Paris
    logged_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    retry_at = models.DateTimeField(null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-logged_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["logged_at"], name="mailings_by_date"),
            models.Index(fields=["retry_at"], condition=models.Q(retry_at__isnull=False), name="mailings_to_try_again"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(failed_at__isnull=True),
                name="mailing_is_sent_or_failed_not_both",
            ),
            models.CheckConstraint(
                condition=models.Q(failed_at__isnull=True, failure="")
                | (models.Q(failed_at__isnull=False) & ~models.Q(failure="")),
                name="mailing_failed_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(retry_at__isnull=True) | models.Q(failed_at__isnull=False),
                name="mailing_is_tried_again_only_once_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notices, as a person may see them."""

    def visible_to(self, user: Any) -> NotificationQuerySet:
        """One's own only, while they still say something."""
        return self.filter(user=user, emptied_at__isnull=True) if getattr(user, "is_authenticated", False) else self.none()

    def unread(self) -> NotificationQuerySet:
        """Those not read yet."""
        return self.filter(read_at__isnull=True)

    def waiting_for_the_post(self) -> NotificationQuerySet:
        """Those whose e-mail is neither logged nor given up."""
        return self.filter(awaits_post=True)


class Notification(models.Model):
    """One thing a person is told, once: on the platform at once, by e-mail as they wish."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    is_reminder = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailing = models.ForeignKey(Mailing, models.SET_NULL, null=True, blank=True, related_name="notifications")
    # Until its e-mail is logged, or given up because it was read before or is not wanted by e-mail. Says so itself: the log
    # of e-mails is erased in time, and what it told must not leave again.
    awaits_post = models.BooleanField(default=True)
    # The words are erased in time; the key stays, so that what was told once is never told again.
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="notifications_of_a_person"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notifications_unread"),
            models.Index(
                fields=["user", "created_at"],
                condition=models.Q(awaits_post=True),
                name="notifications_for_the_post",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(mailing__isnull=True) | models.Q(awaits_post=False),
                name="notification_mailed_awaits_the_post_no_more",
            ),
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=True) | models.Q(read_at__gte=models.F("created_at")),
                name="notification_is_read_after_it_is_written",
            ),
            models.CheckConstraint(
                condition=models.Q(url__startswith="/") & ~models.Q(title=""),
                name="notification_has_a_title_and_leads_somewhere_here",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """How a person wants e-mails; without this row, each kind keeps the rhythm it was registered with."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference")
    rhythm = models.CharField(_("rythme"), max_length=8, choices=Rhythm)
    unwanted_kinds = models.JSONField(default=list, blank=True)  # kinds never sent by e-mail, still shown on the platform
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(rhythm__in=list(Rhythm)), name="notice_preference_has_a_known_rhythm")
        ]

    def __str__(self) -> str:
        return self.get_rhythm_display()
