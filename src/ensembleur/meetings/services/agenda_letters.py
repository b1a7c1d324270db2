"""The letter that gives somebody their agenda."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.models import Attendee, Placement, Version
from ensembleur.meetings.services.letters import Note
from ensembleur.periods import PARIS


def notes_for(*, version: Version, people: Collection[Attendee], now: datetime, former: Version | None = None) -> list[Note]:
    """A letter to each of these people: their meetings in this version, in order; `former` is what they had been told."""
    starts = dict(version.event.slots.values_list("number", "starts_at"))
    agendas: dict[int, list[Placement]] = defaultdict(list)
    pks = [one.pk for one in people]
    theirs = Q(attendee_a__in=pks) | Q(attendee_b__in=pks) | Q(interpreter__in=pks)
    rows = version.placements.placed().filter(theirs).order_by("slot", "pk")
    for one in rows.select_related("attendee_a__registration", "attendee_b__registration", "place"):
        for pk in (one.attendee_a_id, one.attendee_b_id, one.interpreter_id):
            agendas[pk].append(one)
    return [_note(version, one, agendas[one.pk], starts) for one in people]


def _note(version: Version, person: Attendee, agenda: list[Placement], starts: dict[int, datetime]) -> Note:
    with translation.override(person.language if person.language in ("fr", "en") else "fr"):
        title = version.event.title
        lines = [
            _("%(hour)s : %(who)s, %(place)s")
            % {
                "hour": f"{starts[one.slot].astimezone(PARIS):%H:%M}",
                "who": (one.attendee_b if one.attendee_a_id == person.pk else one.attendee_a).registration.name,
                "place": one.place.code if one.place else _("sur place"),
            }
            for one in agenda
            if one.slot in starts
        ]
        count = ngettext("Vous avez %(n)s rendez-vous.", "Vous avez %(n)s rendez-vous.", len(lines)) % {"n": len(lines)}
        return Note(
            attendee=person,
            key=f"agenda:{version.pk}:{person.pk}",
            subject=_("Votre planning : %(event)s") % {"event": title},
            body="\n".join([count, "", *lines]),
            short=f"{title} : {count}",
        )
