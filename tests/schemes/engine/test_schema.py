"""The JSON Schema of a scheme file says what the parser says: editors and checkers may rely on it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from ensembleur.logic.conditions import LEAF_CLASSES, OPS
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.engine import scheme as words
from tests.factories.rules import RATE, scheme_data

SCHEMA = json.loads((Path(loader.__file__).parent / "scheme.schema.json").read_text(encoding="utf-8"))


def as_json(data):
    return json.loads(json.dumps(data, default=lambda value: value.isoformat() if isinstance(value, date) else str(value)))


def faults(data):
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(as_json(data))]


def test_the_schema_is_sound_and_accepts_every_file_of_the_catalogue():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = {path.name: faults(loader.read_file(path)) for path in sorted(loader.FILES.glob("*.yaml"))}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_words_of_the_schema_are_those_of_the_engine():
    version, amount = SCHEMA["$defs"]["version"]["properties"], SCHEMA["$defs"]["amount"]["properties"]
    leaf = SCHEMA["$defs"]["condition"]["oneOf"][-1]["properties"]
    assert tuple(SCHEMA["properties"]["family"]["enum"]) == words.FAMILIES
    assert tuple(version["status"]["enum"]) == words.STATUSES
    assert tuple(amount["nature"]["enum"]) == words.NATURES
    assert tuple(amount["rule"]["enum"]) == words.AMOUNT_RULES
    assert (tuple(leaf["op"]["enum"]), tuple(leaf["class"]["enum"])) == (OPS, LEAF_CLASSES)


@pytest.mark.parametrize("change", [{"family": "gift"}, {"colour": "red"}, {"versions": []}, {"sources": {}}])
def test_what_the_parser_refuses_the_schema_refuses(change):
    assert faults(scheme_data()) == []
    assert faults(scheme_data() | change)
    assert faults(scheme_data(version={"amount": RATE | {"rule": "guess"}}))
