"""What a file changes of those who are there already: the cells it fills of their profile and availability, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.meetings.choices import LIVE_STATUSES, EventState, Origin, RegistrationStatus
from ensembleur.meetings.engine.people_files import PersonLine
from ensembleur.meetings.models import Attendee, Event, ImportBatch, Registration
from ensembleur.meetings.queries.exports import cells_of
from ensembleur.meetings.services.lines import Line
from ensembleur.meetings.services.registering import taken
from ensembleur.strategy.engine.tabular import plain

# Who they are, their consent, their state and their table are nobody's to change by a file.
OF_PARTICIPATION = {
    "organisation": "name", "commune": "commune", "effectif": "headcount", "presentation": "presentation", "cherche": "seeks",
    "propose": "offers", "secteurs": "sectors", "metiers": "occupations", "contrats": "contracts",
}  # fmt: skip
OF_PERSON = {
    "fonction": "function", "courriel": "email", "telephone": "phone", "langue": "language",
    "creneaux_absents": "absent_slots", "rendez_vous_max": "max_meetings", "pause_apres": "max_consecutive",
    "taille_groupe": "group_size", "age_groupe": "group_age",
}  # fmt: skip
TOLD = (EventState.PUBLISHED, EventState.DAY)
Thing = Registration | Attendee


class Updates:
    """Reads what each line changes, in memory; `write` stores it. grown : how many more people come to what is accepted."""

    def __init__(self, event: Event) -> None:
        self.event, self.grown = event, 0
        self._room = None if event.max_people is None else event.max_people - taken(event=event)
        self._said: dict[tuple[str, str], tuple[int, Any]] = {}  # the line that told each field, and its value
        self._former: dict[str, dict[str, list[Any]]] = {}
        self._things: dict[str, Thing] = {}

    def read(self, line: PersonLine, registration: Registration, person: Attendee | None, done: Line) -> Line:
        """`done` with what else the line changes of a participation that is there, and of one of its people; or why it cannot."""
        wanted = list(_wanted(line, registration, person))
        more = _growth(line, registration, person)
        if why := self._why_not(line, wanted, more):
            return Line(line.row, "rejected", why)
        self.grown += more
        before = cells_of(self.event, registration, person)
        for thing, column, value in wanted:
            self._set(thing, _field(thing, column), value, line.row.line)
        after = cells_of(self.event, registration, person)
        changes = tuple((column, cell, after[column]) for column, cell in before.items() if after[column] != cell)
        return replace(done, changes=changes, what="updated" if changes and done.what == "unchanged" else done.what)

    def _why_not(self, line: PersonLine, wanted: list[tuple[Thing, str, Any]], more: int) -> str:
        for thing, column, value in wanted:
            field = _field(thing, column)
            told_at, told = self._said.get((_key(thing), field), (0, value))
            if told != value:
                says = _("« %(column)s » diffère de la ligne %(n)s, pour la même organisation : gardez une seule valeur.")
                if isinstance(thing, Attendee):
                    says = _("« %(column)s » diffère de la ligne %(n)s, pour la même personne : gardez une seule valeur.")
                return says % {"column": column, "n": told_at}
            if field == "absent_slots" and value != getattr(thing, field) and self.event.state in TOLD:
                return _("Le planning est publié : videz « creneaux_absents », et annoncez l'absence depuis « Jour J ».")
        if self._room is not None and more > max(self._room - self.grown, 0):
            return _("L'événement est complet : il ne reste pas assez de places pour une personne de plus.")
        return ""

    def _set(self, thing: Thing, field: str, value: Any, number: int) -> None:
        self._said.setdefault((_key(thing), field), (number, value))
        former = getattr(thing, field)
        if former == value:
            return
        self._things[_key(thing)] = thing
        self._former.setdefault(_key(thing), {})[field] = [former, value]
        setattr(thing, field, value)

    def write(self, step: int) -> dict[str, dict[str, list[Any]]]:
        """Store it; returns what was there: {"r" or "a" and its number: {field: [before, after]}}."""
        for model in (Registration, Attendee):
            things = {key: thing for key, thing in self._things.items() if isinstance(thing, model)}
            if fields := {field for key in things for field in self._former[key]}:
                model.objects.bulk_update(things.values(), sorted(fields), batch_size=step)
        return self._former


def give_back(*, batch: ImportBatch) -> int:
    """Put back what a file changed, but for what changed again since and for who has gone; returns how many records."""
    live = Registration.objects.filter(event=batch.event, status__in=LIVE_STATUSES)
    people = Attendee.objects.filter(registration__in=live, erased_at__isnull=True)
    count = 0
    for thing in (*live.filter(pk__in=_keys(batch, "r")), *people.filter(pk__in=_keys(batch, "a"))):
        fields = batch.former[_key(thing)].items()
        back = {field: before for field, (before, after) in fields if getattr(thing, field) == after}
        for field, before in back.items():
            setattr(thing, field, before)
        thing.save(update_fields=list(back))
        count += bool(back)
    return count


def changed_later(*, batch: ImportBatch) -> int:
    """How many records a later file changed in the same fields: files are taken back from the last to the first."""
    later = ImportBatch.objects.filter(event=batch.event_id, pk__gt=batch.pk).exclude(former={})
    again = {key for one in later for key, fields in one.former.items() if fields.keys() & batch.former.get(key, {}).keys()}
    return len(again)


def kept_of(*, attendee: Attendee) -> list[dict[str, Any]]:
    """What files changed of a person and of their participation, and is kept for the way back."""
    names = {"person": f"a{attendee.pk}", "participation": f"r{attendee.registration_id}"}
    return [
        {"file": batch.file_name, "at": batch.at, **{what: batch.former.get(name, {}) for what, name in names.items()}}
        for batch in ImportBatch.objects.filter(event__registrations=attendee.registration_id).order_by("pk")
        if batch.former.keys() & set(names.values())
    ]


def forget_former(*, names: Collection[str], event: int) -> None:
    """What files had changed of these is kept no more, in the caller's transaction. names : as in `ImportBatch.former`."""
    for batch in ImportBatch.objects.select_for_update().filter(event=event).exclude(former={}).order_by("pk"):
        batch.former = {name: fields for name, fields in batch.former.items() if name not in names}
        batch.save(update_fields=["former"])


def moves_told_absences(*, batch: ImportBatch) -> int:
    """How many absences the way back would change behind a timetable that people were told."""
    told = batch.event.state in TOLD
    return sum("absent_slots" in fields for fields in batch.former.values()) if told else 0


def _wanted(line: PersonLine, registration: Registration, person: Attendee | None) -> Iterator[tuple[Thing, str, Any]]:
    """(what, column, value) of each cell that is filled; a name or an address that only changes its capitals or accents stays."""
    filled = {column for column, cell in line.row.cells.items() if cell}
    if registration.origin == Origin.PERSON:
        filled.discard("organisation")  # somebody alone comes under their name
    told: list[tuple[Thing, dict[str, str], Any]] = [(registration, OF_PARTICIPATION, line.told)]
    told += [(person, OF_PERSON, line.person)] if person is not None else []
    for thing, columns, said in told:
        for column, field in columns.items():
            value = getattr(said, field)
            if column in filled and not (field in ("name", "email") and plain(value) == plain(getattr(thing, field))):
                yield thing, column, list(value) if isinstance(value, tuple) else value


def _growth(line: PersonLine, registration: Registration, person: Attendee | None) -> int:
    """How many more people an accepted participation has by a line: a group that changes size, or somebody who joins."""
    assert line.person is not None
    if registration.status != RegistrationStatus.ACCEPTED or (person is not None and not line.row.cells["taille_groupe"]):
        return 0
    return line.person.group_size - (person.group_size if person is not None else 0)


def _field(thing: Thing, column: str) -> str:
    return (OF_PERSON if isinstance(thing, Attendee) else OF_PARTICIPATION)[column]


def _key(thing: Thing) -> str:
    return f"{'a' if isinstance(thing, Attendee) else 'r'}{thing.pk}"


def _keys(batch: ImportBatch, letter: str) -> list[int]:
    return [int(key[1:]) for key in batch.former if key[0] == letter]
