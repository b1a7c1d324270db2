"""How a timetable is told: its figures by side, what is proved of it, where each meeting goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ensembleur.meetings.choices import VersionState
from ensembleur.meetings.engine.selecting import NotKept
from ensembleur.meetings.models import Version
from ensembleur.meetings.queries.grid import Hour
from ensembleur.meetings.queries.naming import people_names
from ensembleur.meetings.queries.versions import Change, Difference, Seat

BADGES = {VersionState.DRAFT: "unknown", VersionState.PUBLISHED: "yes", VersionState.REPLACED: "closed"}
CHANGES = {
    Change.ADDED: gettext_lazy("Nouveau"),
    Change.MOVED: gettext_lazy("Déplacé"),
    Change.SEATED: gettext_lazy("Change de table"),
    Change.PEOPLE: gettext_lazy("Change de personne"),
    Change.REMOVED: pgettext_lazy("rendez-vous", "Retiré"),
}
DROPPED = {
    NotKept.WITHDRAWN: gettext_lazy("une des deux participations n'est plus là"),
    NotKept.SAME_ORGANISATION: gettext_lazy("la même organisation"),
    NotKept.DECLINED: gettext_lazy("décliné"),
    NotKept.UNANSWERED: gettext_lazy("sans réponse, et l'événement demande l'accord des deux"),
    NotKept.NO_COMMON_SLOT: gettext_lazy("jamais libres ensemble"),
    NotKept.REFUSED: gettext_lazy("refus privé (compté seulement)"),
    NotKept.FULL_AGENDA: gettext_lazy("agenda déjà plein"),
    NotKept.NO_TABLE: gettext_lazy("plus de table"),
    NotKept.OUTWEIGHED: gettext_lazy("d'autres rendez-vous comptaient plus"),
}

DOING = {
    "placing": gettext_lazy("Chaque rendez-vous cherche un créneau."),
    "improving": gettext_lazy("Le planning s'améliore : moins de trous, moins de créneaux vides."),
    "proving": gettext_lazy("La preuve se cherche : peut-on faire moins de trous ?"),
}


@dataclass(frozen=True)
class Shown:
    """A version and its words."""

    version: Version
    badge: str
    placed: int
    asked: int
    unplaced: int
    proof: str
    sides: list[dict[str, Any]]
    dropped: list[tuple[Any, int]]


def described(version: Version) -> Shown:
    """Its figures, by side; only a sum is never told alone."""
    placed, unplaced = version.score.get("placed", 0), len(version.unplaced)
    sides = [
        {**figures, "label": version.event.side_label(side), "forced": figures["breaks"] - figures["unwanted"]}
        for side, figures in version.score.get("sides", {}).items()
    ]
    dropped = [(DROPPED[NotKept(why)], count) for why, count in sorted(version.selection.get("dropped", {}).items()) if count]
    return Shown(
        version, BADGES[VersionState(version.state)], placed, placed + unplaced, unplaced, proof(version), sides, dropped
    )


def worst(shown: Shown) -> list[dict[str, Any]]:
    """The sides, each with the name of who has most breaks."""
    pks = [int(side["who"][1:]) for side in shown.sides if side["who"]]
    names = people_names(shown.version.event, pks)
    return [{**side, "worst": names.get(side["who"], ""), "pk": side["who"][1:]} for side in shown.sides]


def proof(version: Version) -> str:
    """« optimal, prouvé », « au mieux n de moins », « rien n'est prouvé »."""
    breaks = version.score.get("breaks", 0)
    by = _(" par %(engine)s") % {"engine": version.engine} if version.engine else ""
    if version.is_optimal:
        return _("Optimal, prouvé%(by)s : aucun planning de ces rendez-vous n'a moins de trous.") % {"by": by}
    if version.bound:
        left = breaks - version.bound
        return ngettext("Au mieux %(n)s trou de moins, prouvé%(by)s.", "Au mieux %(n)s trous de moins, prouvé%(by)s.", left) % {
            "n": left,
            "by": by,
        }
    return _("Rien n'est prouvé à cette taille : un meilleur planning existe peut-être.")


def clock(instant: datetime | None, number: int) -> str:
    """« 9 h 20 », or « créneau 25 » when it is only assumed."""
    if instant is None:
        return _("créneau %(n)s") % {"n": number + 1}
    local = timezone.localtime(instant)
    return f"{local.hour}\u00a0h\u00a0{local:%M}"


def hour_words(hours: list[Hour]) -> dict[int, str]:
    """{slot: its hour; its day too when the event lasts several}."""
    days = {timezone.localtime(hour.starts_at).date() for hour in hours if hour.starts_at}
    return {
        hour.number: clock(hour.starts_at, hour.number)
        + (f", {timezone.localtime(hour.starts_at):%d/%m}" if len(days) > 1 and hour.starts_at else "")
        for hour in hours
    }


def difference_row(
    line: Difference, hours: Mapping[int, str], places: Mapping[int, str], names: Mapping[str, str]
) -> dict[str, Any]:
    """One difference, in words."""
    seat = line.after or line.before
    assert seat is not None
    return {
        "people": " – ".join(names.get(f"a{pk}", "?") for pk in seat.people[:2]),
        "change": CHANGES[line.change],
        "before": _where(line.before, hours, places),
        "after": _where(line.after, hours, places),
    }


def _where(seat: Seat | None, hours: Mapping[int, str], places: Mapping[int, str]) -> str:
    if seat is None or seat.slot is None:
        return _("sans créneau")
    place = places.get(seat.place, "") if seat.place else ""
    return f"{hours.get(seat.slot, seat.slot)}{f', {place}' if place else ''}"
