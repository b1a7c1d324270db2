"""Reads the perimeter of industrial activities."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.territory.engine.activities import SECTIONS
from ensembleur.territory.engine.perimeter import MANUAL, Extension, Inclusion, Perimeter

FILE = Path(__file__).with_name("perimeter.yaml")


def read_perimeter(path: Path) -> Perimeter:
    """The perimeter of a file. Raises BadInput, naming the entry, when one cannot be read."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = tuple(raw["core"]["sections"])
    if wrong := set(sections) - set(SECTIONS):
        raise BadInput("bad_perimeter", f"{path.name} : la section {sorted(wrong)[0]} n'est pas connue, attendu B, C, D ou E.")
    extensions = []
    for entry in raw.get("extensions") or []:
        if entry.get("applies") not in ("always", "manual"):
            raise BadInput(
                "bad_perimeter", f"{path.name} : l'extension {entry.get('id')} doit dire « applies: always » ou « manual »."
            )
        extensions.append(
            Extension(entry["id"], tuple(entry["naf"]), entry["applies"] == "always", entry["reason"], entry.get("source", ""))
        )
    inclusions = []
    for entry in raw.get("inclusions") or []:
        number = str(entry.get("number", ""))
        number = codes.siren(number) if len(number) == 9 else codes.siret(number)
        if not entry.get("reason"):
            raise BadInput("bad_perimeter", f"{path.name} : l'inclusion de {number} doit dire pourquoi (« reason: … »).")
        inclusions.append(Inclusion(number, entry["reason"], entry.get("rule", MANUAL), entry.get("decided_on")))
    return Perimeter(sections, raw["core"]["reason"], tuple(extensions), tuple(inclusions))


@lru_cache(maxsize=1)
def industrial_perimeter() -> Perimeter:
    """The perimeter of the house's own file."""
    return read_perimeter(FILE)
