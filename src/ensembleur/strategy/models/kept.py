"""Rows that are only ever added: a version, a measurement, a released table."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ensembleur.errors import Refused


def refusal() -> Refused:
    """Why nothing of it changes."""
    return Refused(
        "kept_for_ever", _("Ce qui a été mesuré ou publié ne se modifie pas : ajoutez une nouvelle ligne, avec un motif.")
    )


class KeptQuerySet(models.QuerySet[Any]):
    """Rows that can be read and added; nothing else."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        raise refusal()

    def delete(self) -> Any:
        """Refused, but for the fictional records of a demonstration made anew."""
        raise refusal()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Refused."""
        raise refusal()


class KeptForEver(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to write it twice."""
        if not self._state.adding:
            raise refusal()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise refusal()
