"""The journal of acts: lines that are only ever added, and the head that says where it ends."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from ensembleur.accounts.engine.chain import COLUMNS, chained_hash


class AppendOnlyError(RuntimeError):
    """Somebody's code tried to change or remove a line of the journal: a bug, never an answer to a person."""

    def __init__(self) -> None:
        super().__init__("The journal is append-only: write a new line with record_act instead.")


class ActQuerySet(models.QuerySet["Act"]):
    """Lines can be read and added; nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnlyError

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError


class Act(models.Model):
    """One line of the journal: who did what to which thing, when, before and after. Never changed, never removed."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=64)  # "user:12", "command:import_sirene"; never a name
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=120)  # "journeys.journey:34"
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["thing", "number"], name="acts_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.thing}"

    def fingerprint(self) -> str:
        """The hash this line ought to carry."""
        return chained_hash(tuple(getattr(self, column) for column in COLUMNS[:-1]))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; refuse to write it twice."""
        if not self._state.adding:
            raise AppendOnlyError
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError


class JournalHead(models.Model):
    """The end of the journal, one row: writers queue on it, and it betrays the removal of the last lines."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="journal_has_one_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"
