"""Officers' drafts for tests: opened, changed, submitted and published through the services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries.flips import preview
from ensembleur.schemes.services import drafting, editing
from tests.factories import accounts, schemes

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def officer() -> User:
    """A person who writes rules."""
    return accounts.person(Role.OFFICER)


def reader() -> User:
    """A person who reads them over."""
    return accounts.person(Role.SECOND_READER)


def draft(scheme: Scheme | None = None, *, by: User | None = None, now: datetime = NOW, **more: Any) -> SchemeVersion:
    """An open draft of a scheme."""
    return editing.start_draft(scheme=scheme or schemes.scheme(), by=by or officer(), now=now, **more)


def smaller(version: SchemeVersion, *, by: User, below: int = 20, now: datetime = NOW) -> SchemeVersion:
    """The draft with another ceiling of headcount."""
    line = {**schemes.SMALL, "value": below}
    return drafting.change_condition(draft=version, edition=version.edition, place="c.1", line=line, by=by, now=now)


def submitted(version: SchemeVersion, *, by: User, now: datetime = NOW, note: str = "Le seuil change.") -> SchemeVersion:
    """The draft sent to its second reader, the preview seen."""
    version = drafting.set_note(draft=version, edition=version.edition, note=note, by=by, now=now)
    seal = preview(version, now=now).seal
    return editing.submit_for_second_reading(draft=version, edition=version.edition, seal=seal, by=by, now=now)


def published(scheme: Scheme | None = None, *, below: int = 20, now: datetime = NOW, **more: Any) -> SchemeVersion:
    """An officer's text, written by one and published by another."""
    by = officer()
    version = submitted(smaller(draft(scheme, by=by, now=now, **more), by=by, below=below, now=now), by=by, now=now)
    return editing.publish(version=version, seal=preview(version, now=now).seal, by=reader(), now=now)
