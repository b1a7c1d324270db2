"""How a person writes their name, made safe to show."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200
_BREAKS, _UNSEEN = ("Zs", "Zl", "Zp", "Cc"), ("Cf", "Cs", "Co", "Cn")


def clean_name(text: str) -> str:
    """A name on one line, single spaces, without characters that cannot be seen or that turn the text around."""
    seen = "".join(" " if unicodedata.category(mark) in _BREAKS else mark for mark in text)
    return " ".join("".join(mark for mark in seen if unicodedata.category(mark) not in _UNSEEN).split())
