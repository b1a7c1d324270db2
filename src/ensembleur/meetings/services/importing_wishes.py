"""The wishes of a file beside those an event already has: who asks whom, found by SIRET, by address or by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ensembleur.meetings.choices import EventState, WishLevel, WishState
from ensembleur.meetings.engine.people_files import WishLine
from ensembleur.meetings.models import Attendee, Event, ImportBatch, Registration, Wish
from ensembleur.meetings.queries.directory import Directory
from ensembleur.meetings.services.lines import Line
from ensembleur.meetings.services.saying import says
from ensembleur.meetings.services.wishing import expiry_of


class _NotFoundError(ValueError):
    """Why a name of the file leads to nobody; its words are one sentence."""


@dataclass(frozen=True)
class _Pair:
    sender: Registration
    receiver: Registration
    group: Attendee | None
    named: Attendee | None


class WishReader:
    """Reads every line once, in order; `write` then stores what is new."""

    def __init__(self, event: Event, rows: list[WishLine], now: datetime) -> None:
        self.event, self.now = event, now
        self.directory = Directory(event)
        self.fresh: list[tuple[WishLine, _Pair]] = []
        self.is_open = event.takes_wishes(now)
        self.is_late = event.asks_both and not self.is_open and event.state not in (EventState.DRAFT, EventState.REGISTRATION)
        known = Wish.objects.of_event(event).values_list("sender_id", "receiver_id", "group_id")
        self.told = set(known)
        self.lines = [self._line(row) for row in rows]

    def _line(self, line: WishLine) -> Line:
        if line.fault is not None:
            return Line(line.row, "rejected", says(line.fault))
        try:
            pair = self._pair(line)
        except _NotFoundError as error:
            return Line(line.row, "rejected", str(error))
        place = (pair.sender.pk, pair.receiver.pk, pair.group.pk if pair.group else None)
        if place in self.told:
            return Line(line.row, "unchanged")
        if self.is_late and line.state in ("", WishState.SENT):
            late = _(
                "Les vœux sont clos, personne ne répondrait à celui-ci : écrivez la réponse dans « etat », ou rouvrez les vœux."
            )
            return Line(line.row, "rejected", late)
        self.told.add(place)
        self.fresh.append((line, pair))
        return Line(line.row, "added")

    def _pair(self, line: WishLine) -> _Pair:
        cells = line.row.cells
        sender, receiver = self._found(cells["de"], "de"), self._found(cells["vers"], "vers")
        if sender.pk == receiver.pk:
            raise _NotFoundError(_("« de » et « vers » désignent la même inscription : un vœu est pour quelqu'un d'autre."))
        if self.event.two_sided and sender.side == receiver.side:
            raise _NotFoundError(_("« de » et « vers » sont du même côté (%(side)s) : un vœu va d'un côté à l'autre.") % {
                "side": self.event.side_label(sender.side)
            })  # fmt: skip
        group = self._person(sender, cells["groupe"], "groupe") if cells["groupe"] else None
        named = self._person(receiver, cells["personne"], "personne") if cells["personne"] else None
        return _Pair(sender, receiver, group, named)

    def _found(self, text: str, column: str) -> Registration:
        found = self.directory.found(text)
        if not found:
            raise _NotFoundError(_("« %(column)s » : aucune inscription acceptée ne répond à « %(text)s » ; écrivez son SIRET, "
                                   "une adresse ou son nom exact.") % {"column": column, "text": text[:60]})  # fmt: skip
        if len(found) > 1:
            raise _NotFoundError(_("« %(column)s » : %(n)s inscriptions répondent à « %(text)s » ; écrivez le SIRET ou l'adresse, "
                                   "suivi de /A ou /B.") % {"column": column, "n": len(found), "text": text[:60]})  # fmt: skip
        return found[0]

    def _person(self, registration: Registration, text: str, column: str) -> Attendee:
        found = self.directory.found_in(registration, text)
        if len(found) != 1:
            raise _NotFoundError(_("« %(column)s » : « %(text)s » n'est pas une seule personne de %(name)s ; écrivez son adresse.") % {
                "column": column, "text": text[:60], "name": registration.name
            })  # fmt: skip
        return found[0]

    def _wish(self, line: WishLine, pair: _Pair, batch: ImportBatch) -> Wish:
        state = line.state or WishState.SENT
        due = expiry_of(event=self.event, now=self.now) if self.is_open else None  # given when wishes open
        is_kept = self.is_open and line.expires_at is not None and line.expires_at > self.now  # time is left to answer
        return Wish(
            sender_id=pair.sender.pk,
            receiver_id=pair.receiver.pk,
            group=pair.group,
            named=pair.named,
            batch_id=batch.pk,
            level=line.level or WishLevel.LIKE,
            note=line.row.cells["message"],
            state=state,
            answer_level=line.answer_level,
            sent_at=min(line.sent_at or self.now, self.now),
            expires_at=min(filter(None, (line.expires_at, self.event.wishes_close_at))) if is_kept else due,
            answered_at=None if state == WishState.SENT else self.now,
        )

    def write(self, batch: ImportBatch, step: int) -> list[int]:
        """Store what is new."""
        Wish.objects.bulk_create([self._wish(*one, batch) for one in self.fresh], batch_size=step)
        return []
