"""The page that teaches how to write a rule shows one that works, and names every op."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import yaml

from ensembleur.logic.conditions import OPS
from ensembleur.logic.facts import Fact
from ensembleur.schemes.catalogue.loader import scheme_faults
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.verdict import verdict_of
from tests.factories.rules import facts

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_the_example_of_the_page_is_sound_and_says_what_the_page_says():
    scheme = parse_scheme(yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]), origin="example")
    assert scheme_faults(scheme) == []
    told = facts(company_headcount=12, naf="25.62B", project_cost_eur=8_000) | {"commune": Fact("95018", shown="Argenteuil (95)")}
    verdict = verdict_of(scheme, told, as_of=date(2026, 11, 21))
    for sentence in re.findall(r"« (.*?) »", PAGE.split("A company reads:")[1].split("##")[0]):
        assert plain(sentence) in {plain(reason.says) for reason in verdict.reasons} | {plain(verdict.formula).split(" ;")[0]}


def test_the_page_names_every_op():
    assert [op for op in OPS if f"`{op}`" not in PAGE] == []
