"""A meeting keeps its slot whatever is computed or moved afterwards; one person's whole day, in one act."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.meetings.choices import VersionState
from ensembleur.meetings.models import Attendee, Meeting, Version
from ensembleur.meetings.permissions import may_organise


@transaction.atomic
def lock_meeting(*, version: Version, meeting: Meeting, locked: bool, by: User, now: datetime) -> None:
    """Lock the slot of one meeting, or free it; doing it again changes nothing."""
    check(may_organise, by, version.event)
    held = _open(version)
    if not held.placements.placed().filter(meeting=meeting).exists():
        raise Refused("no_slot_to_lock", _("Ce rendez-vous n'a pas de créneau dans cette version : placez-le d'abord."))
    if held.placements.filter(meeting=meeting).exclude(locked=locked).update(locked=locked):
        record_act(by=by, verb="lock_meeting", thing=meeting, now=now, before=not locked, after=locked)


@transaction.atomic
def lock_person(*, version: Version, attendee: Attendee, locked: bool, by: User, now: datetime) -> int:
    """Lock every meeting of one person, or free them; returns how many changed."""
    check(may_organise, by, version.event)
    changed = _open(version).placements.placed().of_person(attendee).exclude(locked=locked).update(locked=locked)
    if changed:
        record_act(by=by, verb="lock_person", thing=attendee, now=now, after={"locked": locked, "meetings": changed})
    return changed


def _open(version: Version) -> Version:
    """The version, held; one that was replaced is the past."""
    held = Version.objects.select_for_update().get(pk=version.pk)
    if held.state == VersionState.REPLACED:
        raise Refused(
            "version_replaced", _("Cette version a été remplacée : verrouillez dans la version publiée, ou dans un brouillon.")
        )
    return held
