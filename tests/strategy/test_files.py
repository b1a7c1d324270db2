"""The strategy files against the texts: each sentence is there, each figure is in its sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from ensembleur.strategy.catalogue.loader import FILES, load_file, parse, read_file
from ensembleur.strategy.catalogue.structure import SCHEMA
from ensembleur.strategy.engine.content import Citation, Precision, Statement
from tests.strategy.french_numbers import numbers_in

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
EVERY = {path: load_file(path) for path in sorted(FILES.glob("*.yaml"))}
REAL = [path for path, strategy in EVERY.items() if not strategy.is_fictional]
TEXTS = {"cr-2017-130": "smart-industrie-2017-2021.txt", "press-2025": "parcours-industrie-2025.txt"}
QUALIFIED = {
    Precision.MORE: "plus de|supérieur à",
    Precision.LESS: "moins de",
    Precision.UP_TO: "jusqu['’]à",
    Precision.ABOUT: r"trentaine|vingtaine|\bprès de|autour de|estimé",
}
# A figure that its sentence says without a number, and how.
WITHOUT_NUMBER = {100: "toutes les entreprises"}
texts = pytest.mark.skipif(not SEEDS.is_dir(), reason="les textes fondateurs sont absents (../shared/seeds)")


def plain(text: str) -> str:
    """Without what a converter added: emphasis, HTML tags, line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"</?(?:p|ul|li|sup|a|b|br)\b[^<>]*>", "", text).replace("*", "")).strip()


@cache
def seed(document: str) -> str:
    return plain((SEEDS / TEXTS[document]).read_text(encoding="utf-8"))


def found_in(thing: object, kind: type) -> Iterator[object]:
    """Every object of this kind, anywhere inside."""
    if isinstance(thing, kind):
        yield thing
    if is_dataclass(thing):
        for part in fields(thing):
            yield from found_in(getattr(thing, part.name), kind)
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from found_in(part, kind)
    elif isinstance(thing, dict):
        yield from found_in(list(thing.values()), kind)


@texts
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_each_sentence_is_in_the_text_word_for_word(path):
    cited = set(found_in(EVERY[path], Citation))
    assert cited
    assert [one.sentence for one in cited if plain(one.sentence) not in seed(one.document)] == []


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_each_figure_is_in_its_own_sentence(path):
    strangers = [
        (str(statement.value), statement.citation.sentence)
        for statement in found_in(EVERY[path], Statement)
        if statement.value not in numbers_in(statement.citation.sentence)
        and WITHOUT_NUMBER.get(int(statement.value), "no such words") not in statement.citation.sentence
    ]
    assert strangers == []


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_figure_said_about_is_never_shown_as_exact(path):
    """« plus de 82 M€ » is marked so, and what is marked so is said so."""
    wrong = []
    for statement in found_in(EVERY[path], Statement):
        sentence = statement.citation.sentence
        before = re.search(
            rf"({'|'.join(QUALIFIED.values())})[^.,;]{{0,12}}$", re.split(spelled(statement), sentence, maxsplit=1)[0] + " "
        )
        if statement.precision is Precision.EXACT:
            wrong += [(str(statement.value), sentence)] if before else []
        elif not re.search(QUALIFIED[statement.precision], sentence, re.IGNORECASE):
            wrong.append((str(statement.value), sentence))
    assert wrong == []


def spelled(statement: Statement) -> str:
    """A pattern of the figure as the sentence spells it; of the words for thirty and twenty too."""
    sentence = statement.citation.sentence
    for match in re.finditer(r"\d[\d .,]*(?:\s?(?:M€|millions))?|\w*(?:trent|vingt)aine", sentence):
        if statement.value in numbers_in(match[0]):
            return re.escape(match[0])
    return re.escape(sentence)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_file_is_the_same_once_stored_as_json(path):
    assert parse(json.loads(json.dumps(read_file(path))), origin=path.name) == EVERY[path]


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_file_is_named_as_its_strategy(path):
    assert EVERY[path].slug == path.stem


def test_a_code_names_one_part_of_one_strategy_only():
    """So that « M12 » alone is enough to ask for it."""
    codes = [node.code for strategy in EVERY.values() if not strategy.is_fictional for node in strategy.root.walk()]
    codes = [code for code in codes if code != "S"]
    assert sorted(codes) == sorted(set(codes))


def test_every_key_of_the_format_is_documented():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    page = (Path(__file__).resolve().parents[2] / "docs" / "strategy-format.md").read_text(encoding="utf-8")
    keys = {key for part in [schema, *schema["$defs"].values()] for key in part.get("properties", {})} - {"fr", "en"}
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", page)) == []
