"""Turn the npm packages of places and activities into the two compact files the territory domain reads."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "src/ensembleur/territory/data/built"
PLACES = HERE / "node_modules/@etalab/decoupage-administratif"
ACTIVITIES = HERE / "node_modules/@socialgouv/codes-naf/index.json"
REGION = "11"  # the region whose places are kept whole; of the others, only codes and names


def read(name: str) -> list[dict[str, Any]]:
    """One file of the places package."""
    rows: list[dict[str, Any]] = json.loads((PLACES / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def places() -> dict[str, Any]:
    """The region's communes, groupings and départements, whole; the whole country's codes, as names only."""
    communes = read("communes")
    current = [row for row in communes if row["type"] == "commune-actuelle"]
    ours = [row for row in current if row.get("region") == REGION]
    codes = {row["code"] for row in ours}
    epci = [row for row in read("epci") if any(member["code"] in codes for member in row["membres"])]
    ept = read("ept")
    former = {old: row["code"] for row in current for old in row.get("anciensCodes", []) if not is_postcode_of_paris(old)}
    former_names = {}
    for row in communes:
        if row["type"] in {"commune-associee", "commune-deleguee"} and row["code"] != row["chefLieu"]:
            former[row["code"]] = row["chefLieu"]
            former_names[row["code"]] = row["nom"]
    districts = [row for row in communes if row["type"] == "arrondissement-municipal"]
    return {
        "vintage": json.loads((PLACES / "package.json").read_text())["version"],
        "region": next(row for row in read("regions") if row["code"] == REGION),
        "departements": [row for row in read("departements") if row["region"] == REGION],
        "epci": [grouping(row, codes) for row in epci],
        "ept": [grouping(row, codes) for row in ept],
        "communes": [commune(row) for row in ours],
        "districts": [{**commune(row), "parent": row["commune"]} for row in districts if row["region"] == REGION],
        "former": [
            {"code": old, "name": former_names.get(old, ""), "parent": today}
            for old, today in sorted(former.items())
            if today in codes
        ],
        "country": {row["code"]: row["nom"] for row in [*current, *districts]},
        "country_former": former,
        "country_departements": {row["code"]: row["nom"] for row in read("departements")},
    }


def is_postcode_of_paris(code: str) -> bool:
    """75001 to 75020 named suburbs before 1968; today everybody means a postcode, so they stay unknown."""
    return "75001" <= code <= "75020"


def commune(row: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a commune."""
    return {
        "code": row["code"],
        "name": row["nom"],
        "departement": row["departement"],
        "postcodes": row.get("codesPostaux", []),
        "population": row.get("population"),
    }


def grouping(row: dict[str, Any], codes: set[str]) -> dict[str, Any]:
    """What is kept of a grouping: its members in the region."""
    return {
        "code": row["code"],
        "name": row["nom"],
        "kind": row["type"],
        "members": sorted(member["code"] for member in row["membres"] if member["code"] in codes),
    }


def activities() -> dict[str, str]:
    """Code → label, every level of the NAF rév. 2."""
    return {row["id"]: row["label"] for row in json.loads(ACTIVITIES.read_text(encoding="utf-8"))}


def write(name: str, content: Any) -> Path:
    """Write one compact file, the same bytes for the same content."""
    BUILT.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path = BUILT / name
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path


def main() -> int:
    """Write both files; 1 with one sentence when the packages are not there."""
    if not (PLACES / "package.json").exists() or not ACTIVITIES.exists():
        print("Les paquets npm ne sont pas installés : lancez « npm ci » dans frontend/.", file=sys.stderr)
        return 1
    for path in (write("places.json.gz", places()), write("naf_rev2.json.gz", activities())):
        print(f"{path.relative_to(HERE.parent)} : {path.stat().st_size:,} octets".replace(",", " "))
    return 0


if __name__ == "__main__":
    sys.exit(main())
