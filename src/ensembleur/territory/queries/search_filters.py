"""What a reader may narrow a search by: the words of an address become filters, and codes become labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.territory.choices import CommuneKind
from ensembleur.territory.engine import activities
from ensembleur.territory.engine.search_index import FACETS, Filters
from ensembleur.territory.engine.search_score import SIZE_STEPS
from ensembleur.territory.engine.search_text import fold, tokens
from ensembleur.territory.models import Commune, Departement, Epci

MOST_VALUES = 30
WIDEST_KM = 100.0
FACET_TITLES = {
    "departement": gettext_lazy("Département"),
    "family": gettext_lazy("Secteur"),
    "size": gettext_lazy("Effectif de l'établissement"),
    "grouping": gettext_lazy("Intercommunalité"),
    "commune": gettext_lazy("Commune"),
    "division": gettext_lazy("Activité détaillée"),
}
SIZE_LABELS = {
    "unknown": gettext_lazy("non connu"),
    "0": gettext_lazy("aucun salarié"),
    "1-9": gettext_lazy("1 à 9 salariés"),
    "10-19": gettext_lazy("10 à 19 salariés"),
    "20-49": gettext_lazy("20 à 49 salariés"),
    "50-99": gettext_lazy("50 à 99 salariés"),
    "100-249": gettext_lazy("100 à 249 salariés"),
    "250-499": gettext_lazy("250 à 499 salariés"),
    "500+": gettext_lazy("500 salariés ou plus"),
}
_VALUE = re.compile(r"^[0-9A-Za-z+-]{1,12}$")


@dataclass(frozen=True)
class FacetValue:
    """One line of a facet."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow, its lines most numerous first (sizes in their own order)."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    is_open: bool

    @property
    def is_french(self) -> bool:
        """Whether its labels are names of places or of activities, written in French whatever the page's language."""
        return self.name not in {"size", "family"}


def filters_of(
    facets: Mapping[str, Iterable[str]], *, closed_too: bool = False, bbox: str = "", around: str = "", km: float | None = None
) -> Filters:
    """The filters an address asks for. Raises BadInput with one sentence when a value cannot be read."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name, values in facets.items():
        if name not in FACETS:
            raise BadInput("unknown_facet", _("Le filtre « %(name)s » n'existe pas.") % {"name": name[:40]})
        kept = tuple(dict.fromkeys(value for value in values if value))
        if len(kept) > MOST_VALUES or not all(_VALUE.match(value) for value in kept):
            raise BadInput(
                "bad_facet", _("Une valeur du filtre « %(name)s » ne peut pas être lue.") % {"name": FACET_TITLES[name]}
            )
        if kept:
            chosen[name] = kept
    near = (*point_of(around), _km(km)) if around.strip() else None
    return Filters(facets=chosen, open_only=not closed_too, bbox=bbox_of(bbox), near=near)


def bbox_of(text: str) -> tuple[float, float, float, float] | None:
    """« west,south,east,north » in degrees; None when empty. Raises BadInput."""
    if not text.strip():
        return None
    west, south, east, north = _numbers(
        text, 4, _("La zone de la carte ne peut pas être lue : déplacez la carte et recommencez.")
    )
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadInput("bad_bbox", _("La zone de la carte ne peut pas être lue : déplacez la carte et recommencez."))
    return west, south, east, north


def point_of(text: str) -> tuple[float, float]:
    """Longitude and latitude of a commune (name, INSEE code or postcode) or of « lon,lat ». Raises BadInput."""
    if re.fullmatch(r"\s*-?\d+\.\d+\s*,\s*-?\d+\.\d+\s*", text[:60]):
        lon, lat = _numbers(text, 2, "")
        if -180 <= lon <= 180 and -90 <= lat <= 90:
            return lon, lat
    commune = commune_named(text)
    if commune is None or commune.lon is None or commune.lat is None:
        sentence = _("« %(text)s » n'est pas une commune d'Île-de-France connue : écrivez son nom ou son code postal.")
        raise BadInput("unknown_commune", sentence % {"text": text.strip()[:60]})
    return commune.lon, commune.lat


def commune_named(text: str) -> Commune | None:
    """The commune a reader means by a name, an INSEE code or a postcode; the most populated one when several share it."""
    text = text.strip()[:80]
    if re.fullmatch(r"\d{5}", text):
        found = Commune.objects.filter(code=text).select_related("parent").first()
        if found is not None:
            return found.parent if found.kind == CommuneKind.FORMER and found.parent else found
        holders = [commune for commune in Commune.objects.fine() if text in commune.postcodes]
        return max(holders, key=lambda commune: commune.population or 0, default=None)
    code = _communes_by_name().get(" ".join(tokens(text)))
    return Commune.objects.filter(code=code).first() if code else None


@lru_cache(maxsize=1)
def _communes_by_name() -> dict[str, str]:
    rows = Commune.objects.exclude(kind=CommuneKind.FORMER).values_list("population", "code", "name")
    return {" ".join(tokens(name)): code for _population, code, name in sorted(rows, key=lambda row: row[0] or 0)}


def labelled(counts: Mapping[str, Mapping[str, int]], filters: Filters) -> list[Facet]:
    """Facets with readable labels; chosen values stay even when nothing is left in them."""
    facets = []
    for name, title in FACET_TITLES.items():
        chosen = filters.facets.get(name, ())
        found = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
        labels = labels_of(name, found)
        lines = [FacetValue(value, labels.get(value, value), count, value in chosen) for value, count in found.items()]
        if name == "size":
            lines.sort(key=lambda line: SIZE_STEPS.index(line.value) if line.value in SIZE_STEPS else 99)
        else:
            lines.sort(key=lambda line: (-line.count, fold(line.label)))
        if len(lines) > 1 or chosen:
            facets.append(Facet(name, str(title), tuple(lines[:40]), bool(chosen) or name in {"departement", "family", "size"}))
    return facets


def labels_of(name: str, values: Iterable[str]) -> dict[str, str]:
    """{code: label} of one facet."""
    wanted = list(values)
    if name == "departement":
        return {row.code: str(row) for row in Departement.objects.filter(code__in=wanted).only("code", "name")}
    if name == "grouping":
        return dict(Epci.objects.filter(code__in=wanted).values_list("code", "name"))
    if name == "commune":
        rows = Commune.objects.filter(code__in=wanted).values_list("code", "name", "departement_id")
        return {code: f"{label} ({departement})" for code, label, departement in rows}
    if name == "division":
        return {value: f"{value} {activities.label_of(value)}".strip() for value in wanted}
    if name == "family":
        lang = (get_language() or "fr")[:2]
        return {value: activities.sector_label(value, lang) or value for value in wanted}
    return {value: str(SIZE_LABELS.get(value, value)) for value in wanted}


def _km(km: float | None) -> float:
    wanted = 10.0 if km is None else km
    if not 0 < wanted <= WIDEST_KM:
        raise BadInput("bad_radius", _("Le rayon va de 1 à %(most)d km.") % {"most": WIDEST_KM})
    return wanted


def _numbers(text: str, count: int, sentence: str) -> list[float]:
    try:
        numbers = [float(part) for part in text[:120].split(",")]
    except ValueError as error:
        raise BadInput("bad_numbers", sentence) from error
    if len(numbers) != count or any(number != number or abs(number) > 1000 for number in numbers):
        raise BadInput("bad_numbers", sentence)
    return numbers
