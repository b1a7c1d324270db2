"""What may be written on a line of the journal: values every database gives back unchanged, and nobody's name."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any

_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
_NAMING_KEYS = {"email", "full_name", "first_name", "last_name", "given_name", "usual_name", "phone", "password", "token", "ip"}
HIDDEN = "[donnée personnelle]"


def canonical(value: Any) -> Any:
    """The value as every database gives it back, without anything that names a person.

    Dates and decimals become text; a float that a database could rewrite (1e16, infinity) too; e-mail addresses and
    the fields that hold names are hidden, because a line can never be erased.
    """
    if isinstance(value, dict):
        return {
            clean_text(str(key)): HIDDEN if str(key) in _NAMING_KEYS and item else canonical(item) for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [canonical(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isfinite(value) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        return repr(value) if not math.isfinite(value) or "e" in repr(value) else float(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return _EMAIL.sub(HIDDEN, clean_text(str(value)))


def clean_text(text: str) -> str:
    """Text PostgreSQL accepts: without NUL nor half characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
