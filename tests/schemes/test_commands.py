"""`ensembleur advise` and `ensembleur screen`: their stable contract and their bad input."""

from __future__ import annotations

import io
import json

import jsonschema
import polars as pl
import pytest
from django.core.management import call_command

from ensembleur.errors import BadInput, Refused
from ensembleur.territory.engine.population import SHOWCASE_SIRET
from tests.factories import schemes

pytestmark = pytest.mark.django_db
CONTRACT = {
    "type": "object",
    "required": ["siret", "as_of", "verdicts", "next_question"],
    "additionalProperties": False,
    "properties": {
        "siret": {"pattern": "^[0-9]{14}$"},
        "as_of": {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "next_question": {"type": ["object", "null"]},
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["scheme", "version", "answer", "reasons", "missing", "amount_eur"],
                "properties": {
                    "scheme": {"type": "string"},
                    "answer": {"enum": ["yes", "no", "unknown", "not_open"]},
                    "missing": {"type": "array", "items": {"type": "string"}},
                    "reasons": {"type": "array", "items": {"type": "object", "required": ["leaf", "answer", "says", "source"]}},
                    "amount_eur": {"type": ["object", "null"]},
                },
            },
        },
    },
}


@pytest.fixture(autouse=True)
def showcase():
    schemes.scheme("une")
    return schemes.showcase()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_advise_answers_every_scheme_in_the_stable_form():
    answer = json.loads(run("advise", SHOWCASE_SIRET, "--as-of", "2026-11-21", "--json"))
    jsonschema.validate(answer, CONTRACT)
    [verdict] = answer["verdicts"]
    assert (verdict["answer"], verdict["missing"]) == ("unknown", ["project_started"])
    assert answer["next_question"]["fact"] == "project_started"


def test_facts_given_on_the_command_line_settle_the_answer_and_the_amount():
    facts = ["--fact", "project_started=non", "--fact", "project_cost_eur=60 000", "--fact", "headcount=34"]
    [verdict] = json.loads(run("advise", SHOWCASE_SIRET, "--as-of", "2026-11-21", *facts, "--json"))["verdicts"]
    assert verdict["answer"] == "yes"
    assert (verdict["amount_eur"]["min"], verdict["amount_eur"]["max"]) == (30000, 30000)


def test_advise_tells_a_person_the_reasons_and_the_question():
    text = run("advise", SHOWCASE_SIRET, "--as-of", "2026-11-21")
    assert "? à vérifier" in text
    assert "Argenteuil (95)" in text
    assert "--fact project_started=" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["123"], "14 chiffres"),
        (["43493744700011"], "erreur de frappe"),
        ([SHOWCASE_SIRET, "--as-of", "demain"], "n'est pas une date"),
        ([SHOWCASE_SIRET, "--fact", "headcount"], "clé=valeur"),
        ([SHOWCASE_SIRET, "--fact", "nothing=1"], "n'existe pas"),
        ([SHOWCASE_SIRET, "--fact", "headcount=beaucoup"], "attend un nombre"),
        ([SHOWCASE_SIRET, "--fact", "headcount=50..20"], "est vide"),
        ([SHOWCASE_SIRET, "--fact", "project_started=peut-être"], "oui ou non"),
        ([SHOWCASE_SIRET, "--fact", "created_on=31/02/2020"], "attend une date"),
        ([SHOWCASE_SIRET, "--fact", "past_aids=hier"], "date:montant:régime"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, says):
    with pytest.raises(BadInput, match=says):
        run("advise", *arguments)


def test_an_establishment_outside_the_register_is_told():
    with pytest.raises(Refused, match="registre"):
        run("advise", "43493744700010")


@pytest.mark.parametrize("name", ["verdicts.parquet", "verdicts.csv"])
def test_screen_writes_one_row_per_establishment_and_scheme(tmp_path, name):
    out = tmp_path / name
    told = run("screen", "--as-of", "2026-11-21", "--out", str(out))
    frame = pl.read_parquet(out) if out.suffix == ".parquet" else pl.read_csv(out, schema_overrides={"siret": pl.String})
    assert frame.height == 1
    assert frame["siret"].to_list() == [SHOWCASE_SIRET]
    assert told.startswith("1 lignes · ")
    assert "verdicts par seconde" in told
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_screen_refuses_a_file_it_cannot_write(tmp_path):
    with pytest.raises(BadInput, match=r"\.parquet ou \.csv"):
        run("screen", "--out", str(tmp_path / "verdicts.xls"))
    with pytest.raises(BadInput, match="n'existe pas"):
        run("screen", "--out", str(tmp_path / "nowhere" / "verdicts.csv"))


def test_an_empty_register_is_told(showcase):
    showcase.delete()
    with pytest.raises(Refused, match="registre est vide"):
        run("screen")
