"""Documents and messages attached to a journey or to one of its applications."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import DocumentKind
from ensembleur.journeys.models.applications import Application
from ensembleur.journeys.models.journeys import Journey
from ensembleur.journeys.models.needs import Need


class Document(models.Model):
    """A file handed in. `path` is drawn by us under MEDIA_ROOT; `name` is what the reader sees, cleaned."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="documents")
    application = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    name = models.CharField(max_length=120)
    path = models.FileField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """A message between the company, its adviser and the officer."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="messages")
    application = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="messages")
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="messages")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    body = models.TextField(max_length=4000)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.body[:60]
