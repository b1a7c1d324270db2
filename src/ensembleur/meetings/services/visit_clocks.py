"""What time does to visits: whoever has not confirmed is reminded three days before, then the visit lapses and everybody is told."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ensembleur.accounts.services.composing import link
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import Telling, notify_many
from ensembleur.meetings.choices import EventKind, EventState, MeetingState, OrganiserRole, WishState
from ensembleur.meetings.engine.calendars import Method, Person, calendar_file
from ensembleur.meetings.models import Attendee, Letter, Meeting, Organiser, Wish
from ensembleur.meetings.queries.agenda import Agenda, agenda_of
from ensembleur.meetings.queries.agenda_words import entries_of
from ensembleur.meetings.queries.visits import end_of
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.meetings.services.visiting import letters_to, readers_of
from ensembleur.periods import paris_day

BY = "command:run_clocks"
LAPSED = "visit_lapsed"
REMINDER = timedelta(days=3)


def register_visit_notices() -> None:
    """Declare what organisers are told."""
    register_notice(LAPSED, gettext_lazy("Une visite que personne n'a confirmée est annulée"), is_reminder=True)


@transaction.atomic
def strike_visits(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Remind those who have not confirmed, then cancel what nobody confirmed in time. Running it twice changes nothing more."""
    today = paris_day(as_of)
    late = list(_unconfirmed().select_for_update(of=("self",)).filter(confirm_by__lt=today).order_by("pk"))
    notes = _reminders(today)
    if dry_run:
        known = set(Letter.objects.filter(key__in=[note.key for note in notes]).values_list("key", flat=True))
        return {"lapsed": len(late), "reminded": len(notes) - len(known)}
    for meeting in late:
        _lapse(meeting, as_of)
    _tell_organisers(late, today, as_of)
    return {"lapsed": len(late), "reminded": write_letters(notes=notes, now=as_of)}


def _unconfirmed() -> QuerySet[Meeting]:
    waits = Q(confirmed_a_at=None) | Q(confirmed_b_at=None)
    live = (EventState.PUBLISHED, EventState.DAY)
    rows = Meeting.objects.filter(waits, event__kind=EventKind.VISITS, event__state__in=live, state=MeetingState.PLANNED)
    return rows.select_related("event", "registration_a", "registration_b")


def _reminders(today: date) -> list[Note]:
    """One letter a person and a deadline; whoever was asked today is not reminded today."""
    near: dict[date, list[Meeting]] = {}
    for meeting in _unconfirmed().filter(confirm_by__range=(today, today + REMINDER)).order_by("pk"):
        if paris_day(meeting.changed_at) < today:
            near.setdefault(meeting.confirm_by, []).append(meeting)  # type: ignore[arg-type]
    return [
        note
        for limit, meetings in near.items()
        for note in letters_to(meetings=meetings, key=f"visit-reminder:{limit:%Y%m%d}", missing_only=True)
    ]


def _lapse(meeting: Meeting, as_of: datetime) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED, sequence=F("sequence") + 1, changed_at=as_of)
    # Or the next timetable would bring it back.
    Wish.objects.filter(pk=meeting.wish_id, state=WishState.ACCEPTED).update(state=WishState.LAPSED)
    record_act(by=BY, verb="lapse_visit", thing=meeting, now=as_of, before={"confirm_by": str(meeting.confirm_by)})
    people = readers_of(registrations=[meeting.registration_a_id, meeting.registration_b_id])
    write_letters(notes=[_lost(person, meeting, as_of) for person in people], now=as_of)


def _lost(person: Attendee, meeting: Meeting, as_of: datetime) -> Note:
    event = meeting.event
    other = end_of(meeting, "B" if person.registration_id == meeting.registration_a_id else "A")
    with translation.override(person.language):
        given = {"name": person.name, "other": other.name, "event": event.title}
        says = _("La visite avec %(other)s est annulée : elle n'a pas été confirmée à temps.") % given
        body = _("Bonjour %(name)s,\n\n%(says)s\n\nUne question ? %(contact)s") % (
            given | {"says": says, "contact": event.contact_email or event.organised_by_name}
        )
        agenda = agenda_of(person)
        losses = [one for one in agenda.losses if one.was.meeting.pk == meeting.pk]
        gone = entries_of(Agenda(person, losses=losses), event, link(name="meetings:my_day", slug=event.slug))[1]
        file = b""
        if gone:
            organiser = Person(event.organised_by_name, event.contact_email or EmailMessage().from_email)
            reader = Person(person.name, person.email) if person.email else None
            file = calendar_file(gone, name=event.title, method=Method.CANCEL, organiser=organiser, reader=reader, made_at=as_of)
        key = f"visit-lapsed:{meeting.pk}:{meeting.sequence + 1}:{person.pk}"
        subject = _("%(event)s : une visite est annulée") % given
        return Note(person, key, subject, body, says, file.decode(), Method.CANCEL.value if gone else "")


def _tell_organisers(late: list[Meeting], today: date, as_of: datetime) -> None:
    counts = Counter(meeting.event for meeting in late)
    tellings = []
    for one in Organiser.objects.filter(event__in=list(counts), role=OrganiserRole.LEAD).select_related("user", "event"):
        with translation.override(one.user.language):
            number = counts[one.event]
            title = ngettext(
                "%(n)d visite annulée faute de confirmation : %(event)s",
                "%(n)d visites annulées faute de confirmation : %(event)s",
                number,
            ) % {"n": number, "event": one.event.title}
            body = _("Le site et l'établissement sont prévenus. Ces groupes ont maintenant du temps libre.")
        url = reverse("meetings:desk_planned", args=[one.event.slug])
        tellings.append(Telling(one.user, LAPSED, f"visit-lapsed:{one.event_id}:{today}:user:{one.user_id}", title, body, url))
    notify_many(tellings=tellings, now=as_of)
