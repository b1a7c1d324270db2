"""What a strategy file may get wrong: each fault is told with its line, its path and what to write."""

from __future__ import annotations

import contextlib
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as draw

from ensembleur.errors import BadInput
from ensembleur.strategy.catalogue.loader import FILES, load_file, parse, read_file, read_text
from ensembleur.strategy.engine.parsing import parse as parse_stored

GOOD = """\
slug: essai
title: {fr: "Non", en: "No"}
region: "11"
period: {from: 2020-01-01, to: 2025-01-01}
summary: {fr: "a", en: "b"}
documents:
  texte: {title: "Texte"}
sentences:
  p1: {document: texte, section: "I", sentence: "Aider 500 entreprises."}
sheets:
  simple:
    level: output
    definition: {fr: "a", en: "b"}
    unit: {fr: "a", en: "b"}
    counting_unit: {fr: "a", en: "b"}
    deduplication: {fr: "a", en: "b"}
    population: {fr: "a", en: "b"}
    extraction: {fr: "a", en: "b"}
    reference_date: {fr: "a", en: "b"}
    limits: {fr: "a", en: "b"}
    responsible: null
    frequency_months: 12
    delay_months: 3
    direction: up
    over_time: cumulative
    over_places: union
    disaggregations: []
    label: observed
    confidentiality: public
    baseline: {value: 0, note: {fr: "a", en: "b"}}
partners:
  - {id: cetim, name: "CETIM"}
lessons:
  - {code: L1, title: {fr: "a", en: "b"}, citation: p1}
challenges:
  - code: E1
    title: {fr: "a", en: "b"}
    citation: p1
    measures:
      - code: M1
        title: {fr: "a", en: "b"}
        citation: p1
        partners: [cetim]
        lessons: [L1]
        budget:
          - {fund: region, stage: paid, year: 2021, statements: [{value: 157344.40, citation: p1}]}
        indicators:
          - code: M1.companies
            title: {fr: "a", en: "b"}
            like: simple
            measured_by: companies_supported
            targets:
              - {due: 2024-12-31, statements: [{value: 500, citation: p1}]}
"""
TARGET = "- {due: 2024-12-31, statements: [{value: 500, citation: p1}]}"

CASES = [
    # what is replaced, by what, the line told, the path, words of the sentence
    ("slug: essai", "slug: essai\nslog: x", 2, "slog", "la clé « slog » est inconnue : vouliez-vous « slug » ?"),
    ("slug: essai\n", "", 1, "", "il manque la clé « slug »"),
    ('title: {fr: "Non", en: "No"}', 'title: {fr: "Non"}', 2, "title", "il manque la clé « en »"),
    ('region: "11"', "region: 11", 3, "region", "écrivez un texte (entre guillemets s'il n'a que des chiffres)"),
    ("to: 2025-01-01", "to: 2019-01-01", 4, "period", "la période du 2020-01-01 au 2019-01-01 est vide"),
    ("to: 2025-01-01", "to: 2025-02-30", 4, "period.to", "« 2025-02-30 » n'est pas une date"),
    ("to: 2025-01-01", "to: fin 2025", 4, "period.to", "« fin 2025 » n'est pas une date : écrivez-la comme 2017-07-06"),
    ('summary: {fr: "a", en: "b"}', 'summary: {fr: "", en: "b"}', 5, "summary.fr", "ce texte est vide"),
    ("p1: {document: texte", "p1: {document: autre", 9, "sentences.p1.document", "le document « autre » n'est pas dans"),
    (', sentence: "Aider 500 entreprises."', "", 9, "sentences.p1", "recopiez dans « sentence: » la phrase du document"),
    ("    level: output", "    level: outptu", 12, "sheets.simple.level", "vouliez-vous « output » ?"),
    ("    unit: {", "    unite: {", 14, "sheets.simple.unite", "vouliez-vous « unit » ?"),
    ('    unit: {fr: "a", en: "b"}\n', "", 47, "challenges[0].measures[0].indicators[0]", "il manque à la fiche « unit: »"),
    ("    direction: up\n", "", 47, "challenges[0].measures[0].indicators[0]", "quel sens est le meilleur"),
    ("delay_months: 3", "delay_months: -1", 23, "sheets.simple.delay_months", "écrivez au moins 0"),
    ("frequency_months: 12", "frequency_months: true", 22, "sheets.simple.frequency_months", "écrivez un nombre entier"),
    (', note: {fr: "a", en: "b"}}\npart', "}\npart", 48, "challenges[0].measures[0].indicators[0].baseline", "pourquoi elle est"),
    ("    baseline: {value: 0,", "    baseline: {", 30, "sheets.simple.baseline", "il manque la clé « value »"),
    ("- {id: cetim", "- {id: Cetim!", 32, "partners[0].id", "n'a pas la bonne forme"),
    ("partners: [cetim]", "partners: [cetin]", 43, "challenges[0].measures[0].partners[0]", "le partenaire « cetin »"),
    ("partners: [cetim]", "partners: [cetim, cetim]", 43, "challenges[0].measures[0].partners", "deux fois la même chose"),
    ("lessons: [L1]", "lessons: [L2]", 44, "challenges[0].measures[0].lessons[0]", "l'enseignement « L2 » n'est pas dans"),
    ("      - code: M1\n", "      - code: E1\n", 40, "challenges[0].measures[0]", "le code « E1 » est déjà pris plus haut"),
    ("      - code: M1\n", "      - code: S\n", 40, "challenges[0].measures[0]", "le code « S » est déjà pris plus haut"),
    ("        citation: p1\n        partners", "        partners", 40, "challenges[0].measures[0]", "ce titre n'a pas de phrase"),
    ("        citation: p1\n        par", "        citation: p2\n        par", 42, "challenges[0].measures[0].citation", "la phrase « p2 »"),
    ("like: simple", "like: double", 50, "challenges[0].measures[0].indicators[0].like", "la fiche « double » n'est pas dans"),
    ("            measured_by: companies_supported\n", "", 48, "challenges[0].measures[0].indicators[0]", "rien ne mesure cet"),
    ("measured_by: companies_supported", "union_of: [M9.x]", 51, "challenges[0].measures[0].indicators[0].union_of[0]", "« M9.x »"),
    ("like: simple", "like: simple\n            state: retired", 48, "challenges[0].measures[0].indicators[0]", "pourquoi cet indicateur"),
    ("due: 2024-12-31", "due: 2025-01-01", 53, "challenges[0].measures[0].indicators[0].targets[0]", "cette cible sort de la période (2020-01-01 à 2024-12-31)"),
    ("due: 2024-12-31", "due: 2024-12-31, start: 2025-01-01", 53, "challenges[0].measures[0].indicators[0].targets[0].due", "précède le début"),
    ("{due: 2024-12-31, ", "{", 53, "challenges[0].measures[0].indicators[0].targets[0]", "il manque la clé « due »"),
    ("[{value: 500, citation: p1}]", "[{value: 500}]", 53, "challenges[0].measures[0].indicators[0].targets[0].statements[0]", "ce chiffre n'a pas de phrase"),
    ("[{value: 500, citation: p1}]", "[]", 53, "challenges[0].measures[0].indicators[0].targets[0].statements", "cette liste est vide"),
    ("value: 500", "value: cinq cents", 53, "challenges[0].measures[0].indicators[0].targets[0].statements[0].value", "n'a pas la bonne forme"),
    (TARGET, f"{TARGET}\n              {TARGET}", 54, "challenges[0].measures[0].indicators[0].targets[1].due", "une autre cible a déjà l'échéance"),
    ("stage: paid", "stage: payed", 46, "challenges[0].measures[0].budget[0].stage", "vouliez-vous « paid » ?"),
    ("value: 157344.40", "value: -5", 46, "challenges[0].measures[0].budget[0].statements[0].value", "un montant n'est pas négatif"),
    ("value: 157344.40", "value: .nan", 46, "challenges[0].measures[0].budget[0].statements[0].value", "n'a pas la bonne forme"),
    ("        lessons: [L1]", "        lessons: [L1]\n        lessons: []", 45, "challenges[0].measures[0].lessons", "est déjà écrite à la ligne 44"),
    ("summary: {", "? [a, b]\n: 1\nsummary: {", 5, "?", "une clé est un mot"),
    ('title: "Texte"', 'title: !!python/name:os.system ""', 7, "documents.texte.title", "n'est pas admis"),
]  # fmt: skip


def refused(text: bytes | str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_text(text, origin="essai.yaml")
    return caught.value


@pytest.mark.parametrize(("old", "new", "line", "path", "words"), CASES, ids=lambda value: str(value)[:30])
def test_a_fault_is_told_with_its_line_its_path_and_how_to_mend_it(old, new, line, path, words):
    assert GOOD.count(old) >= 1
    faults = refused(GOOD.replace(old, new, 1)).details["faults"]
    place = f"essai.yaml, ligne {line}{', ' + path if path else ''} : "
    assert [fault for fault in faults if fault.startswith(place) and words in fault], faults


def test_the_good_file_has_no_fault_and_keeps_its_cents():
    data, strategy = read_text(GOOD, origin="essai.yaml")
    assert data["challenges"][0]["measures"][0]["budget"][0]["statements"][0]["value"] == "157344.40"
    (_challenge, measure) = list(strategy.nodes())[1:]
    assert str(measure.budget[0].statements[0].value) == "157344.40"
    assert strategy.title.fr == "Non"


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    broken = GOOD.replace('region: "11"', "region: 11").replace("like: simple", "like: double").replace("slug: essai", "slug: É")
    error = refused(broken)
    assert [fault.split(" : ")[0] for fault in error.details["faults"]] == [
        "essai.yaml, ligne 1, slug",
        "essai.yaml, ligne 3, region",
        "essai.yaml, ligne 50, challenges[0].measures[0].indicators[0].like",
    ]
    assert str(error).endswith("(et 2 autres fautes)")
    assert error.code == "bad_strategy"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slug: [", "essai.yaml, ligne 2 : le fichier n'est pas du YAML lisible"),
        ("slug: a\n  b: c", "essai.yaml, ligne 2 : le fichier n'est pas du YAML lisible"),
        ("", "le fichier doit commencer par « slug: »"),
        ("- a\n- b", "essai.yaml, ligne 1 : le fichier doit commencer par « slug: »"),
        ("a: 1\n---\nb: 2", "n'est pas du YAML lisible"),
        ("a: 1\nb: &x [1]\nc: [*x, *x]", "essai.yaml, ligne 2 : les renvois de YAML"),
        ("a: " + "[" * 60 + "]" * 60, "essai.yaml, ligne 1 : plus de 40 niveaux"),
        ("slug: x\n" * 300_000, "le fichier dépasse 2 Mo"),
        (b"slug: a\ntitle: \xe9", "essai.yaml, ligne 2 : le fichier n'est pas en UTF-8"),
        ("slug: \x01", "n'est pas du YAML lisible"),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_is_refused_whole(text, words):
    error = refused(text)
    assert error.code == "bad_yaml"
    assert words in error.sentence


def test_a_bomb_of_repeated_names_never_grows():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    assert "renvois" in refused(bomb).sentence


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(BadInput, match="ce fichier ne peut pas être lu"):
        load_file(tmp_path / "rien.yaml")


def test_an_invented_strategy_may_do_without_sentences_and_a_real_one_may_not():
    bare = GOOD.replace(", citation: p1}", "}").replace("        citation: p1\n", "").replace("    citation: p1\n", "")
    assert read_text(bare + "is_fictional: true\n", origin="essai.yaml")[1].is_fictional
    assert len(refused(bare).details["faults"]) == 5


def test_two_lines_of_money_must_differ_by_something():
    line = "          - {fund: region, stage: paid, year: 2021, statements: [{value: 157344.40, citation: p1}]}\n"
    assert "distinguez-les par « decision: »" in refused(GOOD.replace(line, line * 2)).sentence


def test_a_remark_and_an_owner_need_a_sentence():
    told = refused(
        GOOD.replace(
            "        partners: [cetim]\n",
            '        owners: [{name: "X"}]\n        remarks: [{kind: limit, says: {fr: "a", en: "b"}}, {kind: next_step, says: {fr: "a", en: "b"}}]\n',
        )
    ).details["faults"]
    assert [" ".join(fault.split(" : ")[1].split()[:3]) for fault in told] == ["aucune phrase ne", "cette remarque n'a"]


def test_a_wording_names_a_sentence_and_an_heir_names_an_indicator():
    told = refused(
        GOOD.replace("        partners: [cetim]\n", "        wordings: [p1, p9]\n").replace(
            "like: simple", "like: simple\n            replaced_by: M2.x\n            union_of: [M1.companies]"
        )
    ).details["faults"]
    assert any("wordings[1] : la phrase « p9 »" in fault for fault in told)
    assert any("replaced_by : l'indicateur « M2.x » n'existe pas" in fault for fault in told)
    assert any("un indicateur ne se réunit pas à lui-même" in fault for fault in told)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e400"])
def test_a_stored_figure_is_a_finite_number(value):
    data = read_text(GOOD, origin="essai.yaml")[0]
    data["challenges"][0]["measures"][0]["indicators"][0]["targets"][0]["statements"][0]["value"] = value
    with pytest.raises(BadInput, match=r"statements\[0\].value"):
        parse(data)


def test_stored_content_is_refused_without_lines():
    with pytest.raises(BadInput) as caught:
        parse({"slug": 3}, origin="version 2")
    assert caught.value.sentence.startswith("version 2, slug : ") or "il manque" in caught.value.sentence
    with pytest.raises(BadInput, match="n'ont pas la forme d'une stratégie"):
        parse_stored({"slug": "a"})


FILE = read_file(FILES / "region-inventee.yaml")
junk = draw.recursive(
    draw.none() | draw.booleans() | draw.integers() | draw.floats() | draw.text(max_size=5),
    lambda inner: draw.lists(inner, max_size=2) | draw.dictionaries(draw.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def places(value, at=()):
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*at, key))


def test_a_union_and_its_parts_are_known_in_the_same_way():
    more = """\
          - code: M1.all
            title: {fr: "a", en: "b"}
            like: simple
            label: agreed
            union_of: [M1.companies]
"""
    [said] = refused(GOOD + more).details["faults"]
    assert said.startswith(
        "essai.yaml, ligne 58, challenges[0].measures[0].indicators[1].union_of[0] : « M1.companies » est connu"
    )
    assert "(« label: observed ») que ce qui le réunit (« agreed »)" in said
    assert read_text(GOOD + more.replace("agreed", "observed"), origin="essai.yaml")


@given(place=draw.sampled_from([place for place in places(FILE) if place]), value=junk)
def test_whatever_is_written_in_a_place_is_read_or_refused_by_a_sentence(place, value):
    data = copy.deepcopy(FILE)
    holder = data
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    with contextlib.suppress(BadInput):
        assert parse(data).slug
