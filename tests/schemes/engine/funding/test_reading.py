"""The input file: whole, and one sentence naming the field for each thing that can be wrong in it."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ensembleur.errors import BadInput
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.engine.funding.compose import compose
from ensembleur.schemes.engine.funding.problem import Envelope, Exclusion, PastAid
from ensembleur.schemes.engine.funding.reading import OF_AN_ACTION, TOP, parse_json, read_plan
from ensembleur.schemes.engine.scheme import TOPICS
from tests.factories.rules import scheme, scheme_data

TODAY = date(2026, 11, 22)
SCHEMA = json.loads((Path(loader.__file__).parent / "funding-plan.schema.json").read_text(encoding="utf-8"))
WHOLE: dict[str, Any] = {
    "as_of": "2026-11-22",
    "siret": "000 340 182 00013",
    "facts": {
        "headcount": 34,
        "group_headcount": {"low": 20, "high": 49},
        "company_headcount": {"low": 20, "high": None},
        "turnover_eur": "4 000 000,50",
        "in_difficulty": False,
        "is_independent": "oui",
        "created_on": "1998-05-03",
        "naf": "25.62B",
        "revenue_share_net_zero_chains": Decimal("0.2"),
    },
    "past_aids": [
        {"on": "2025-06-01", "eur": 40000, "regime": "de_minimis"},
        {"on": "2025-07-01", "eur": "1 000,50", "title": "Chèque"},
        {"on": "2025-08-01", "eur": 9000, "regime": "exemption"},
    ],
    "actions": [
        {
            "id": "robot",
            "title": "Robot de chargement",
            "cost_eur": Decimal("420000.5"),
            "granted_on": "2027-02-01",
            "project_kind": "automation",
            "topics": ["production"],
            "facts": {"project_started": False, "study_cost_eur": 6000},
            "max_intensity": Decimal("0.5"),
            "schemes": ["aid"],
        },
        {"cost_eur": "6 000", "project_kind": ["cyber", "digital"]},
    ],
    "envelopes": [{"schemes": ["aid", "aid", "other"], "remaining_eur": 90000}],
    "exclusivities": [{"schemes": ["aid", "other"]}, {"schemes": ["aid", "aid"], "scope": "plan"}],
    "schemes": ["aid", "other"],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole file with one value replaced, or taken away when it is None and `path` ends with "!"."""
    data = deepcopy(WHOLE)
    place: Any = data
    *above, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in above:
        place = place[part]
    place[last] = value
    return data


def test_a_whole_file_is_read_exactly():
    reading = read_plan(WHOLE, as_of=date(2030, 1, 1))
    request = reading.request
    robot, cyber = request.wishes
    assert (request.as_of, reading.siret, reading.only) == (TODAY, "00034018200013", ("aid", "other"))
    assert (robot.action.cost_eur, robot.action.granted_on, robot.action.max_intensity) == (
        Decimal("420000.5"),
        date(2027, 2, 1),
        Decimal("0.5"),
    )
    assert robot.facts["project_kind"].value == ("automation",)
    assert robot.facts["study_cost_eur"].value == 6000
    assert (robot.schemes, robot.topics) == (("aid",), ("production",))
    assert (cyber.action.id, cyber.action.title, cyber.action.cost_eur, cyber.action.granted_on) == ("2", "2", 6000, TODAY)
    assert (cyber.schemes, cyber.facts["project_kind"].value) == (None, ("cyber", "digital"))
    assert request.facts["turnover_eur"].value == Decimal("4000000.50")
    assert request.facts["group_headcount"].value == Interval(20, 49)
    assert request.facts["is_independent"].value is True
    assert request.facts["revenue_share_net_zero_chains"].value == Decimal("0.2")
    assert request.past_aids == (PastAid(date(2025, 6, 1), Decimal(40000)), PastAid(date(2025, 7, 1), Decimal("1000.50")))
    assert request.envelopes == (Envelope(("aid", "other"), Decimal(90000)),)
    assert request.exclusions == (Exclusion(("aid", "other")), Exclusion(("aid", "aid"), "plan"))


def test_the_least_file_is_one_cost():
    reading = read_plan({"actions": [{"cost_eur": 1}]}, as_of=TODAY)
    assert (reading.siret, reading.only, reading.request.past_aids, reading.request.facts) == ("", None, None, {})
    assert reading.request.as_of == TODAY
    assert read_plan({"actions": [{"cost_eur": 1}], "past_aids": []}, as_of=TODAY).request.past_aids == ()


def test_what_the_file_says_wins_over_what_is_known_elsewhere():
    reading = read_plan(WHOLE, as_of=TODAY).with_facts({"headcount": Fact(3), "commune": Fact("95018")})
    assert (reading.request.facts["headcount"].value, reading.request.facts["commune"].value) == (34, "95018")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("as_of", "demain", "as_of : « demain » n'est pas une date"),
        ("as_of", 20261122, "as_of : "),
        ("siret", "123", "siret : "),
        ("siret", 123, "siret : écrivez un texte"),
        ("colour", "red", "le fichier : clé inconnue « colour »"),
        ("actions", None, "actions : il manque"),
        ("actions", {}, "actions : écrivez une liste"),
        ("actions", [], "actions : donnez au moins une action"),
        ("actions", [{"cost_eur": 1}] * 201, "actions : 201 actions"),
        ("actions", [{"id": "a", "cost_eur": 1}] * 2, r"actions[1].id : « a » sert déjà"),
        ("actions/1", "robot", "actions[1] : écrivez un objet"),
        ("actions/1", {"title": "x"}, "actions[1].cost_eur : il manque"),
        ("actions/1", {"cost": 3}, "actions[1] : clé inconnue « cost »"),
        ("actions/0/id", "", "actions[0].id : écrivez un texte"),
        ("actions/0/title", 3, "actions[0].title : écrivez un texte"),
        ("actions/0/title", "x" * 201, "actions[0].title : écrivez un texte"),
        ("actions/1/cost_eur", "beaucoup", "actions[1].cost_eur : "),
        ("actions/1/cost_eur", 0, "actions[1].cost_eur : « 0 » n'est pas un montant possible"),
        ("actions/1/cost_eur", -5, "actions[1].cost_eur : "),
        ("actions/1/cost_eur", True, "actions[1].cost_eur : donnez un montant"),
        ("actions/1/cost_eur", 1.5, "actions[1].cost_eur : donnez un montant"),
        ("actions/1/cost_eur", [1], "actions[1].cost_eur : donnez un montant"),
        ("actions/1/cost_eur", Decimal("1.005"), "actions[1].cost_eur : « 1.005 » a plus de deux décimales"),
        ("actions/1/cost_eur", 10**13, "actions[1].cost_eur : "),
        ("actions/0/granted_on", "2026-11-21", "actions[0].granted_on : 2026-11-21 est passé"),
        ("actions/0/granted_on", "2026-13-01", "actions[0].granted_on : "),
        ("actions/0/project_kind", "robots", "actions[0].project_kind : « robots » inconnu"),
        ("actions/0/project_kind", 3, "actions[0].project_kind : écrivez une liste"),
        ("actions/0/project_kind", [3], "actions[0].project_kind[0] : écrivez un texte"),
        ("actions/0/topics", ["fun"], "actions[0].topics[0] : « fun » inconnu"),
        ("actions/0/topics", "fun", "actions[0].topics : écrivez une liste"),
        ("actions/0/facts", [], "actions[0].facts : écrivez un objet"),
        ("actions/0/facts", {"nothing": 1}, "actions[0].facts.nothing : Le fait « nothing » n'existe pas"),
        ("actions/0/facts", {"project_cost_eur": 1}, "actions[0].facts.project_cost_eur : le coût se donne dans cost_eur"),
        ("actions/0/max_intensity", 80, "actions[0].max_intensity : donnez une part de 0 à 1"),
        ("actions/0/max_intensity", "0.8", "actions[0].max_intensity : "),
        ("actions/0/max_intensity", True, "actions[0].max_intensity : "),
        ("actions/0/schemes", "aid", "actions[0].schemes : écrivez une liste"),
        ("facts", "headcount=3", "facts : écrivez un objet"),
        ("facts", {"headcount": "beaucoup"}, "facts.headcount : « headcount » attend un nombre"),
        ("facts", {"headcount": -1}, "facts.headcount : « headcount » ne peut pas être négatif"),
        ("facts", {"headcount": None}, "facts.headcount : "),
        ("facts", {"headcount": {"low": 5, "high": 2}}, "facts.headcount : "),
        ("facts", {"headcount": {"low": -5, "high": None}}, "facts.headcount : "),
        ("facts", {"headcount": {"from": 5}}, "facts.headcount : "),
        ("facts", {"in_difficulty": 1}, "facts.in_difficulty : "),
        ("facts", {"created_on": 1998}, "facts.created_on : "),
        ("facts", {"project_kind": [1]}, "facts.project_kind : "),
        ("facts", {"past_aids": []}, "facts.past_aids : les aides déjà reçues se donnent dans past_aids"),
        ("facts", {"de_minimis_room_eur": 1}, "facts.de_minimis_room_eur : les aides déjà reçues"),
        ("past_aids", {}, "past_aids : écrivez une liste"),
        ("past_aids/1", {"on": "2025-01-01"}, "past_aids[1].eur : il manque"),
        ("past_aids/1/on", "hier", "past_aids[1].on : « hier » n'est pas une date"),
        ("past_aids/1/on", "2026-11-23", "past_aids[1].on : 2026-11-23 est après le jour du plan"),
        ("past_aids/1/eur", -1, "past_aids[1].eur : "),
        ("past_aids/1/regime", 3, "past_aids[1].regime : écrivez un texte"),
        ("past_aids/1/amount", 3, "past_aids[1] : clé inconnue « amount »"),
        ("envelopes/0/schemes", [], "envelopes[0].schemes : nommez au moins un dispositif"),
        ("envelopes/0/schemes", [3], "envelopes[0].schemes[0] : écrivez un texte"),
        ("envelopes/0/remaining_eur", "x", "envelopes[0].remaining_eur : "),
        ("envelopes/0/eur", 3, "envelopes[0] : clé inconnue « eur »"),
        ("exclusivities/0/schemes", ["aid"], "exclusivities[0].schemes : nommez deux dispositifs"),
        ("exclusivities/0/scope", "city", "exclusivities[0].scope : choisissez"),
        ("schemes", "aid", "schemes : écrivez une liste"),
        ("schemes", [3], "schemes[0] : donnez l'identifiant"),
        ("schemes", [{"id": "x"}], "schemes[0] : "),
    ],
)
def test_bad_input_gets_one_sentence_naming_the_field(path, value, says):
    with pytest.raises(BadInput) as caught:
        read_plan(changed(path, value), as_of=TODAY)
    sentence = str(caught.value)
    assert sentence.startswith(says), sentence
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\n" not in sentence


def test_a_file_that_is_no_object_is_refused():
    with pytest.raises(BadInput, match="le fichier : écrivez un objet"):
        read_plan([], as_of=TODAY)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("schemes", ["nobody"], r"schemes\[0\] : le dispositif « nobody » n'existe pas"),
        ("actions/0/schemes", ["nobody"], r"actions\[0\].schemes\[0\]"),
        ("envelopes/0/schemes", ["nobody"], r"envelopes\[0\].schemes\[0\]"),
        ("exclusivities/0/schemes", ["aid", "nobody"], r"exclusivities\[0\].schemes\[1\]"),
    ],
)
def test_a_scheme_nobody_knows_is_named_with_its_field(path, value, says):
    catalogue = (scheme("aid"), scheme("other"))
    assert [one.id for one in read_plan(WHOLE, as_of=TODAY).schemes(catalogue)] == ["aid", "other"]
    with pytest.raises(BadInput, match=says):
        read_plan(changed(path, value), as_of=TODAY).schemes(catalogue)


def test_a_scheme_may_be_written_in_the_file():
    inline = json.loads(json.dumps(scheme_data("mine"), default=str))
    reading = read_plan({"actions": [{"cost_eur": 1}], "schemes": [inline, "aid"]}, as_of=TODAY)
    assert [one.id for one in reading.schemes((scheme("aid"), scheme("other")))] == ["mine", "aid"]
    assert len(read_plan({"actions": [{"cost_eur": 1}]}, as_of=TODAY).schemes((scheme("aid"), scheme("other")))) == 2


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000])
def test_a_text_that_is_no_json_is_refused(text):
    with pytest.raises(BadInput):
        parse_json(text)


def test_decimals_lose_nothing():
    assert parse_json('{"cost_eur": 0.1}') == {"cost_eur": Decimal("0.1")}


# -- the schema shipped with the package -------------------------------------------------------------------------------
def schema_faults(data: Any) -> list[str]:
    plain = json.loads(json.dumps(data, default=float))
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(plain)]


def test_the_schema_is_sound_and_says_what_the_reader_says():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert schema_faults(WHOLE) == []
    assert set(SCHEMA["properties"]) == set(TOP)
    assert set(SCHEMA["$defs"]["action"]["properties"]) == set(OF_AN_ACTION)
    assert tuple(SCHEMA["$defs"]["action"]["properties"]["topics"]["items"]["enum"]) == TOPICS


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "red"),
        ("actions", []),
        ("actions/0/cost_eur", -1),
        ("actions/0/max_intensity", 80),
        ("actions/0/topics", ["fun"]),
        ("facts", {"past_aids": []}),
        ("past_aids/0", {"on": "2025-01-01"}),
        ("exclusivities/0/schemes", ["one"]),
        ("envelopes/0/schemes", []),
        ("as_of", "demain"),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(path, value):
    assert schema_faults(changed(path, value))


def test_the_example_of_the_documentation_is_read_and_composed_with_the_catalogue():
    page = (Path(__file__).parents[4] / "docs/data-formats.md").read_text(encoding="utf-8")
    section = page.split("## `ensembleur plan_funding", 1)[1].split("\n## ", 1)[0]
    example = parse_json(section.split("```json\n", 1)[1].split("```", 1)[0])
    assert schema_faults(example) == []
    reading = read_plan(example, as_of=TODAY)
    funding = compose(reading.request, reading.schemes(loader.load_schemes()))
    assert funding.certain.plan.total_eur == 250_000
    assert funding.shares_eur == funding.cost_eur - 250_000
    assert funding.possible.plan.is_proved
