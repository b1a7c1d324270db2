"""What a need's states are in plain words: honest about what we know, respectful of those who answer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ensembleur.journeys.choices import InvolvementState, NeedOutcome, NeedStatus

# What the company reads of its own request.
NEED_SAYS: dict[str, Promise | str] = {
    NeedStatus.WAITING: _("Des conseillers ont reçu votre demande ; aucun ne l'a encore prise."),
    NeedStatus.TAKEN: _(
        "Un conseiller s'est engagé à s'en occuper. Cela ne veut pas encore dire qu'il vous a appelé : il vous écrit ici."
    ),
}
OUTCOME_SAYS: dict[str, Promise | str] = {
    NeedOutcome.HELPED: _("Un conseiller a aidé l'entreprise à avancer."),
    NeedOutcome.NOT_HELPED: _("L'échange a eu lieu, et aucune aide ne convenait à la situation."),
    NeedOutcome.NOT_REACHED: _("Le conseiller a essayé de joindre l'entreprise, sans y parvenir."),
    NeedOutcome.NO_NEWS: _(
        "L'échange a commencé puis s'est arrêté sans que nous sachions pourquoi. Ce n'est ni une aide, ni une absence d'aide."
    ),
    NeedOutcome.WITHDRAWN: _("L'entreprise a retiré sa demande."),
    NeedOutcome.UNANSWERED: _("Personne n'a répondu dans les délais. C'est notre manque, pas le signe qu'aucune aide n'existe."),
}
OUTCOME_STATES: dict[str, str] = {
    NeedOutcome.HELPED: "yes",
    NeedOutcome.NOT_HELPED: "no",
    NeedOutcome.NOT_REACHED: "unknown",
    NeedOutcome.NO_NEWS: "unknown",
    NeedOutcome.WITHDRAWN: "closed",
    NeedOutcome.UNANSWERED: "no",
}
STATUS_STATES: dict[str, str] = {NeedStatus.WAITING: "closed", NeedStatus.TAKEN: "info", NeedStatus.CLOSED: "closed"}
# What each adviser does, as the company reads it; the others are only counted.
COMPANY_SAYS: dict[str, Promise | str] = {
    InvolvementState.ASKED: _("a reçu votre demande"),
    InvolvementState.TAKEN: _("s'occupe de votre demande"),
    InvolvementState.CLOSED: _("s'est occupé de votre demande"),
}
INVOLVEMENT_STATES: dict[str, str] = {
    InvolvementState.ASKED: "closed",
    InvolvementState.TAKEN: "yes",
    InvolvementState.CLOSED: "info",
    InvolvementState.DECLINED: "no",
    InvolvementState.MISROUTED: "no",
    InvolvementState.STOOD_DOWN: "closed",
    InvolvementState.RELEASED: "unknown",
    InvolvementState.CALLED_OFF: "closed",
}
PLACES = ("company-", "commune-", "departement-", "region-")  # how the leaves of a perimeter are named


def need_state(status: str, outcome: str) -> str:
    """The shape and colour of a need."""
    return OUTCOME_STATES.get(outcome) or STATUS_STATES[status]


def need_says(status: str, outcome: str) -> Promise | str:
    """The sentence that says where a need stands."""
    return OUTCOME_SAYS.get(outcome) or NEED_SAYS[status]


def match_says(leaf: str, answer: str, says: str, title: str) -> str:
    """A reason of a match in the words of a desk: the subject and the place shortly, an organisation's conditions as they are.

    leaf, answer ("yes", "no", "unknown"), says : of the reason.   title : the subject asked.
    """
    if leaf == "subject" and answer != "unknown":
        words = _now("Sujet couvert : %(title)s") if answer == "yes" else _now("Sujet non couvert : %(title)s")
        return words % {"title": title}
    if leaf.startswith(PLACES) and answer != "unknown":
        return (
            _now("Entreprise dans le périmètre")
            if answer == "yes"
            else _now("Entreprise hors du périmètre : %(why)s") % {"why": says}
        )
    return says
