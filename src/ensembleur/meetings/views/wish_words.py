"""The words and shapes of wishes on screen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from ensembleur.meetings.choices import WishState
from ensembleur.meetings.models import Registration
from ensembleur.territory.engine.activities import SECTORS, sector_label, sector_of

_BADGES = {
    WishState.SENT: "unknown",
    WishState.ACCEPTED: "yes",
    WishState.DECLINED: "no",
    WishState.LAPSED: "closed",
    WishState.WITHDRAWN: "closed",
}


def badge(state: str) -> str:
    """The shape and colour of a state; its word stands beside."""
    return _BADGES[WishState(state)]


def sectors(rows: Iterable[Registration]) -> list[tuple[str, str]]:
    """[(code, label)] of the sectors they declared."""
    codes = {sector_of(division) for one in rows for division in one.sectors}
    lang = get_language() or "fr"
    return sorted(((code, sector_label(code, lang)) for code in codes if code in SECTORS), key=lambda pair: pair[1])
