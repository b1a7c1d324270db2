"""How a proposed change is said: who, from where to where, why, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ensembleur.meetings.choices import ProposalState
from ensembleur.meetings.models import Proposal
from ensembleur.meetings.queries.agenda_words import place_name
from ensembleur.meetings.queries.grid import hours_of
from ensembleur.meetings.queries.naming import people_names
from ensembleur.meetings.queries.reasons import unplaced_words
from ensembleur.meetings.views.timetable_words import hour_words

BADGES = {
    ProposalState.PROPOSED: "unknown",
    ProposalState.APPROVED: "yes",
    ProposalState.REFUSED: "no",
    ProposalState.STALE: "closed",
}
WHY = {
    "absent": gettext_lazy("absence de %(who)s"),
    "slot_closed": gettext_lazy("ce créneau n'a plus lieu"),
    "place_closed": gettext_lazy("sa table ne peut plus servir"),
    "clash": gettext_lazy("il ne pouvait pas être tenu ainsi"),
    "cancelled": gettext_lazy("désistement"),
    "added": gettext_lazy("inscription tardive, créneau vide"),
    "back": gettext_lazy("%(who)s peut venir"),
    "made_room": gettext_lazy("il fait de la place à un autre"),
    "gave_up": gettext_lazy("il laisse son créneau à un rendez-vous indispensable"),
    "table": gettext_lazy("un autre a besoin de sa table"),
    "missed": gettext_lazy("une personne n'est pas venue"),
    "mutual": gettext_lazy("ils s'étaient choisis et n'avaient pas de créneau"),
    "wish": gettext_lazy("l'un avait demandé l'autre"),
    "standby": gettext_lazy("créneau libre des deux côtés, peu de rendez-vous"),
}
FIGURES = (
    ("placed", gettext_lazy("Rendez-vous placés")),
    ("breaks", gettext_lazy("Trous dans les agendas")),
    ("idle", gettext_lazy("Créneaux vides entre deux rendez-vous")),
)


def sentence_of(proposal: Proposal) -> str:
    """« Absence : Camille Roux »."""
    about = proposal.about
    if about is None or about.erased_at:
        return str(proposal.get_kind_display())
    return _("%(what)s : %(who)s") % {"what": proposal.get_kind_display(), "who": about.name}


def rows_of(proposal: Proposal) -> list[dict[str, str]]:
    """The difference, one meeting a row, in words and in the order of the day."""
    event = proposal.event
    pks = {int(name[1:]) for line in proposal.lines for name in (*line["people"], *line["who"]) if name[0] == "a"}
    names, places = people_names(event, pks), {f"p{one.pk}": place_name(one) for one in event.places.all()}
    hours = hour_words(hours_of(proposal.base))
    rows = []
    for line in sorted(proposal.lines, key=lambda line: line["after"] or 0 if line["before"] is None else line["before"]):
        who = ", ".join(names.get(one, _("une personne")) for one in line["who"])
        why = str(WHY[line["why"]]) % {"who": who}
        if line["after"] is None and line["left"]:
            why += " ; " + unplaced_words(line["left"], line["who"] or line["people"], names)
        rows.append(
            {
                "people": " – ".join(names.get(one, _("une personne")) for one in line["people"]),
                "before": _where(line["before"], line["place_before"], hours, places, _("sans créneau")),
                "after": _where(line["after"], line["place_after"], hours, places, pgettext("rendez-vous", "retiré")),
                "why": why,
                "badge": "no" if line["after"] is None else "yes" if line["before"] is None else "info",
                "what": pgettext("rendez-vous", "Retiré")
                if line["after"] is None
                else _("Nouveau")
                if line["before"] is None
                else _("Déplacé"),
            }
        )
    return rows


def figures_of(proposal: Proposal) -> list[tuple[str, int, int]]:
    """[(what, before, after)]; nothing for a proposal that keeps none."""
    before, after = proposal.figures.get("before"), proposal.figures.get("after")
    return [(str(label), before[name], after[name]) for name, label in FIGURES] if before and after else []


def _where(slot: int | None, place: str, hours: Mapping[int, str], places: Mapping[str, str], none: str) -> str:
    if slot is None:
        return none
    table = places.get(place, "")
    return f"{hours.get(slot, slot)}{f', {table}' if table else ''}"
