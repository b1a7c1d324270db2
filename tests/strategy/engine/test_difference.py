"""Between two versions of a strategy nothing goes in silence."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.periods import Period
from ensembleur.sources import Source
from ensembleur.strategy.engine.changes import FIELD_WORDS, Kind, Part
from ensembleur.strategy.engine.content import (
    BudgetLine,
    Citation,
    Fund,
    Indicator,
    Label,
    Node,
    NodeKind,
    Stage,
    State,
    Statement,
    Strategy,
    Target,
    Text,
    Value,
)
from ensembleur.strategy.engine.difference import (
    OF_BUDGET,
    OF_INDICATOR,
    OF_NODE,
    OF_STRATEGY,
    OF_TARGET,
    OF_VALUE,
    difference,
)
from tests.factories.trajectories import DUE, sheet, target

YEAR = Period(date(2018, 1, 1), date(2019, 1, 1))
CITE = Citation("doc", "I", "Une phrase.")


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def value(amount, label=Label.OBSERVED, as_of=date(2018, 12, 31)):
    return Value(YEAR, as_of, label, (Statement(Decimal(amount), CITE),))


def money(amount, year=None, decision=""):
    return BudgetLine(Fund.ERDF, Stage.VOTED, (Statement(Decimal(amount), CITE),), year, decision)


def measure(*indicators, code="M1", budget=(), title="Mesure"):
    return Node(NodeKind.MEASURE, code, Text(title, title), None, indicators=indicators, budget=budget)


def strategy(*measures, documents=("doc",), **known):
    root = Node(NodeKind.STRATEGY, "S", Text("Stratégie", "Strategy"), None, children=measures)
    shelf = {key: Source(key) for key in documents}
    return Strategy("smart", Text("S", "S"), "11", Period(date(2017, 1, 1), DUE), shelf, root, Text("r", "s"), **known)


COMPANIES = sheet(target(500))


def told(before, after, lang="fr"):
    return [(change.kind, change.part, plain(change.says)) for change in difference(before, after, lang=lang).changes]


def of_indicators(before, after, lang="fr"):
    return told(strategy(measure(before)), strategy(measure(after)), lang)


def fault_codes(before, after):
    return [fault.code for fault in difference(strategy(measure(before)), strategy(measure(after))).faults]


def test_every_field_that_may_change_has_its_words():
    named = [(Strategy, OF_STRATEGY), (Node, OF_NODE), (Indicator, OF_INDICATOR), (Target, OF_TARGET), (Value, OF_VALUE)]
    for kind, outside in [*named, (BudgetLine, OF_BUDGET)]:
        assert {field.name for field in fields(kind)} - outside <= set(FIELD_WORDS)


def test_the_same_file_changes_nothing():
    held = strategy(measure(COMPANIES, budget=(money(3), money(3))))
    found = difference(held, held)
    assert found.is_empty
    assert plain(found.says()) == (
        "Ajouts : 0 · modifications : 0 · retraits : 0 · disparitions : 0 · à vérifier : 0 · fautes : 0"
    )
    assert found.says("en") == "Added: 0 · changed: 0 · retired: 0 · removed: 0 · to check: 0 · faults: 0"


def test_a_first_load_adds_everything():
    found = difference(None, strategy(measure(COMPANIES)))
    assert [(change.part, change.at) for change in found.changes] == [
        (Part.STRATEGY, "smart"),
        (Part.DOCUMENT, "doc"),
        (Part.NODE, "S"),
        (Part.NODE, "M1"),
        (Part.INDICATOR, "M1.companies"),
    ]
    assert {change.kind for change in found.changes} == {Kind.ADDED}
    assert not found.is_empty


def test_a_document_is_added_changed_or_gone():
    before = strategy(documents=("a", "b"))
    after = replace(strategy(documents=("b", "c")), documents={"b": Source("other"), "c": Source("c")})
    assert told(before, after) == [
        (Kind.CHANGED, Part.DOCUMENT, "Document b : modifié."),
        (Kind.ADDED, Part.DOCUMENT, "Document c : ajouté."),
        (Kind.REMOVED, Part.DOCUMENT, "Document a : disparu du fichier, gardé dans l'historique."),
    ]
    assert [change.at for change in difference(before, after).warnings] == ["a"]


def test_the_strategy_and_its_parts_say_which_fields_changed():
    before, after = strategy(measure()), strategy(measure(title="Autre"), is_current=True)
    assert told(before, after) == [
        (Kind.CHANGED, Part.STRATEGY, "Stratégie smart : modifié (stratégie en cours)."),
        (Kind.CHANGED, Part.NODE, "Élément M1, Autre : modifié (titre)."),
    ]


def test_a_part_that_moves_or_disappears_is_said():
    goal = Node(NodeKind.OBJECTIVE, "O1", Text("But", "Aim"), None)
    before, after = strategy(goal, measure(), measure(code="M2")), strategy(replace(goal, children=(measure(),)))
    assert told(before, after) == [
        (Kind.CHANGED, Part.NODE, "Élément M1, Mesure : modifié (place dans la stratégie)."),
        (Kind.RETIRED, Part.NODE, "Élément M2, Mesure : retiré (absent du nouveau fichier, rien n'est effacé)."),
    ]


def test_an_indicator_absent_from_the_file_is_retired_with_a_warning():
    found = difference(strategy(measure(COMPANIES)), strategy(measure()), lang="en")
    (change,) = found.changes
    assert (change.kind, change.is_warning) == (Kind.RETIRED, True)
    assert change.says == ("Indicator M1.companies, Companies supported: retired (absent from the new file, nothing is erased).")
    assert not found.faults
    retired = replace(COMPANIES, state=State.RETIRED)
    assert difference(strategy(measure(retired)), strategy(measure())).is_empty


def test_an_indicator_is_retired_with_a_reason():
    retired = replace(COMPANIES, state=State.RETIRED)
    explained = replace(retired, state_reason=Text("remplacé", "replaced"))
    for after, why, is_warning in ((retired, "sans motif", True), (explained, "remplacé", False)):
        (change,) = difference(strategy(measure(COMPANIES)), strategy(measure(after))).changes
        assert (change.kind, change.is_warning) == (Kind.RETIRED, is_warning)
        assert plain(change.says) == f"Indicateur M1.companies, Entreprises accompagnées : retiré ({why})."


def test_the_fields_of_a_definition_are_listed():
    after = replace(COMPANIES, unit=Text("sociétés", "firms"), frequency_months=6)
    (change,) = difference(strategy(measure(COMPANIES)), strategy(measure(after))).changes
    assert change.fields == ("unit", "frequency_months")
    assert plain(change.says) == "Indicateur M1.companies, Entreprises accompagnées : modifié (unité, fréquence)."


def test_an_indicator_that_moves_is_the_same_indicator():
    before, after = strategy(measure(COMPANIES), measure(code="M2")), strategy(measure(), measure(COMPANIES, code="M2"))
    assert [(kind, part) for kind, part, _ in told(before, after)] == [(Kind.CHANGED, Part.INDICATOR)]


def test_a_new_indicator_is_added():
    assert told(strategy(measure()), strategy(measure(COMPANIES))) == [
        (Kind.ADDED, Part.INDICATOR, "Indicateur M1.companies, Entreprises accompagnées : ajouté.")
    ]


@pytest.mark.parametrize(
    ("reason_before", "reason", "faults"),
    [
        ("", "crise", []),
        ("", "", ["target_without_reason"]),
        ("crise", "crise", ["target_without_reason"]),
        ("crise", "reprise", []),
    ],
)
def test_a_target_changes_with_a_new_reason(reason_before, reason, faults):
    before = replace(COMPANIES, targets=(replace(target(500), reason=reason_before),))
    after = replace(COMPANIES, targets=(replace(target(400), reason=reason),))
    assert fault_codes(before, after) == faults


def test_a_changed_target_says_what_it_was_and_why():
    after = replace(COMPANIES, targets=(replace(target(400), reason="crise"),))
    assert of_indicators(COMPANIES, after) == [
        (
            Kind.CHANGED,
            Part.TARGET,
            "Objectif chiffré M1.companies, 400 entreprises au 1er janvier 2021 : modifié "
            "(avant : 500 entreprises ; citations, motif ; motif : crise).",
        )
    ]
    without = replace(COMPANIES, targets=(target(400),))
    (fault,) = difference(strategy(measure(COMPANIES)), strategy(measure(without)), lang="en").faults
    assert plain(fault.says) == (
        "M1.companies, 400 companies by 1 January 2021: the target changes without a new reason; write why in “reason”."
    )


def test_a_target_put_off_is_the_same_target_and_needs_a_reason():
    after = replace(COMPANIES, targets=(target(500, due=date(2022, 1, 1)),))
    assert [(kind, part) for kind, part, _ in of_indicators(COMPANIES, after)] == [(Kind.CHANGED, Part.TARGET)]
    assert fault_codes(COMPANIES, after) == ["target_without_reason"]


def test_a_target_whose_words_alone_change_needs_no_reason():
    after = replace(COMPANIES, targets=(replace(target(500), decision="CR 2017-130"),))
    assert [says for _, _, says in of_indicators(COMPANIES, after)] == [
        "Objectif chiffré M1.companies, 500 entreprises au 1er janvier 2021 : modifié (décision)."
    ]
    assert fault_codes(COMPANIES, after) == []


def test_a_target_is_added_but_never_erased_from_an_indicator_still_followed():
    more = replace(COMPANIES, targets=(*COMPANIES.targets, target(200, due=date(2019, 1, 1))))
    assert [kind for kind, _, _ in of_indicators(COMPANIES, more)] == [Kind.ADDED]
    assert [kind for kind, _, _ in of_indicators(more, COMPANIES)] == [Kind.REMOVED]
    assert fault_codes(COMPANIES, more) == []
    assert fault_codes(more, COMPANIES) == ["target_erased"]
    assert fault_codes(replace(more, state=State.RETIRED), replace(COMPANIES, state=State.RETIRED)) == []


def test_values_of_texts_are_added_changed_and_flagged_when_they_go():
    empty, held = replace(COMPANIES, values=()), replace(COMPANIES, values=(value(302),))
    assert of_indicators(empty, held) == [
        (Kind.ADDED, Part.VALUE, "Valeur d'un texte M1.companies, 302 entreprises (constaté) au 31 décembre 2018 : ajouté.")
    ]
    assert [says for _, _, says in of_indicators(held, replace(COMPANIES, values=(value(303),)), "en")] == [
        "Value of a text M1.companies, 303 companies (observed) on 31 December 2018: changed (citations)."
    ]
    assert of_indicators(held, held) == []
    (gone,) = difference(strategy(measure(held)), strategy(measure(empty))).changes
    assert (gone.kind, gone.is_warning) == (Kind.REMOVED, True)


def test_budget_lines_are_matched_by_fund_stage_and_year():
    before = strategy(measure(budget=(money(3), money(5, 2018), money(7, 2019))))
    after = strategy(measure(budget=(money(3), money(6, 2018), money(1, 2018), money(2, 2020))))
    assert told(before, after) == [
        (Kind.CHANGED, Part.BUDGET, "Ligne de budget M1, FEDER, 6 € voté, 2018 : modifié (citations)."),
        (Kind.ADDED, Part.BUDGET, "Ligne de budget M1, FEDER, 1 € voté, 2018 : ajouté."),
        (Kind.ADDED, Part.BUDGET, "Ligne de budget M1, FEDER, 2 € voté, 2020 : ajouté."),
        (
            Kind.REMOVED,
            Part.BUDGET,
            "Ligne de budget M1, FEDER, 7 € voté, 2019 : disparu du fichier, gardé dans l'historique.",
        ),
    ]


def test_figures_of_the_context_are_indicators_of_the_root():
    jobs = replace(sheet(code="context.jobs"), title=Text("Emplois", "Jobs"))
    assert told(strategy(), strategy(context=(jobs,))) == [
        (Kind.ADDED, Part.INDICATOR, "Indicateur context.jobs, Emplois : ajouté.")
    ]
