"""Why a meeting is nowhere, or may not go somewhere, in words; needs of accessibility are named of nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ensembleur.meetings.engine.plan import WhyNot
from ensembleur.meetings.engine.targets import Kind, Target, WhyStays

_UNPLACED = {
    WhyNot.NO_COMMON_SLOT: gettext_lazy("jamais libres ensemble : %(who)s"),
    WhyNot.FULL_AGENDA: gettext_lazy("plus de rendez-vous que de créneaux : %(who)s"),
    WhyNot.NO_TABLE: gettext_lazy("aucune table qui convienne n'est libre dans les créneaux possibles"),
    WhyNot.PAUSE: gettext_lazy("il prendrait la pause de %(who)s"),
    WhyNot.GAP: gettext_lazy("il serait trop près d'un autre rendez-vous des mêmes personnes"),
    WhyNot.LOCKED: gettext_lazy("seuls des rendez-vous verrouillés feraient de la place"),
    WhyNot.NOT_FOUND: gettext_lazy("aucun enchaînement de déplacements trouvé, sans preuve qu'il n'y en a pas"),
}
_STAYS = {
    WhyStays.LOCKED: gettext_lazy("ce rendez-vous est verrouillé"),
    WhyStays.AWAY: gettext_lazy("absence de %(who)s"),
    WhyStays.CLOSED: gettext_lazy("aucune place qui convienne n'est ouverte"),
    WhyStays.FULL: gettext_lazy("nombre de rendez-vous atteint pour %(who)s"),
    WhyStays.BUSY: gettext_lazy("déjà en rendez-vous, que rien ne peut déplacer : %(who)s"),
    WhyStays.NO_TABLE: gettext_lazy("toutes les tables sont prises"),
    WhyStays.PAUSE: gettext_lazy("il prendrait la pause de %(who)s"),
    WhyStays.GAP: gettext_lazy("trop près d'un autre rendez-vous des mêmes personnes"),
}


def unplaced_words(why: str, who: Iterable[str], names: Mapping[str, str]) -> str:
    """« jamais libres ensemble : Camille, Dominique »."""
    return str(_UNPLACED[WhyNot(why)]) % {"who": _listed(who, names)}


def target_words(target: Target, names: Mapping[str, str]) -> str:
    """« possible », « possible en déplaçant 2 autres rendez-vous », « impossible : déjà en rendez-vous… »."""
    if target.kind is Kind.HERE:
        return _("créneau actuel")
    if target.kind is Kind.FREE:
        return _("possible")
    if target.kind is Kind.CHAIN:
        count = len(target.moves)
        if not count:
            return _("possible en changeant une table")
        return ngettext(
            "possible en déplaçant %(n)s autre rendez-vous", "possible en déplaçant %(n)s autres rendez-vous", count
        ) % {"n": count}
    assert target.why is not None
    return _("impossible : %(why)s") % {"why": str(_STAYS[target.why]) % {"who": _listed(target.who, names)}}


def _listed(who: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one, _("une personne")) for one in who) or _("les deux")
