"""What people are written about their participation: received, accepted, waiting, refused, cancelled, and their private link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.meetings.choices import RegistrationStatus
from ensembleur.meetings.models import Attendee, Event, Registration
from ensembleur.meetings.services.acting import private_link
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.periods import paris_day
from ensembleur.web.formats import day

SHORT = 160
_OPENINGS = {
    RegistrationStatus.REQUESTED: gettext_lazy("Votre inscription est reçue : l'organisateur va la valider."),
    RegistrationStatus.ACCEPTED: gettext_lazy("Votre inscription est acceptée."),
    RegistrationStatus.WAITING: gettext_lazy(
        "L'événement est complet : vous êtes sur la liste d'attente, et nous vous écrirons dès qu'une place se libère."
    ),
    RegistrationStatus.REFUSED: gettext_lazy("L'organisateur n'a pas retenu votre inscription ; vous pouvez lui écrire."),
    RegistrationStatus.CANCELLED: gettext_lazy("Votre participation est annulée."),
}
_WITHOUT_PAGE = (RegistrationStatus.REFUSED, RegistrationStatus.CANCELLED)


def tell_status(*, registrations: Iterable[Registration], now: datetime) -> int:
    """Write to the people of these participations where they stand now; returns how many letters are new.

    As long as an organiser has not validated it, only its first person is written to: whoever fills the form may type any address.
    """
    notes: list[Note] = []
    for registration in registrations:
        asked = registration.status == RegistrationStatus.REQUESTED
        for person in _people(registration)[: 1 if asked else None]:
            key = f"registration:{person.pk}:{registration.status}:{now:%Y%m%d%H%M%S}"
            notes.append(_note(person, key, RegistrationStatus(registration.status)))
    return write_letters(notes=notes, now=now)


def tell_links(*, people: Iterable[Attendee], now: datetime) -> int:
    """Write each person their private link, once a day at most for each link; returns how many letters are new."""
    return write_letters(notes=[_note(one, f"link:{one.pk}:{one.link_number}:{paris_day(now)}", None) for one in people], now=now)


def _people(registration: Registration) -> list[Attendee]:
    found = list(registration.attendees.filter(erased_at__isnull=True))
    for person in found:
        person.registration = registration
    return found


def _note(person: Attendee, key: str, status: RegistrationStatus | None) -> Note:
    event = person.registration.event
    with translation.override(person.language):
        opening = str(_OPENINGS[status]) if status else _("Voici votre lien privé.")
        link = "" if status in _WITHOUT_PAGE else private_link(person)
        return Note(
            attendee=person,
            key=key,
            subject=_("%(event)s : votre inscription") % {"event": event.title},
            body=_body(person, event, opening, link),
            short=_short(opening, link),
        )


def _body(person: Attendee, event: Event, opening: str, link: str) -> str:
    parts = [
        _("Bonjour %(name)s,") % {"name": person.name},
        opening,
        _("%(event)s, le %(day)s, %(place)s.")
        % {"event": event.title, "day": day(event.starts_on), "place": event.place_name or event.address or event.commune},
        _("Inscription : %(name)s.") % {"name": person.registration.name},
    ]
    if link:
        parts.append(
            _("Votre page, sans mot de passe : %(link)s\nCe lien est personnel : ne le transmettez pas. Vous pouvez l'y remplacer, "
              "modifier vos disponibilités, annuler, prendre ou effacer vos données.") % {"link": link}
        )  # fmt: skip
    contact = f" ({event.contact_email})" if event.contact_email else ""
    parts.append(_("Une question ? %(who)s%(contact)s") % {"who": event.organised_by_name, "contact": contact})
    return "\n\n".join(parts)


def _short(opening: str, link: str) -> str:
    """The words, cut so that the link stays whole; without it when it is too long for a text message."""
    room = SHORT - len(link) - 1
    return f"{Truncator(opening).chars(room)} {link}" if link and room > 20 else Truncator(opening).chars(SHORT)
