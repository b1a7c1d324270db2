"""A verdict dressed for the explained-answer card, and the order in which cards are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.logic.answers import Reason
from ensembleur.schemes.engine.verdict import Verdict
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Source

STATES = {"yes": "yes", "unknown": "unknown", "no": "no", "not_open": "closed"}


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


def groups_of(verdicts: Sequence[Verdict], *, siret: str, lang: str) -> Groups:
    """Cards by answer; the order of `verdicts` is kept inside each group."""
    cards: dict[str, list[Card]] = {answer: [] for answer in STATES}
    for verdict in verdicts:
        cards[verdict.answer].append(card_of(verdict, siret=siret, lang=lang))
    return Groups(cards["yes"], cards["unknown"], cards["no"], cards["not_open"])


def card_of(verdict: Verdict, *, siret: str, lang: str) -> Card:
    """One verdict about the establishment `siret`, dressed."""
    asks = verdict.answer == "unknown" and bool(verdict.missing)
    question = reverse("schemes:question", args=[siret])
    return Card(
        title=verdict.title,
        url=reverse("schemes:scheme", args=[verdict.scheme]),
        state=STATES[verdict.answer],
        state_text=_state_text(verdict),
        headline=verdict.amount.headline if verdict.answer != "no" else "",
        sentence=_sentence(verdict, lang),
        reasons=verdict.reasons,
        formula=verdict.amount.formula,
        source=verdict.source,
        action_url=f"{question}?cle={verdict.missing[0]}" if asks else "",
        action_label=_("Répondre") if asks else "",
    )


def _state_text(verdict: Verdict) -> str:
    return {"yes": _("Éligible"), "unknown": _("À vérifier"), "no": _("Non éligible"), "not_open": _("Fermé")}[verdict.answer]


def _sentence(verdict: Verdict, lang: str) -> str:
    if verdict.answer == "not_open":
        return verdict.status_text
    if verdict.answer == "unknown":
        if not verdict.missing:
            return _("Une condition ne peut pas être vérifiée ici : demandez à l'organisme.")
        labels = ", ".join(VOCABULARY[key].label.in_(lang) for key in verdict.missing)
        count = len(verdict.missing)
        words = ngettext("Il manque une information : %(labels)s.", "Il manque %(count)d informations : %(labels)s.", count)
        return words % {"count": count, "labels": labels}
    if verdict.answer == "no":
        failed = [reason.says for reason in verdict.reasons if reason.answer is not None and reason.answer.value == 0]
        return failed[0] if failed else verdict.status_text
    return verdict.status_text


def gained(before: Sequence[Verdict], after: Sequence[Verdict]) -> dict[str, Any]:
    """What an answer changed: how many schemes became sure, one way or the other."""
    old = {verdict.scheme: verdict.answer for verdict in before}
    turned = [verdict.answer for verdict in after if verdict.answer != old.get(verdict.scheme)]
    return {"yes": turned.count("yes"), "no": turned.count("no")}
