"""The catalogue's files become published versions; what is published is never deleted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.choices import VersionOrigin, VersionState
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.permissions import may_edit_schemes


@dataclass(frozen=True)
class PublishedCounts:
    """How many versions were added, changed and left as they were."""

    added: int
    changed: int
    same: int

    def __str__(self) -> str:
        return f"{self.added} ajoutées · {self.changed} modifiées · {self.same} inchangées"


def plain(data: Any) -> Any:
    """Dates as ISO text, so that JSON can keep them; everything else as it is."""
    return json.loads(json.dumps(data, ensure_ascii=False, default=_iso))


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a scheme file")


def content_hash(content: Any) -> str:
    """SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def publish_files(*, by: User | str, now: datetime) -> PublishedCounts:
    """Bring the database in line with the catalogue's files; a version absent from the files stays, as history.

    by : a person who may edit schemes, or "command:name".   Raises BadInput when a file is faulty: nothing changes then.
    """
    if not isinstance(by, str):
        check(may_edit_schemes, by)
    counts = {"added": 0, "changed": 0, "same": 0}
    for raw in map(plain, loader.read_checked()):  # every fault of every file is found before anything is written
        content = {key: value for key, value in raw.items() if key != "versions"}
        scheme, _ = Scheme.objects.update_or_create(slug=raw["id"], defaults={"content": content})
        for version in raw["versions"]:
            counts[_publish_version(scheme, version, content_hash([content, version]), by, now)] += 1
    return PublishedCounts(**counts)


def _publish_version(scheme: Scheme, version: dict[str, Any], digest: str, by: User | str, now: datetime) -> str:
    """A changed file brings a new row; the former text stays as history, and an officer's text stays above both."""
    old = SchemeVersion.objects.filter(version_id=version["id"], origin=VersionOrigin.FILE, state=VersionState.PUBLISHED).first()
    if old and old.content_hash == digest:
        return "same"
    if old:
        SchemeVersion.objects.filter(pk=old.pk).update(state=VersionState.REPLACED, replaced_at=now)
    effective = version.get("effective") or {}
    kept = SchemeVersion.objects.create(
        version_id=version["id"],
        scheme=scheme,
        content=version,
        content_hash=digest,
        effective_from=effective.get("from"),
        effective_to=effective.get("to"),
        recorded_at=now,
    )
    before = {"hash": old.content_hash} if old else None
    record_act(by=by, verb="publish_scheme_version", thing=kept, now=now, before=before, after={"hash": digest})
    return "changed" if old else "added"
