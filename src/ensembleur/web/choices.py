"""The closed words of the layout: tones and states with their shape, evidence and confidence in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TONES = ("plain", "yes", "no", "unknown", "closed", "info")


@dataclass(frozen=True)
class State:
    """How a state is shown: always a word and a shape as well as a colour."""

    shape: str
    word: str | Promise


STATES = {
    "yes": State("check", _("Oui")),
    "unknown": State("question", _("À vérifier")),
    "no": State("cross", _("Non")),
    "closed": State("clock", _("Fermé")),
    "info": State("info", _("Information")),
}


@dataclass(frozen=True)
class Mark:
    """How a condition is shown in an explained answer: a sign for the eye, a word for screen readers."""

    sign: str
    word: str | Promise


MARKS = {
    "yes": Mark("✓", _("Remplie :")),
    "no": Mark("✗", _("Contraire :")),
    "unknown": Mark("?", _("Inconnue :")),
    "idle": Mark("–", _("Sans effet, une autre condition suffit :")),
    "jury": Mark("◇", _("Apprécié par un jury, ne décide pas :")),
}

EVIDENCE = {
    "observed": _("observé"),
    "documented": _("prouvé par un document"),
    "declared": _("déclaré"),
    "estimated": _("estimé"),
}

CONFIDENCE = {
    "primary": _("primaire"),
    "secondary": _("secondaire"),
    "weak": _("faible"),
    "unverified": _("non vérifiée"),
}

AUDIENCES = {
    "company": _("Je dirige une entreprise"),
    "trade": _("Je cherche un métier"),
    "site": _("Je cherche un site"),
    "partner": _("Je cherche un partenaire"),
    "meet": _("Événements"),
    "advise": _("J'accompagne"),
    "steer": _("Je pilote"),
    "opendata": _("Données ouvertes"),
}
