"""Where a role is held, as plain sets of official codes, and whether that covers a company or a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# The départements of the region a platform serves; another region adds a line. Source: Code officiel géographique, INSEE.
DEPARTEMENTS_OF_REGION: dict[str, frozenset[str]] = {"11": frozenset({"75", "77", "78", "91", "92", "93", "94", "95"})}
REGION_OF_DEPARTEMENT = {code: region for region, codes in DEPARTEMENTS_OF_REGION.items() for code in codes}


def departement_of(commune: str) -> str:
    """The département a commune's code begins with: "95018" → "95", "2A004" → "2A", "97105" → "971"."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def region_of(departement: str) -> str:
    """The region of a département, or "" when the platform does not serve it."""
    return REGION_OF_DEPARTEMENT.get(departement, "")


@dataclass(frozen=True)
class Perimeter:
    """Everything a person's roles cover: companies by SIREN, places by official code."""

    sirens: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    departements: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, held: Iterable[tuple[str, str]]) -> Perimeter:
        """Gather (kind, code) pairs; kinds are company, commune, departement and region."""
        sets: dict[str, set[str]] = {"company": set(), "commune": set(), "departement": set(), "region": set()}
        for kind, code in held:
            sets[kind].add(code)
        return cls(*(frozenset(sets[kind]) for kind in ("company", "commune", "departement", "region")))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is covered."""
        return not (self.sirens or self.communes or self.departements or self.regions)

    def covers(self, *, siren: str = "", commune: str = "", departement: str = "", region: str = "") -> bool:
        """Whether one perimeter holds the thing: its own code, or any wider place it lies in.

        The département is read from the commune and the region from the département when they are not given.
        """
        departement = departement or (departement_of(commune) if commune else "")
        region = region or region_of(departement)
        return siren in self.sirens or commune in self.communes or departement in self.departements or region in self.regions

    def covers_area(self, kind: str, code: str, *, commune: str = "") -> bool:
        """Whether a whole perimeter (kind, code) lies inside; `commune` says where a company stands."""
        if kind == "company":
            return self.covers(siren=code, commune=commune)
        return self.covers(**{kind: code})
