"""`ensembleur facts`: the facts a rule may speak of, with unit, level and meaning."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ensembleur.logic.conditions import ops_of
from ensembleur.logic.words import FactKey
from ensembleur.schemes.engine.vocabulary import VOCABULARY

LEVELS = {
    "establishment": "établissement",
    "company": "entreprise",
    "group": "groupe",
    "project": "projet",
    "person": "personne",
}


class Command(BaseCommand):
    """Prints the vocabulary of the rules."""

    help = "Liste les faits dont parlent les règles : clé, unité, niveau, sens."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: the same for machines."""
        parser.add_argument("--json", action="store_true", help="la même liste en JSON")

    def handle(self, *, json: bool, **options: Any) -> None:
        """One line per fact, by level."""
        self.stdout.write(as_json() if json else as_table())


def as_json() -> str:
    """A list of objects, one per fact."""
    return json.dumps([described(key) for key in VOCABULARY.values()], ensure_ascii=False, indent=2)


def described(key: FactKey) -> dict[str, Any]:
    """One fact for machines."""
    return {
        "key": key.key,
        "kind": key.kind,
        "unit": key.unit.code or None,
        "level": key.level,
        "class": key.leaf_class,
        "label": {"fr": key.label.fr, "en": key.label.en},
        "question": {"fr": key.question.fr, "en": key.question.en},
        "ops": list(ops_of(key)),
        "choices": [{"code": code, "fr": words.fr, "en": words.en} for code, words in key.choices],
    }


def as_table() -> str:
    """Aligned columns under a title per level."""
    wide = max(map(len, VOCABULARY))
    lines = []
    for level, title in LEVELS.items():
        lines.append(f"\n{title.upper()}")
        for key in VOCABULARY.values():
            if key.level == level:
                unit = key.unit.code or {"bool": "oui/non", "codes": "codes", "aids": "liste"}.get(key.kind, key.kind)
                lines.append(f"  {key.key:<{wide}}  {unit:<10}  {key.label.fr}")
    return "\n".join(lines).strip("\n")
