"""Places read from the built data file and the outlines, resolved to today's communes."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ensembleur.errors import SourceError
from ensembleur.sources import Confidence, Source

DATA = Path(__file__).resolve().parent.parent / "data"
PLACES_FILE = DATA / "built" / "places.json.gz"
OUTLINES_FILE = DATA / "outlines_idf.json"
PARIS = "75056"
PARIS_DISTRICTS = tuple(f"751{number:02d}" for number in range(1, 21))
SLIVER = 0.0002  # degrees, about 20 m: gaps between simplified neighbours are closed up to this width

PLACES_SOURCE = Source(
    title="Code officiel géographique et intercommunalités (INSEE, DGCL), paquet decoupage-administratif d'Etalab",
    url="https://github.com/etalab/decoupage-administratif",
    licence="Licence Ouverte 2.0 (données), MIT (paquet)",
    confidence=Confidence.SECONDARY,
)
OUTLINES_SOURCE = Source(
    title="ADMIN EXPRESS, contours simplifiés (IGN)",
    url="https://geoservices.ign.fr/adminexpress",
    licence="Licence Ouverte 2.0",
    confidence=Confidence.PRIMARY,
)


@dataclass(frozen=True)
class Shape:
    """A surface: centre, window (west, south, east, north) in degrees, and its GeoJSON geometry."""

    lon: float
    lat: float
    window: tuple[float, float, float, float]
    geojson: str


@dataclass(frozen=True)
class CommuneRow:
    """A commune, a district or a former commune; `parent` is empty for a commune of today."""

    code: str
    name: str
    kind: str
    departement: str
    epci: str = ""
    ept: str = ""
    parent: str = ""
    population: int | None = None
    postcodes: tuple[str, ...] = ()
    shape: Shape | None = None


@dataclass(frozen=True)
class AreaRow:
    """A département (kind empty) or a grouping of communes, with the codes of its members in the region."""

    code: str
    name: str
    kind: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Country:
    """Names of the whole country: code → name of communes and départements, former commune code → code of today."""

    communes: dict[str, str]
    former: dict[str, str]
    departements: dict[str, str]

    def today(self, code: str) -> str | None:
        """The code today for a code of any time, None when nobody ever had it; districts of Paris stay as they are."""
        return code if code in self.communes else self.former.get(code)

    def name(self, code: str) -> str:
        """The name today of a commune, former codes included; empty when nobody ever had the code."""
        return self.communes.get(self.today(code) or "", "")


@dataclass(frozen=True)
class Atlas:
    """Every place of the region. `digest` changes when the files change; `vintage` is the version of the places file."""

    digest: str
    vintage: str
    region: tuple[str, str]
    departements: tuple[AreaRow, ...]
    groupings: tuple[AreaRow, ...]
    communes: tuple[CommuneRow, ...]


def digest() -> str:
    """The fingerprint of both data files. Raises SourceError when the build has not been done."""
    try:
        return hashlib.sha256(PLACES_FILE.read_bytes() + OUTLINES_FILE.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise SourceError(
            "places_not_built",
            "La liste des communes n'est pas construite : lancez « make demo », ou « python build_assets.py » à la racine.",
        ) from error


def _read_places() -> dict[str, Any]:
    digest()
    content: dict[str, Any] = json.loads(gzip.decompress(PLACES_FILE.read_bytes()))
    return content


@lru_cache(maxsize=1)
def country() -> Country:
    """The names of the whole country, read once per process. Raises SourceError when the build has not been done."""
    raw = _read_places()
    return Country(raw["country"], raw["country_former"], raw["country_departements"])


@lru_cache(maxsize=1)
def read_atlas() -> Atlas:
    """Every place, read once per process. Raises SourceError when the build has not been done."""
    raw = _read_places()
    shapes = _shapes()
    epci_of = {code: row["code"] for row in raw["epci"] for code in row["members"]}
    ept_of = {code: row["code"] for row in raw["ept"] for code in row["members"]}
    communes = [
        _commune(row, "commune", shapes, epci_of.get(row["code"], ""), ept_of.get(row["code"], "")) for row in raw["communes"]
    ]
    today = {row.code: row for row in communes}
    communes += [_commune(row, "district", shapes, epci_of.get(row["parent"], ""), "", row["parent"]) for row in raw["districts"]]
    communes += [_former(row, today) for row in raw["former"]]
    departements = tuple(
        AreaRow(row["code"], row["nom"], "", tuple(c.code for c in today.values() if c.departement == row["code"]))
        for row in raw["departements"]
    )
    groupings = tuple(
        AreaRow(row["code"], row["name"], row["kind"], tuple(row["members"])) for row in [*raw["epci"], *raw["ept"]]
    )
    region = (raw["region"]["code"], raw["region"]["nom"])
    return Atlas(digest(), raw["vintage"], region, departements, groupings, tuple(communes))


def _shapes() -> dict[str, Shape]:
    """Code → shape of each outline; the file holds one outline a line, so that its text is kept as it is."""
    import shapely  # needed once, when the places are stored

    lines = OUTLINES_FILE.read_text(encoding="utf-8").splitlines()[3:-1]
    pairs = [line.rstrip(",").split(":", 1) for line in lines]
    geometries = shapely.from_geojson([text for _code, text in pairs])
    centres = shapely.get_coordinates(shapely.point_on_surface(geometries)).round(5).tolist()
    return {
        code.strip('"'): Shape(lon, lat, tuple(window), text)
        for (code, text), (lon, lat), window in zip(pairs, centres, shapely.bounds(geometries).tolist(), strict=True)
    }


def _commune(row: dict[str, Any], kind: str, shapes: dict[str, Shape], epci: str, ept: str, parent: str = "") -> CommuneRow:
    postcodes = tuple(row["postcodes"])
    return CommuneRow(
        row["code"],
        row["name"],
        kind,
        row["departement"],
        epci,
        ept,
        parent,
        row["population"],
        postcodes,
        shapes.get(row["code"]),
    )


def _former(row: dict[str, Any], today: dict[str, CommuneRow]) -> CommuneRow:
    parent = today[row["parent"]]
    return CommuneRow(row["code"], row["name"] or parent.name, "former", parent.departement, parent.epci, parent.ept, parent.code)


@lru_cache(maxsize=128)  # a database emptied and filled again, as tests do, has the same places
def joined(shapes: tuple[Shape, ...]) -> Shape | None:
    """The union of shapes, without the slivers that simplification leaves between neighbours; None when there is none."""
    if not shapes:
        return None
    import shapely

    parts = shapely.from_geojson([shape.geojson for shape in shapes])
    whole = shapely.union_all(parts).buffer(SLIVER, join_style="mitre").buffer(-SLIVER, join_style="mitre")
    whole = shapely.set_precision(whole.simplify(SLIVER), 1e-5, mode="pointwise")
    centre = whole.representative_point()
    return Shape(round(centre.x, 5), round(centre.y, 5), whole.bounds, shapely.to_geojson(whole))
