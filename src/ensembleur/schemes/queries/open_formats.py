"""The catalogue in the columns of the national schema « dispositif d'aide » (schema.data.gouv.fr, version 0.1.0)."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Protocol

from ensembleur.logic.conditions import leaves
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.queries.overview import condition_groups

COLUMNS = (
    "id",
    "titre",
    "promesse",
    "description",
    "eligibilite",
    "types_aides",
    "porteurs",
    "programmes_parents",
    "url_source",
    "cibles",
    "eligibilite_geographique",
    "eligibilite_geographique_exclusions",
    "date_ouverture",
    "date_cloture",
    "date_mise_a_jour",
)
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "ensembleur.example")  # the schema wants a UUID that stays the same
TYPES = {
    "grant": "financement",
    "advance": "financement",
    "loan": "financement",
    "equity": "financement",
    "tax_credit": "financement",
    "prize": "financement",
    "diagnosis": "etude",
    "training": "formation",
    "support": "accompagnement",
    "network": "accompagnement",
}
REGION, COUNTRY = "REG-11", "PAYS-99100"


def national_rows(schemes: Iterable[Scheme], *, as_of: date, site: str) -> Iterator[dict[str, str]]:
    """One row per scheme, in the version that holds that day; `site` is the address of this platform."""
    for scheme in schemes:
        verdict = verdict_of(scheme, {}, as_of=as_of, lang="fr")
        version = verdict.version or scheme.versions[-1]
        window = next((window for window in version.windows if window.takes(as_of)), None) or (version.windows or (None,))[-1]
        yield {
            "id": str(uuid.uuid5(NAMESPACE, scheme.id)),
            "titre": scheme.title.fr[:100],
            "promesse": "",
            "description": scheme.summary.fr[:5000],
            "eligibilite": _conditions(scheme, version, as_of),
            "types_aides": TYPES[scheme.family],
            "porteurs": json.dumps(_holders(scheme), ensure_ascii=False),
            "programmes_parents": "",
            "url_source": scheme.url or f"{site}aides/{scheme.id}/",
            "cibles": "particuliers" if scheme.audience == "person" else "professionnels",
            "eligibilite_geographique": REGION if _is_regional(version) else COUNTRY,
            "eligibilite_geographique_exclusions": "",
            "date_ouverture": _iso(window.opens if window else None),
            "date_cloture": _iso(window.closes if window else None),
            "date_mise_a_jour": _iso(_last_checked(scheme) or as_of),
        }


def _conditions(scheme: Scheme, version: Version, as_of: date) -> str:
    groups = condition_groups(scheme, version, as_of=as_of, lang="fr")
    return "\n".join(f"• {group.says + ' : ' if group.says else ''}{line.says}" for group in groups for line in group.lines)


def _holders(scheme: Scheme) -> list[dict[str, Any]]:
    holders: dict[str, dict[str, Any]] = {scheme.operator.name: {"nom": scheme.operator.name, "roles": ["instructeur"]}}
    if scheme.operator.siren:
        holders[scheme.operator.name]["siren"] = scheme.operator.siren
    for name in scheme.funders:
        holders.setdefault(name, {"nom": name, "roles": []})["roles"].append("financeur")
    return list(holders.values())


def _is_regional(version: Version) -> bool:
    return any(leaf.op == "in_zone" and leaf.value == "ile-de-france" for leaf in leaves(version.conditions))


def _last_checked(scheme: Scheme) -> date | None:
    return max((source.checked_on for source in scheme.sources.values() if source.checked_on), default=None)


def _iso(day: date | None) -> str:
    return f"{day.isoformat()}T00:00:00Z" if day else ""


class Writable(Protocol):
    """A file, a response, a buffer."""

    def write(self, text: str, /) -> Any:
        """Take some text."""


def write_csv(target: Writable, rows: Iterable[dict[str, str]]) -> None:
    """The rows as CSV with the schema's columns in its order."""
    writer = csv.DictWriter(target, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
