"""What can be printed: an accessible file refuses a letter that no font draws, and a control character stops the converter."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ensembleur.money import NARROW_SPACE, NO_BREAK_SPACE

# What the fonts of the report and those that Typst brings draw; a test prints every one of them.
PRINTED = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x4FF), (0x1E00, 0x1EFF)),
    *((0x2010, 0x2027), (0x2030, 0x2040), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2122, 0x2122)),
    *((0x2190, 0x23FF), (0x25A0, 0x25FF)),
)
NOT_PRINTED = "□"
_KEPT = (chr(code) for first, last in PRINTED for code in range(first, last + 1))
_OTHER = re.compile("[^\n" + "".join(re.escape(letter) for letter in _KEPT if unicodedata.category(letter) != "Cn") + "]")


def printed(thing: Any) -> Any:
    """The same value, its texts as they can be printed: the page and the data keep what the report cannot draw."""
    if isinstance(thing, str):
        return _OTHER.sub(_instead, unicodedata.normalize("NFC", thing.replace(NARROW_SPACE, NO_BREAK_SPACE)))
    if isinstance(thing, dict):
        return {key: printed(value) for key, value in thing.items()}
    return [printed(one) for one in thing] if isinstance(thing, list | tuple) else thing


def _instead(found: re.Match[str]) -> str:
    """Spaces and controls become a space, marks without a look disappear, anything else is a box."""
    kind = unicodedata.category(found.group())
    if kind in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    return "" if kind in {"Cf", "Mn"} else NOT_PRINTED
