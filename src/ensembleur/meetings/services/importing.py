"""A file of people, or of wishes, enters an event: tried first, all that can be or nothing, with a way back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import BatchState, EventState
from ensembleur.meetings.engine.people_files import read_people, read_wishes
from ensembleur.meetings.models import Attendee, Booking, Event, ImportBatch, Meeting, Placement, VisitOffer, Wish
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.vocabulary import words_of
from ensembleur.meetings.services import confirming
from ensembleur.meetings.services.importing_people import PeopleReader
from ensembleur.meetings.services.importing_wishes import WishReader
from ensembleur.meetings.services.lines import Line
from ensembleur.meetings.services.registering import OVER, fill_freed_places, held, taken
from ensembleur.meetings.services.updating_people import changed_later, forget_former, give_back, moves_told_absences

KINDS = ("people", "wishes")
STEP = 500  # rows of one statement
BEFORE_TIMETABLE = (EventState.DRAFT, EventState.REGISTRATION, EventState.WISHES, EventState.TIMETABLE)


@dataclass(frozen=True)
class Imported:
    """What importing a file did, or would do. batch : None for a trial, and when nothing changed."""

    lines: Sequence[Line]
    batch: ImportBatch | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many lines were read, and of each kind; `organisations` : participations added."""
        kinds = Counter(line.what for line in self.lines)
        organisations = sum(1 for line in self.lines if line.what == "added" and line.is_first)
        counted = {kind: kinds[kind] for kind in ("added", "updated", "unchanged", "rejected")}
        return {"read": len(self.lines), **counted, "organisations": organisations}

    def of(self, what: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.what == what]


@transaction.atomic
def import_file(
    *,
    event: Event,
    kind: str,
    content: bytes,
    file_name: str,
    by: User | str,
    now: datetime,
    dry_run: bool = False,
    tell: bool = False,
) -> Imported:
    """Add what is new of a file and change what it says otherwise; a line that cannot enter is left out with its sentence.

    kind : "people" or "wishes".   by : an organiser, or "command:name".   tell : write everybody added their private link.
    dry_run : say what would happen, and write nothing. Raises BadInput when the file as a whole cannot be read, Refused, NotAllowed.
    """
    if not isinstance(by, str):
        check(may_organise, by, event)
    if kind not in KINDS:
        raise BadInput("unknown_kind", _("Un fichier est de participants (people) ou de vœux (wishes)."))
    event = held(event=event)
    _check_state(event, kind)
    reader: PeopleReader | WishReader
    if kind == "people":
        reader = PeopleReader(event, read_people(content, words_of(event)), now)
    else:
        reader = WishReader(event, read_wishes(content, words_of(event)), now)
    found = Imported(reader.lines)
    if dry_run or not (found.counts["added"] or found.counts["updated"]):
        return found
    batch = ImportBatch.objects.create(
        event=event,
        file_name=file_name[-160:],
        sha256=hashlib.sha256(content).hexdigest(),
        by=None if isinstance(by, str) else by,
        at=now,
        rejects=[[line.number, line.why, line.text[:200]] for line in found.of("rejected")],
    )
    joined = reader.write(batch, STEP)
    batch.counts = {"kind": kind, **found.counts, "joined": joined}
    batch.save(update_fields=["counts", "former"])
    record_act(by=by, verb=f"import_{kind}", thing=batch, now=now, after=found.counts)
    if tell and kind == "people":
        added = Attendee.objects.filter(registration__batch=batch) | Attendee.objects.filter(pk__in=joined)
        confirming.tell_links(people=added.exclude(email="").select_related("registration__event"), now=now)
    return Imported(reader.lines, batch)


def _check_state(event: Event, kind: str) -> None:
    if event.state in OVER:
        raise Refused("event_over", _("Cet événement est terminé : il ne prend plus de fichier."))
    if kind == "wishes" and event.state not in BEFORE_TIMETABLE:
        raise Refused("timetable_told", _("Le planning est publié : les vœux d'un fichier n'y entreraient plus."))


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User | str, now: datetime) -> int:
    """Take a file back: what it added goes, what it changed is as before; returns how many records.

    Raises Refused when something already stands on it.
    """
    if not isinstance(by, str):
        check(may_organise, by, batch.event)
    event = held(event=batch.event)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == BatchState.UNDONE:
        raise Refused("already_undone", _("Ce fichier a déjà été retiré."))
    joined = Attendee.objects.filter(pk__in=batch.counts.get("joined", []))
    _refuse(_standing_on(batch, joined))
    before = taken(event=event)
    gone = Attendee.objects.filter(Q(registration__batch=batch) | Q(pk__in=joined.values("pk"))).values_list("pk", flat=True)
    names = {*(f"a{pk}" for pk in gone), *(f"r{pk}" for pk in batch.registrations.values_list("pk", flat=True))}
    count = batch.wishes.count() + batch.registrations.count() + joined.count()
    for rows in (batch.wishes, batch.registrations, joined):
        rows.all().delete()
    count += give_back(batch=batch)
    batch.state, batch.former = BatchState.UNDONE, {}
    batch.save(update_fields=["state", "former"])
    forget_former(names=names, event=event.pk)
    if event.max_people is not None:  # a group does not grow back over those who entered since
        _refuse([(taken(event=event) - max(before, event.max_people), _("places prises depuis"))])
    record_act(by=by, verb="undo_import", thing=batch, now=now, after={"records": count})
    if event.max_people is not None:
        fill_freed_places(event=event, now=now)
    return count


def _refuse(standing: Iterable[tuple[int, str]]) -> None:
    if what := [_("%(what)s : %(count)s") % {"what": words, "count": count} for count, words in standing if count > 0]:
        says = _("Ce fichier ne peut plus être retiré, d'autres choses s'appuient dessus (%(what)s) : annulez plutôt une à une.")
        raise Refused("batch_in_use", says % {"what": ", ".join(what)})


def _standing_on(batch: ImportBatch, joined: QuerySet[Attendee]) -> tuple[tuple[int, str], ...]:
    """What would be lost with the file, in words. A private refusal is not told: it goes with its participation."""
    added, told = batch.registrations.all(), batch.wishes.all()
    people = Attendee.objects.filter(Q(registration__in=added) | Q(pk__in=joined.values("pk")))
    brought = batch.counts["added"] if batch.counts["kind"] == "people" else 0
    since = max(people.count() - brought, people.filter(consented_at__gt=batch.at).count())
    wishes = Wish.objects.filter(Q(sender__in=added) | Q(receiver__in=added) | Q(pk__in=told, answered_at__gt=batch.at))
    met = Meeting.objects.filter(Q(registration_a__in=added) | Q(registration_b__in=added) | Q(wish__in=told))
    seats = Placement.objects.filter(Q(attendee_a__in=joined) | Q(attendee_b__in=joined) | Q(interpreter__in=joined))
    return (
        (changed_later(batch=batch), _("fiches changées par un fichier plus récent")),
        (moves_told_absences(batch=batch), _("disponibilités dans le planning publié")),
        (wishes.count(), _("vœux")),
        (met.count() or seats.count(), _("rendez-vous")),
        (since, _("personnes venues ou engagées depuis")),
        (Booking.objects.filter(attendee__in=people).count(), _("réservations")),
        (VisitOffer.objects.filter(registration__in=added).count(), _("offres de visite")),
    )
