"""The kinds of notice the platform sends: each domain registers its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from ensembleur.accounts.choices import Rhythm


@dataclass(frozen=True)
class Notice:
    """One kind of notice.

    label : what a person reads where they choose what they want by e-mail.
    is_reminder : whether a clock writes it, rather than something somebody did.
    default_rhythm : when its e-mail leaves for a person who chose nothing.
    """

    kind: str
    label: str | Promise
    is_reminder: bool
    default_rhythm: Rhythm


_notices: dict[str, Notice] = {}


def register_notice(kind: str, label: str | Promise, is_reminder: bool = False, default_rhythm: Rhythm = Rhythm.AT_ONCE) -> None:
    """Declare a kind of notice; call it in AppConfig.ready(). `kind` is one word of code, such as "need_released".

    Raises ValueError when the word is taken by another kind.
    """
    notice = Notice(kind, label, is_reminder, Rhythm(default_rhythm))
    standing = _notices.setdefault(kind, notice)
    if (standing.is_reminder, standing.default_rhythm) != (notice.is_reminder, notice.default_rhythm):
        raise ValueError(f"The notice « {kind} » is already registered differently.")


def notices() -> dict[str, Notice]:
    """Every kind registered, in order of its label as the reader's language writes it."""
    return dict(sorted(_notices.items(), key=lambda item: str(item[1].label)))


def notice_of(kind: str) -> Notice:
    """The kind of that word. Raises ValueError when no domain registered it: a bug, never an answer to a person."""
    try:
        return _notices[kind]
    except KeyError:
        raise ValueError(f"The notice « {kind} » is unknown: call register_notice in AppConfig.ready().") from None
