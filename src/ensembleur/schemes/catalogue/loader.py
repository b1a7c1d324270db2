"""Reads the scheme files: one YAML file per scheme, named as its identifier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ensembleur.errors import BadInput
from ensembleur.logic.checks import faults
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import DE_MINIMIS, Scheme
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster
FILES = Path(__file__).parent / "files"


def read_file(path: Path) -> dict[str, Any]:
    """The plain data of one scheme file. Raises BadInput with the line when the YAML is broken."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, C or Python
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", ligne {mark.line + 1}" if mark else ""
        raise BadInput(
            "bad_yaml", f"{path.name}{place} : le fichier n'est pas du YAML lisible ({getattr(error, 'problem', error)})."
        ) from error
    if not isinstance(data, dict):
        raise BadInput("bad_yaml", f"{path.name} : le fichier doit commencer par « id: {path.stem} ».")
    return data


def load_scheme(path: Path) -> Scheme:
    """One scheme, its rules checked. Raises BadInput."""
    return _parsed(path, read_file(path))


def _parsed(path: Path, data: dict[str, Any]) -> Scheme:
    scheme = parse_scheme(data, origin=path.name)
    if scheme.id != path.stem:
        raise BadInput("bad_rule", f"{path.name} : l'identifiant est « {scheme.id} », nommez le fichier {scheme.id}.yaml.")
    return scheme


def load_schemes(folder: Path = FILES) -> tuple[Scheme, ...]:
    """Every scheme of the folder, by identifier. Raises BadInput naming the first fault of a rule or of an edge."""
    return tuple(scheme for scheme, _data in _checked(folder))


def read_checked(folder: Path = FILES) -> list[dict[str, Any]]:
    """The plain data of every scheme file, once the whole folder is known to be without fault. Raises BadInput."""
    return [data for _scheme, data in _checked(folder)]


def _checked(folder: Path) -> list[tuple[Scheme, dict[str, Any]]]:
    read = [(path, read_file(path)) for path in sorted(folder.glob("*.yaml"))]
    schemes = [_parsed(path, data) for path, data in read]
    found = [sentence for scheme in schemes for sentence in scheme_faults(scheme, known={other.id for other in schemes})]
    if found:
        raise BadInput(
            "bad_rule", found[0] if len(found) == 1 else f"{found[0]} (et {len(found) - 1} autres fautes)", faults=found
        )
    return [(scheme, data) for scheme, (_path, data) in zip(schemes, read, strict=True)]


def scheme_faults(scheme: Scheme, *, known: Iterable[str] = ()) -> list[str]:
    """One French sentence per fault of a scheme: rules, parameters, uncited sources, unknown schemes at the end of an edge."""
    found = []
    others = {*known, scheme.id, DE_MINIMIS}
    for version in scheme.versions:
        at = f"{scheme.id}, {version.id}"
        values = version.parameters_on(version.effective.start or date.max) if version.parameters else {}
        parameters = {**dict.fromkeys(version.parameters), **values}
        rules = [version.conditions, *(bonus.when for bonus in (version.amount.bonuses if version.amount else ()))]
        for rule in rules:
            found += faults(rule, vocabulary=VOCABULARY, parameters=parameters, zones=ZONES, where=at)
        found += [
            f"{at} : source « {key} » citée mais absente de « sources: »" for key in sorted(_cited(version) - set(scheme.sources))
        ]
        found += [f"{at} : le dispositif « {edge.scheme} » n'existe pas" for edge in version.edges if edge.scheme not in others]
    for i, one in enumerate(scheme.versions):
        for two in scheme.versions[i + 1 :]:
            if one.effective.overlaps(two.effective) and one.published.overlaps(two.published):
                found.append(f"{scheme.id} : les versions {one.id} et {two.id} valent les mêmes jours")
    return found


def _cited(version: object) -> set[str]:
    """The source keys cited anywhere in a version, found by walking its dataclasses."""
    found: set[str] = set()
    waiting = [version]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list | tuple):
            waiting += thing
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif hasattr(thing, "__dataclass_fields__"):
            key = getattr(thing, "source", "")
            if isinstance(key, str) and key:
                found.add(key)
            waiting += [getattr(thing, name) for name in thing.__dataclass_fields__]
    return found
