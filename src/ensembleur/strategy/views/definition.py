"""The definition sheet of an indicator and its lines of values, in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.secrecy.rules import Reason
from ensembleur.strategy.choices import DirectionWord, LabelWord, LevelWord, Origin
from ensembleur.strategy.engine.content import Confidentiality, Indicator, OverPlaces, OverTime, State, Text
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.writing import number, quantity, why_hidden
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.queries.states import Seen
from ensembleur.strategy.queries.values import hidden_reason, is_spaced
from ensembleur.strategy.views import cards, words


def sheet_rows(sheet: Indicator, lang: str) -> list[tuple[str, str, str]]:
    """Every field of the sheet: term, value, note. An empty value is said to be unknown by the page."""

    def said(text: Text | None) -> str:
        return text.into(lang) if text else ""

    return [
        (_("Définition"), said(sheet.definition), ""),
        (_("Niveau"), str(LevelWord(sheet.level.value).label), _("des moyens aux effets")),
        (_("Unité"), said(sheet.unit), ""),
        (_("Numérateur"), said(sheet.numerator), ""),
        (_("Dénominateur"), said(sheet.denominator), ""),
        (_("Unité de compte"), said(sheet.counting_unit), ""),
        (_("Règle de dédoublonnage"), said(sheet.deduplication), ""),
        (_("Population"), said(sheet.population), ""),
        (_("Source et extraction"), said(sheet.extraction), ""),
        (_("Comment la valeur est connue"), str(LabelWord(sheet.label.value).label), words.label_means(sheet.label)),
        (_("Mesure automatique"), sheet.measured_by or _("aucune"), _parameters(sheet)),
        (_("Ce qu'il faudrait pour mesurer"), said(sheet.needs) or ("—" if sheet.measured_by or sheet.union_of else ""), ""),
        (_("Date de référence"), said(sheet.reference_date), ""),
        (_("Fréquence"), _("tous les %(months)s mois") % {"months": sheet.frequency_months}, ""),
        (_("Délai"), _("%(months)s mois après la fin de la période") % {"months": sheet.delay_months}, ""),
        (_("Sens"), str(DirectionWord(sheet.direction.value).label), ""),
        (_("Dans le temps"), over_time(sheet.over_time), ""),
        (_("Entre territoires"), over_places(sheet.over_places), ""),
        (_("Détaillé par"), ", ".join(dimension(one) for one in sheet.disaggregations) or _("rien"), ""),
        (_("Réunit"), ", ".join(sheet.union_of) or "—", _("chaque unité comptée une fois") if sheet.union_of else ""),
        (_("Situation de départ"), *baseline(sheet, lang)),
        (_("Responsable"), said(sheet.responsible) or _("aucun responsable nommé dans le texte"), ""),
        (_("Limites et biais connus"), said(sheet.limits), ""),
        (_("Confidentialité"), confidentiality(sheet.confidentiality), ""),
        (_("État"), *_state(sheet, lang)),
    ]


def _parameters(sheet: Indicator) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sheet.parameters.items())


def _state(sheet: Indicator, lang: str) -> tuple[str, str]:
    word = {State.ACTIVE: _("suivi"), State.SUSPENDED: _("suspendu"), State.RETIRED: _("retiré")}[sheet.state]
    why = sheet.state_reason.into(lang) if sheet.state_reason else ""
    heir = _("remplacé par %(code)s") % {"code": sheet.replaced_by} if sheet.replaced_by else ""
    return word, "\N{NO-BREAK SPACE}; ".join(part for part in (why.rstrip(".") if heir else why, heir) if part)


def baseline(sheet: Indicator, lang: str) -> tuple[str, str]:
    """Where it starts from: a value and its day, or that nobody knows, which is not zero."""
    base = sheet.baseline
    if base is None or base.value is None:
        note = base.note.into(lang) if base and base.note else ""
        return _("inconnue, ce qui n'est pas zéro"), note
    shown = quantity(base.value, sheet.unit, lang)
    on = _("mesuré le %(day)s") % {"day": words.day(base.on)} if base.on else ""
    note = base.note.into(lang) if base.note else ""
    return shown, " · ".join(part for part in (on, note) if part)


def over_time(how: OverTime) -> str:
    """How successive periods combine."""
    return {
        OverTime.CUMULATIVE: _("cumulatif : chaque valeur contient les précédentes, on ne les additionne pas"),
        OverTime.FLOW: _("flux : chaque période a la sienne, elles s'additionnent"),
        OverTime.STOCK: _("état à une date : la dernière valeur compte"),
    }[how]


def over_places(how: OverPlaces) -> str:
    """How the parts of a territory combine."""
    return {
        OverPlaces.SUM: _("les parties s'additionnent"),
        OverPlaces.UNION: _("chaque unité une fois : les parties ne s'additionnent pas"),
        OverPlaces.NONE: _("les parties ne se combinent pas"),
    }[how]


def confidentiality(kind: Confidentiality) -> str:
    """Who may read the values."""
    return {
        Confidentiality.PUBLIC: _("publique"),
        Confidentiality.AGGREGATED: _("totaux seulement, sous secret statistique"),
        Confidentiality.INTERNAL: _("réservée aux agents"),
    }[kind]


def dimension(name: str) -> str:
    """A dimension of detail in words; one we do not know keeps its name."""
    known = {
        "departement": _("département"),
        "epci": _("intercommunalité"),
        "commune": _("commune"),
        "sector": _("secteur"),
        "size": _("taille"),
        "scheme": _("dispositif"),
    }
    return str(known.get(name, name))


def eu_rows(sheet: Indicator, lang: str) -> list[dict[str, Any]]:
    """The common indicators of the European funds it answers for, and whether their number was read in the regulation."""
    return [
        {
            "code": one.code,
            "badge": "yes" if one.verified else "unknown",
            "word": _("numéro vérifié") if one.verified else _("numéro non vérifié"),
            "note": one.note.into(lang),
        }
        for one in sheet.eu_codes
    ]


# -- values ------------------------------------------------------------------------------------------------------------
def value_row(line: Measurement, one: Seen, content: Content, lang: str, *, tells_overlap: bool = False) -> dict[str, Any]:
    """A line of the history of values; of a hidden one, neither the parts, the units, nor why it was replaced is told.

    tells_overlap : every part of a union may be read, so that what it counts again gives none of them back.
    """
    reason = reason_of(line, one)
    is_hidden = reason is not None
    found = cards.statements_of(line.source)
    replaced = getattr(line, "replaced_by", None)
    source = line.source if isinstance(line.source, dict) else {}
    note = source.get("note") or {}
    return {
        "shown": "s" if is_hidden else cards.value_of(line, one, lang).shown,
        "why": why_hidden(reason.value, lang) if reason else str(line.why.get(lang) or line.why.get("fr") or ""),
        "label": line.label,
        "origin": line.get_origin_display(),
        "as_of": line.as_of,
        "period": (line.period_start, line.period_end),
        "parts": "" if is_hidden else _parts(line, lang),
        "units": None if is_hidden else line.units,
        "query": line.query,
        "overlap": overlap(line, one, lang) if tells_overlap and not is_hidden else "",
        "seen_since": line.seen_since if line.seen_since and line.seen_since > line.period_start else None,
        "is_replaced": replaced is not None,
        "replaced_why": replaced.reason if replaced is not None and not (is_hidden or reason_of(replaced, one)) else "",
        "reason": line.reason if not (is_hidden or (line.replaces is not None and reason_of(line.replaces, one))) else "",
        "disputes": _disputes(getattr(line, "told_disputes", ())),
        "quotes": () if is_hidden else cards.quotes(found, one.sheet.unit, content, lang),
        "source_title": source.get("title", ""),
        "note": note.get(lang, "") if isinstance(note, dict) else "",
    }


def reason_of(line: Measurement, one: Seen) -> Reason | None:
    """Why a line is kept from the public: by itself, or because the values shown beside it would tell what moved."""
    reason = hidden_reason(one.sheet, line)
    is_apart = (
        is_spaced(one.sheet) and line.origin == Origin.COMPUTED and line.pk not in {told.pk for told in one.followed.series}
    )
    return Reason.SECONDARY if reason is None and is_apart else reason


def _parts(line: Measurement, lang: str) -> str:
    if line.numerator is None and line.denominator is None:
        return ""
    over = [number(part, lang) if part is not None else "–" for part in (line.numerator, line.denominator)]
    return f"{over[0]} / {over[1]}"


def overlap(line: Measurement, one: Seen, lang: str) -> str:
    """« la somme des mesures donne 14, dont 2 comptées à nouveau »: why a union is less than its parts."""
    if line.overlap is None or line.value is None or not one.sheet.union_of:
        return ""
    added = number(line.value + Decimal(line.overlap), lang)
    if not line.overlap:
        return _("La somme des parties donne %(added)s : aucune unité n'y est comptée deux fois.") % {"added": added}
    return _("La somme des parties donne %(added)s, dont %(again)s comptées à nouveau.") % {
        "added": added,
        "again": number(Decimal(line.overlap), lang),
    }


def _disputes(found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"on": one.raised_at, "settled": one.settled_at is not None, "settlement": one.settlement}  # what was said stays inside
        for one in found
    ]
