"""The short code of a badge: read by a camera or typed by hand, signed so that nobody guesses another person's."""

from __future__ import annotations

import re

from django.utils.crypto import constant_time_compare, salted_hmac

from ensembleur.meetings.models import Attendee, Event

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: neither I, L, O nor U, that eyes and hands mistake
SIGNED = 6
_MISTAKEN = str.maketrans("ILO", "110", " -")


def code_of(attendee: Attendee) -> str:
    """« 2M-7Q3KX9 »: who it is, then what proves it. It does not move when a private link is revoked: badges are printed."""
    return f"{_spelled(attendee.pk)}-{_proof(attendee.registration.event_id, attendee.pk)}"


def attendee_of_code(event: Event, code: str) -> Attendee | None:
    """Whose badge of this event it is, however it was typed; None when the code is false or the person was erased."""
    plain = code.upper().translate(_MISTAKEN)
    if not re.fullmatch(rf"[{ALPHABET}]{{{SIGNED + 1},{SIGNED + 12}}}", plain):
        return None
    pk = _read(plain[:-SIGNED])
    if not constant_time_compare(plain[-SIGNED:], _proof(event.pk, pk)):
        return None
    known = Attendee.objects.filter(pk=pk, registration__event=event, erased_at__isnull=True)
    return known.select_related("registration__event", "home").first()


def _proof(event: int, attendee: int) -> str:
    digest = salted_hmac("meetings.badge", f"{event}:{attendee}", algorithm="sha256").digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:SIGNED])


def _spelled(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 32)
        digits = ALPHABET[digit] + digits
    return digits


def _read(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 32 + ALPHABET.index(digit)
    return number
