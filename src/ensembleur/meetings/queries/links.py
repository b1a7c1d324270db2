"""The private links of people who come: made again whenever they are needed, never stored, revoked by moving a number on."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from ensembleur.meetings.models import Attendee

DAY, CALENDAR = "meetings.day", "meetings.calendar"
_NUMBERS = {DAY: "link_number", CALENDAR: "calendar_number"}


def token_of(attendee: Attendee, purpose: str = DAY) -> str:
    """The secret part of a private link: for the person's own pages, or for their calendar alone."""
    return Signer(salt=purpose, sep=".").sign(f"{attendee.pk}-{getattr(attendee, _NUMBERS[purpose])}").replace(".", "~")


def attendee_of(token: str, purpose: str = DAY) -> Attendee | None:
    """Whose link it is; None when it is false or was revoked, or the person erased."""
    try:
        pk, number = Signer(salt=purpose, sep=".").unsign(token.replace("~", ".")).split("-")
    except (BadSignature, ValueError):
        return None
    found = Attendee.objects.select_related("registration__event", "home").filter(pk=pk, erased_at__isnull=True).first()
    return found if found is not None and str(getattr(found, _NUMBERS[purpose])) == number else None
