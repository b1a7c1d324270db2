"""A verdict dressed for the explained-answer card: its page, and the question that would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ensembleur.logic.answers import Reason
from ensembleur.schemes.engine.verdict import Verdict
from ensembleur.sources import Source


@dataclass(frozen=True)
class Card:
    """What the component `answer_card` shows."""

    title: str
    url: str
    state: str
    state_text: str
    headline: str
    sentence: str
    reasons: Sequence[Reason]
    formula: str
    source: Source | None
    action_url: str
    action_label: str


@dataclass(frozen=True)
class Groups:
    """The cards of one establishment, in reading order: open and yes, open and unknown, no, closed."""

    yes: list[Card]
    unknown: list[Card]
    no: list[Card]
    closed: list[Card]


def groups_of(verdicts: Sequence[Verdict], *, siret: str) -> Groups:
    """Cards by answer; the order of `verdicts` is kept inside each group."""
    cards: dict[str, list[Card]] = {"yes": [], "unknown": [], "no": [], "not_open": []}
    for verdict in verdicts:
        cards[verdict.answer].append(card_of(verdict, siret=siret))
    return Groups(cards["yes"], cards["unknown"], cards["no"], cards["not_open"])


def card_of(verdict: Verdict, *, siret: str) -> Card:
    """One verdict about the establishment `siret`, dressed."""
    asks = verdict.answer == "unknown" and bool(verdict.missing)
    return Card(
        title=verdict.title,
        url=reverse("schemes:scheme", args=[verdict.scheme.id]),
        state=verdict.state,
        state_text=verdict.state_text,
        headline=verdict.headline,
        sentence=verdict.sentence,
        reasons=verdict.reasons,
        formula=verdict.formula,
        source=verdict.source,
        action_url=f"{reverse('schemes:question', args=[siret])}?cle={verdict.missing[0]}" if asks else "",
        action_label=_("Répondre") if asks else "",
    )


def gained(before: Sequence[Verdict], after: Sequence[Verdict]) -> dict[str, int]:
    """What an answer changed: how many schemes became sure, one way or the other."""
    old = {verdict.scheme.id: verdict.answer for verdict in before}
    turned = [verdict.answer for verdict in after if verdict.answer != old.get(verdict.scheme.id)]
    return {"yes": turned.count("yes"), "no": turned.count("no")}
