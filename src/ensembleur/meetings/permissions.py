"""Who may do what at an event: its organisers, those who welcome people on the day, and each participation for itself.

An actor is an account, or the Attendee whose private link was opened: people who come need no account.
"""

from __future__ import annotations

from typing import Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds
from ensembleur.meetings.choices import LIVE_STATUSES, EventState, OrganiserRole, RegistrationStatus, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Organiser, Registration, Wish


def is_known(actor: Any) -> bool:
    """A live account, or a person whose private link was opened."""
    if isinstance(actor, Attendee):
        return actor.erased_at is None
    return bool(getattr(actor, "is_authenticated", False) and actor.is_active)


def may_create_event(user: Any, commune: str = "") -> bool:
    """Advisers, officers and administrators, where they hold their role."""
    return not isinstance(user, Attendee) and holds(user, Role.ADVISER, Role.OFFICER, Role.ADMIN, commune=commune)


def may_organise(user: Any, event: Event) -> bool:
    """Run the event: who is named for it, and the administrators of its place."""
    if isinstance(user, Attendee) or not is_known(user):
        return False
    named = Organiser.objects.filter(event=event, user=user, role=OrganiserRole.LEAD).exists()
    return named or holds(user, Role.ADMIN, commune=event.commune)


def may_welcome(user: Any, event: Event) -> bool:
    """Check people in on the day: everybody named for the event, and its administrators."""
    if isinstance(user, Attendee) or not is_known(user):
        return False
    return Organiser.objects.filter(event=event, user=user).exists() or holds(user, Role.ADMIN, commune=event.commune)


def may_propose_change(actor: Any, event: Event, about: Attendee | None = None) -> bool:
    """Say that the timetable should change: who welcomes people, and each person for themselves; nothing moves by it."""
    return may_welcome(actor, event) or (about is not None and may_be(actor, about))


def may_see_event(user: Any, event: Event) -> bool:
    """Everybody, once it is announced; its organisers before."""
    return event.state != EventState.DRAFT or may_welcome(user, event)


def is_party(actor: Any, registration: Registration) -> bool:
    """One of the people of this participation, as long as it lives."""
    if not is_known(actor) or registration.status not in LIVE_STATUSES:
        return False
    if isinstance(actor, Attendee):
        return actor.registration_id == registration.pk
    return Attendee.objects.filter(registration=registration, user=actor, erased_at__isnull=True).exists()


def may_edit_registration(actor: Any, registration: Registration) -> bool:
    """Change a participation and its people: they, and the organisers."""
    return is_party(actor, registration) or may_organise(actor, registration.event)


def may_be(actor: Any, attendee: Attendee) -> bool:
    """Act as one person: themselves, a colleague of the same participation, or an organiser for them."""
    return attendee.erased_at is None and may_edit_registration(actor, attendee.registration)


def may_dispose_of(actor: Any, attendee: Attendee) -> bool:
    """Take away or erase what is kept of one person: themselves, whatever became of their participation, or an organiser."""
    if attendee.erased_at is not None or not is_known(actor):
        return False
    is_self = actor.pk == (attendee.pk if isinstance(actor, Attendee) else attendee.user_id)
    return is_self or may_organise(actor, attendee.registration.event)


def takes_part(actor: Any, event: Event) -> bool:
    """Whether this person comes to the event."""
    if not is_known(actor):
        return False
    if isinstance(actor, Attendee):
        return actor.registration.event_id == event.pk and actor.is_in
    return Attendee.objects.in_accepted().filter(registration__event=event, user=actor, erased_at__isnull=True).exists()


def may_read_catalogue(actor: Any, event: Event) -> bool:
    """See who comes: those who come, and the organisers."""
    return takes_part(actor, event) or may_organise(actor, event)


def may_wish(actor: Any, registration: Registration) -> bool:
    """Ask for meetings in the name of a participation: its people, once it is accepted."""
    return registration.status == RegistrationStatus.ACCEPTED and is_party(actor, registration)


def may_answer_wish(actor: Any, wish: Wish) -> bool:
    """Accept or decline: the people asked."""
    return may_wish(actor, wish.receiver)


def may_withdraw_wish(actor: Any, wish: Wish) -> bool:
    """Take a wish back: the people who sent it."""
    return may_wish(actor, wish.sender)


def may_see_meeting(actor: Any, meeting: Meeting) -> bool:
    """The people of both sides, and the organisers."""
    return (
        is_party(actor, meeting.registration_a) or is_party(actor, meeting.registration_b) or may_organise(actor, meeting.event)
    )


def may_count_visitors(actor: Any, meeting: Meeting) -> bool:
    """Say how many pupils came: the people of the site, and those who welcome people."""
    host = meeting.registration_a if meeting.registration_a.side == Side.A else meeting.registration_b
    return is_party(actor, host) or may_welcome(actor, meeting.event)


def may_say_outcome(actor: Any, meeting: Meeting, side: str) -> bool:
    """Say what a meeting led to: the people of that side, for themselves alone."""
    return is_party(actor, meeting.registration_a if side == "A" else meeting.registration_b)


def may_read_needs(user: Any, event: Event) -> bool:
    """Read needs of accessibility: those who run the event."""
    return may_organise(user, event)
