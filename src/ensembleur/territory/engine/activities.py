"""Activity codes: labels, sections and the industrial sectors everybody reads."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache

from ensembleur.sources import Confidence, Source
from ensembleur.territory.engine.places import DATA

LABELS_FILE = DATA / "built" / "naf_rev2.json.gz"
SOURCE = Source(
    title="Nomenclature d'activités française, NAF rév. 2 (INSEE)",
    url="https://www.insee.fr/fr/information/2406147",
    licence="Licence Ouverte 2.0",
    confidence=Confidence.SECONDARY,
)

# Section → divisions. Only the letters that keep the same meaning in both editions of the nomenclature (B to E) are used.
SECTIONS: dict[str, range] = {"B": range(5, 10), "C": range(10, 34), "D": range(35, 36), "E": range(36, 40)}

# The aggregated level "A 38" of the nomenclature, where industry is concerned: code → (divisions, French, English).
SECTORS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "BZ": (("05", "06", "07", "08", "09"), "Industries extractives", "Mining and quarrying"),
    "CA": (("10", "11", "12"), "Alimentation, boissons, tabac", "Food, beverages, tobacco"),
    "CB": (("13", "14", "15"), "Textile, habillement, cuir", "Textiles, clothing, leather"),
    "CC": (("16", "17", "18"), "Bois, papier, imprimerie", "Wood, paper, printing"),
    "CD": (("19",), "Cokéfaction et raffinage", "Coke and refined petroleum"),
    "CE": (("20",), "Chimie", "Chemicals"),
    "CF": (("21",), "Pharmacie", "Pharmaceuticals"),
    "CG": (("22", "23"), "Caoutchouc, plastique, minéraux", "Rubber, plastics, minerals"),
    "CH": (("24", "25"), "Métallurgie et produits métalliques", "Metals and metal products"),
    "CI": (("26",), "Informatique, électronique, optique", "Computers, electronics, optics"),
    "CJ": (("27",), "Équipements électriques", "Electrical equipment"),
    "CK": (("28",), "Machines et équipements", "Machinery and equipment"),
    "CL": (("29", "30"), "Matériels de transport", "Transport equipment"),
    "CM": (("31", "32", "33"), "Autres industries, réparation, installation", "Other manufacturing, repair, installation"),
    "DZ": (("35",), "Électricité, gaz, vapeur", "Electricity, gas, steam"),
    "EZ": (("36", "37", "38", "39"), "Eau, déchets, dépollution", "Water, waste, remediation"),
    "XX": ((), "Services liés à l'industrie et autres", "Services to industry and others"),
}
_SECTOR_OF = {division: sector for sector, (divisions, *_) in SECTORS.items() for division in divisions}


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """Code → label for every level of NAF rév. 2; empty when the data file has not been built."""
    if not LABELS_FILE.exists():
        return {}
    read: dict[str, str] = json.loads(gzip.decompress(LABELS_FILE.read_bytes()))
    return read


def label_of(naf: str) -> str:
    """The label of a NAF rév. 2 code, its nearest known parent's otherwise; empty when nothing is known."""
    known = labels()
    for length in (6, 5, 4, 2):
        if naf[:length] in known:
            return known[naf[:length]]
    return ""


def sector_of(naf: str) -> str:
    """The sector code of an activity, such as CH; XX outside industry, empty when the activity is unknown."""
    return _SECTOR_OF.get(naf[:2], "XX") if naf else ""


def sector_label(sector: str, lang: str = "fr") -> str:
    """The name of a sector in French or English; empty when unknown."""
    if sector not in SECTORS:
        return ""
    _divisions, french, english = SECTORS[sector]
    return english if lang == "en" else french
