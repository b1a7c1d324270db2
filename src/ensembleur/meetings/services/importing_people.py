"""The people of a file beside those an event already has: who is new, who is known, who cannot enter and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext as _

from ensembleur.meetings.choices import LIVE_STATUSES, Origin, RegistrationStatus
from ensembleur.meetings.engine.people_files import Coming, PersonLine, Told
from ensembleur.meetings.models import Attendee, Event, ImportBatch, Registration
from ensembleur.meetings.services.lines import Line
from ensembleur.meetings.services.registering import columns_of, fill_freed_places, taken
from ensembleur.meetings.services.saying import says
from ensembleur.meetings.services.updating_people import Updates
from ensembleur.strategy.engine.tabular import plain

Key = tuple[str, ...]
_OF_TOLD = {
    "commune": "commune", "effectif": "headcount", "presentation": "presentation", "cherche": "seeks", "propose": "offers",
    "secteurs": "sectors", "metiers": "occupations", "contrats": "contracts", "affiche": "is_listed",
}  # fmt: skip


class PeopleReader:
    """Reads every line once, in order; `write` then stores what is new."""

    def __init__(self, event: Event, rows: list[PersonLine], now: datetime) -> None:
        self.event, self.now = event, now
        self.known: dict[Key, Registration] = {}
        self.people: dict[Key, set[str]] = {}  # who is in each participation, by address, or by name without one
        self.holders: dict[str, Key] = {}  # which participation each address belongs to
        self.fresh: dict[Key, list[PersonLine]] = {}
        self.joining: dict[Key, list[PersonLine]] = {}
        self.slots = set(event.slots.values_list("number", flat=True))
        self.places = {place.code: place for place in event.places.all()}
        self.homes = set(
            Attendee.objects.filter(registration__event=event, home__isnull=False).values_list("home__code", flat=True)
        )
        self.updates = Updates(event)
        self.members: dict[str, list[Attendee]] = {}  # by address: a participation may have several people on one
        self.keys: dict[int, Key] = {}
        self.gone: set[Key] = set()  # cancelled or refused
        for registration in event.registrations.prefetch_related("attendees__home"):
            self._remember(registration)
        self.lines = [self._line(row) for row in rows]

    def _remember(self, registration: Registration) -> None:
        people = [one for one in registration.attendees.all() if one.erased_at is None]
        told = Told(
            name=registration.name,
            side=registration.side,
            origin=registration.origin,
            siret=registration.siret,
            country=registration.country,
        )
        key = told.key(people[0].email if people else "")
        if registration.status not in LIVE_STATUSES:
            self.gone.add(key)
            return
        for one in (one for one in people if one.email):
            self.members.setdefault(one.email.lower(), []).append(one)
        self.known[key], self.keys[registration.pk] = registration, key
        self.people[key] = {_who(one.email, one.name) for one in people}
        self.holders.update({one.email.lower(): key for one in people if one.email})

    def _line(self, line: PersonLine) -> Line:
        if line.fault is not None:
            return Line(line.row, "rejected", says(line.fault))
        assert line.told is not None
        assert line.person is not None
        key, who = line.told.key(line.person.email), _who(line.person.email, line.person.name)
        if (member := self._member(line, key)) is not None:
            return self._there(line, member)
        if who in self.people.get(key, set()):
            return Line(line.row, "unchanged")
        if why := self._why_not(line, key):
            return Line(line.row, "rejected", why)
        done = Line(line.row, "added", is_first=key not in self.known and key not in self.fresh)
        if key in self.known:
            done = self.updates.read(line, self.known[key], None, done)
            if done.what == "rejected":
                return done
        (self.joining if key in self.known else self.fresh).setdefault(key, []).append(line)
        self.people.setdefault(key, set()).add(who)
        if line.person.email:
            self.holders[line.person.email.lower()] = key
        if line.place:
            self.homes.add(line.place)
        return done

    def _there(self, line: PersonLine, member: Attendee) -> Line:
        """What a line says of somebody who is there already."""
        assert line.person is not None
        if why := self._why_away(line.person):
            return Line(line.row, "rejected", why)
        done = self.updates.read(line, member.registration, member, Line(line.row, "unchanged"))
        if member.email:
            self.members.setdefault(member.email.lower(), []).append(member)
            self.holders.setdefault(member.email.lower(), self.keys[member.registration_id])
        return done

    def _member(self, line: PersonLine, key: Key) -> Attendee | None:
        """Who a line tells of, when they are there: by their name and address, or by their name where one of the two has no address."""
        assert line.told is not None
        assert line.person is not None
        email, name = line.person.email.lower(), plain(line.person.name)
        for one in self.members.get(email, []):
            if plain(one.name) == name and self._is_of(line, line.told, one.registration):
                return one
        if key not in self.known or self.holders.get(email, key) != key:
            return None
        for one in self.known[key].attendees.all():
            if one.erased_at is None and plain(one.name) == name and not (email and one.email):
                return one
        return None

    def _is_of(self, line: PersonLine, told: Told, held: Registration) -> bool:
        """Whether a line that bears the address of somebody tells of the participation they come for, and not of another."""
        if told.side != held.side or told.siret not in ("", held.siret):
            return False
        is_alone = held.origin == Origin.PERSON and told.origin == Origin.PERSON
        return bool(told.siret) or is_alone or not line.row.cells["organisation"] or plain(told.name) == plain(held.name)

    def _why_away(self, person: Coming) -> str:
        if self.slots and self.slots <= set(person.absent_slots):
            return _("Cette personne n'est disponible à aucun créneau : laissez-lui-en au moins un dans « creneaux_absents ».")
        return ""

    def _why_not(self, line: PersonLine, key: Key) -> str:
        assert line.person is not None
        holder = self.holders.get(line.person.email.lower(), key) if line.person.email else key
        if holder != key:
            return _("L'adresse %(email)s est déjà celle d'une autre inscription : une adresse n'entre qu'une fois.") % {
                "email": line.person.email
            }
        if key in self.gone and key not in self.known:
            return _("Cette inscription a été annulée ou refusée : un fichier ne la rouvre pas, « Ajouter quelqu'un » le peut.")
        if why := self._why_away(line.person):
            return why
        if line.place and line.place not in self.places:
            return _("La place « %(place)s » n'existe pas dans cet événement : reprenez un numéro de ses places.") % {
                "place": line.place
            }
        if line.place in self.homes and line.place:
            return _("La place « %(place)s » est déjà gardée par quelqu'un d'autre : choisissez-en une autre.") % {
                "place": line.place
            }
        if (before := self.fresh.get(key)) is not None:
            for column, said in _facts(line).items():
                if line.row.cells[column] and said != _facts(before[0])[column]:
                    return _("« %(column)s » diffère de la ligne %(n)s, pour la même organisation : gardez une seule valeur.") % {
                        "column": column,
                        "n": before[0].row.line,
                    }
        return ""

    def write(self, batch: ImportBatch, step: int) -> list[int]:
        """Store what is new and what changes; returns the keys of the people who join a participation that was there."""
        batch.former = self.updates.write(step)
        joining = [self._attendee(line, self.known[key]) for key, lines in self.joining.items() for line in lines]
        joined = [made.pk for made in Attendee.objects.bulk_create(joining, batch_size=step)]
        if self.updates.grown < 0 and self.event.max_people is not None:
            fill_freed_places(event=self.event, now=self.now)
        fresh = {key: self._registration(people, batch) for key, people in self.fresh.items()}
        self._wait_when_full(fresh)
        Registration.objects.bulk_create(fresh.values(), batch_size=step)
        people = [self._attendee(line, fresh[key]) for key, lines in self.fresh.items() for line in lines]
        Attendee.objects.bulk_create(people, batch_size=step)
        return joined

    def _registration(self, people: list[PersonLine], batch: ImportBatch) -> Registration:
        told = people[0].told
        assert told is not None
        fields = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(told).items()}
        status = people[0].status or RegistrationStatus.ACCEPTED
        decided = self.now if status == RegistrationStatus.ACCEPTED else None
        return Registration(
            event=self.event, status=status, registered_at=self.now, decided_at=decided, batch=batch, **fields
        )  # fmt: skip

    def _wait_when_full(self, fresh: dict[Key, Registration]) -> None:
        """In the order of the file, those who no longer fit wait."""
        if self.event.max_people is None:
            return
        room = self.event.max_people - taken(event=self.event)
        for key, registration in fresh.items():
            if registration.status == RegistrationStatus.ACCEPTED:
                size = sum(line.person.group_size for line in self.fresh[key] if line.person)
                if size > room:
                    registration.status, registration.decided_at = RegistrationStatus.WAITING, None
                    room = 0  # nobody passes before somebody who waits
                else:
                    room -= size

    def _attendee(self, line: PersonLine, registration: Registration) -> Attendee:
        assert line.person is not None
        return Attendee(
            registration=registration,
            consented_at=self.now if line.agrees else None,
            is_host=line.is_host,
            home=self.places.get(line.place),
            **columns_of(person=line.person),
        )


def _who(email: str, name: str) -> str:
    return f"@{email.lower()}:{plain(name)}" if email else plain(name)


def _facts(line: PersonLine) -> dict[str, object]:
    """What a line says of its participation, by column; what makes it the same one is not there."""
    assert line.told is not None
    return {**{column: getattr(line.told, name) for column, name in _OF_TOLD.items()}, "statut": line.status}
