"""Whether each indicator's sheet is complete: what it counts, since where, which way is better, and who would know."""

from __future__ import annotations

from collections.abc import Iterator

from ensembleur.strategy.engine.parsing.places import Fault
from ensembleur.strategy.engine.parsing.walking import Table, completed, indicators, table

# Said by every sheet, by its own words or by the sheet it is `like`; `responsible: null` says that no text names anybody.
REQUIRED = {
    "level": "sa place entre les moyens et les effets",
    "definition": "ce qu'il mesure",
    "unit": "son unité",
    "counting_unit": "ce qui est compté un par un",
    "deduplication": "comment un même cas n'est compté qu'une fois",
    "population": "parmi qui ou quoi il compte",
    "extraction": "d'où vient la valeur",
    "reference_date": "la date à laquelle la valeur est vraie",
    "frequency_months": "tous les combien de mois il est attendu",
    "delay_months": "combien de mois après la fin de la période",
    "direction": "quel sens est le meilleur",
    "over_time": "comment les périodes se combinent",
    "over_places": "comment les territoires se combinent",
    "disaggregations": "comment il se détaille, [] si rien",
    "baseline": "la situation de départ, « value: null » avec une note si personne ne la connaît",
    "label": "comment la valeur est connue",
    "confidentiality": "qui peut lire les valeurs",
    "limits": "ses limites et ses biais",
    "responsible": "qui en répond, null si aucun texte ne nomme personne",
}  # fmt: skip


def sheet_faults(data: Table) -> Iterator[Fault]:
    """What lacks to each indicator: a key of its sheet, a source, a reason to be retired, a known start."""
    sheets = table(data.get("sheets"))
    for path, body in indicators(data):
        like = body.get("like")
        if isinstance(like, str) and like not in sheets:
            yield Fault((*path, "like"), f"la fiche « {like} » n'est pas dans « sheets: » : ajoutez-la, ou corrigez le nom")
            continue
        sheet = completed(body, data)
        missing = [f"« {key}: » ({why})" for key, why in REQUIRED.items() if key not in sheet]
        if missing:
            yield Fault(
                path, f"il manque à la fiche {' ; '.join(missing)} : ajoutez-le ici, ou dans la fiche commune que « like: » nomme"
            )
        if not any(sheet.get(key) for key in ("measured_by", "union_of", "needs", "values")):
            yield Fault(
                path,
                "rien ne mesure cet indicateur : nommez la mesure (« measured_by: »), ou dites ce qu'il faudrait (« needs: »)",
            )
        if sheet.get("state", "active") != "active" and not sheet.get("state_reason"):
            yield Fault(path, "dites dans « state_reason: » pourquoi cet indicateur n'est plus suivi")
        baseline = table(sheet.get("baseline"))
        if "value" in baseline and not (baseline.get("citation") or baseline.get("note")):
            yield Fault(
                (*path, "baseline"),
                "dites d'où vient cette situation de départ, ou pourquoi elle est inconnue : « note: » ou « citation: »",
            )
