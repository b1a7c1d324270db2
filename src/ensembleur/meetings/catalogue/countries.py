"""Countries by their ISO 3166-1 code, as the Unicode CLDR names them in French and in English."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "countries.csv"


@cache
def countries(lang: str = "fr") -> dict[str, str]:
    """{code: name}, in the order of the names."""
    with FILE.open(encoding="utf-8") as lines:
        found = {row["code"]: row["en" if lang == "en" else "fr"] for row in csv.DictReader(lines, delimiter=";")}
    return dict(sorted(found.items(), key=lambda one: one[1].casefold().replace("é", "e").replace("î", "i")))
