"""`ensembleur plan_funding`: its stable contract, its text to read, and its bad input."""

from __future__ import annotations

import io
import json

import jsonschema
import pytest
from django.core.management import call_command

from ensembleur.errors import BadInput, Refused
from ensembleur.territory.engine.population import SHOWCASE_SIRET
from tests.factories import schemes

pytestmark = pytest.mark.django_db
EUROS = {"type": "number"}
SIDE = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "total_eur",
        "is_proved",
        "bound_eur",
        "gap_eur",
        "fewest_files",
        "greedy_total_eur",
        "gain_over_greedy_eur",
        "by_scheme",
        "by_action",
    ],
    "properties": {
        "total_eur": EUROS,
        "is_proved": {"type": "boolean"},
        "fewest_files": {"type": "boolean"},
        "bound_eur": EUROS,
        "gap_eur": EUROS,
        "greedy_total_eur": EUROS,
        "gain_over_greedy_eur": EUROS,
        "by_scheme": {"type": "array", "items": {"type": "object", "required": ["scheme", "title", "eur"]}},
        "by_action": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["action", "title", "cost_eur", "granted_on", "obtained_eur", "own_share_eur", "payments"],
            },
        },
    },
}
CONTRACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["as_of", "cost_eur", "certain", "possible", "not_obtained_eur", "what_binds", "caps_met", "to_ask", "beside"],
    "properties": {
        "as_of": {"type": "string"},
        "cost_eur": EUROS,
        "certain": SIDE,
        "possible": SIDE,
        "not_obtained_eur": EUROS,
        "what_binds": {
            "type": "array",
            "items": {"type": "object", "required": ["kind", "key", "eur", "says", "alone_eur", "is_proved"]},
        },
        "caps_met": {"type": "array"},
        "to_ask": {"type": "array", "items": {"type": "object", "required": ["fact", "unlocks_eur", "schemes"]}},
        "beside": {
            "type": "array",
            "items": {"type": "object", "required": ["action", "scheme", "answer", "nature", "amount_eur"]},
        },
    },
}
PLAN = {
    "as_of": "2026-11-22",
    "siret": SHOWCASE_SIRET,
    "facts": {"project_started": False, "headcount": 34},
    "actions": [{"id": "robot", "title": "Robot de chargement", "cost_eur": 300000}, {"id": "line", "cost_eur": 20000.50}],
}


@pytest.fixture(autouse=True)
def showcase():
    schemes.scheme("une")
    schemes.scheme("pret", version={"amount": {"nature": "loan", "rule": "range", "max_eur": 90000, "source": "s1"}})
    return schemes.showcase()


@pytest.fixture
def run(tmp_path):
    def play(plan, *arguments: str) -> str:
        file = tmp_path / "plan.json"
        file.write_text(plan if isinstance(plan, str) else json.dumps(plan), encoding="utf-8")
        out = io.StringIO()
        call_command("plan_funding", str(file), *arguments, stdout=out)
        return out.getvalue()

    return play


def test_the_plan_answers_in_the_stable_form(run):
    answer = json.loads(run(PLAN, "--json"))
    jsonschema.validate(answer, CONTRACT)
    assert (answer["cost_eur"], answer["certain"]["total_eur"]) == (320000.5, 100000)
    assert sum(bind["eur"] for bind in answer["what_binds"]) == answer["not_obtained_eur"] == 220000.5
    assert answer["beside"][0]["scheme"] == "pret"


def test_a_person_reads_who_pays_what_and_what_is_missing(run):
    text = run(PLAN).replace("\u202f", " ").replace("\u00a0", " ")
    assert "CERTAIN si les dossiers sont acceptés : 100 000 € / 320 000,50 € — prouvé" in text
    assert "plafond" in text
    assert "une par une, la plus grosse d'abord : 100 000 €" in text
    assert "Le plafond de Aide une : 100 000 €" in text
    assert "À CÔTÉ, jamais additionné" in text
    english = run(PLAN, "--lang", "en")
    assert "WHAT IS MISSING" in english
    assert "€100,000" in english


def test_what_is_only_possible_is_a_second_plan(run):
    text = run({key: value for key, value in PLAN.items() if key != "facts"})
    assert "POSSIBLE, avec ce qui reste à confirmer" in text
    assert "À DEMANDER" in text
    assert "project_started" in text


def test_the_day_of_the_command_line_wins(run):
    answer = json.loads(run(PLAN, "--as-of", "2019-12-31", "--json"))
    assert (answer["as_of"], answer["possible"]["total_eur"]) == ("2019-12-31", 0)


def test_schemes_written_in_the_file_are_checked_as_the_catalogue_is(run):
    mine = schemes.raw("mienne")
    answer = json.loads(run(PLAN | {"schemes": [mine]}, "--json"))
    assert [row["scheme"] for row in answer["certain"]["by_scheme"]] == ["mienne"]
    mine["versions"][0]["edges"] = [{"kind": "exclusive", "scheme": "nobody", "source": "s1"}]
    with pytest.raises(BadInput, match="schemes : .*nobody"):
        run(PLAN | {"schemes": [mine]})


@pytest.mark.parametrize(
    ("plan", "arguments", "says"),
    [
        ("{", [], "Ligne 1"),
        ("[]", ["--as-of", "2026-01-01"], "objet JSON"),
        ({"actions": [{"cost_eur": "x"}]}, [], r"actions\[0\].cost_eur : "),
        (PLAN, ["--as-of", "demain"], "n'est pas une date"),
        (PLAN | {"schemes": ["nobody"]}, [], r"schemes\[0\] : le dispositif « nobody »"),
    ],
)
def test_bad_input_gets_one_sentence(run, plan, arguments, says):
    with pytest.raises(BadInput, match=says):
        run(plan, *arguments)


def test_an_establishment_outside_the_register_is_told(run):
    with pytest.raises(Refused, match="registre"):
        run(PLAN | {"siret": "43493744700010"})


def test_a_file_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="ne se lit pas"):
        call_command("plan_funding", str(tmp_path / "absent.json"))
    latin = tmp_path / "latin.json"
    latin.write_bytes(b'{"title": "\xe9"}')
    with pytest.raises(BadInput, match="UTF-8"):
        call_command("plan_funding", str(latin))
    monkeypatch.setattr("ensembleur.schemes.management.commands.plan_funding.MOST_BYTES", 3)
    with pytest.raises(BadInput, match="dépasse"):
        call_command("plan_funding", str(latin))
