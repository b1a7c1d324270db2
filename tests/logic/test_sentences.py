"""Sentences come from the rule itself: their number, unit, date and polarity are right in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import AnyOf, AtLeast, Leaf, Not, Param, parse
from ensembleur.logic.describe import describe
from ensembleur.logic.explain import explain_in
from ensembleur.logic.facts import NEVER, Fact, Interval
from ensembleur.logic.sentences import name_codes, show_codes, show_day, show_money, show_number
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.sources import Evidence

AS_OF = date(2026, 11, 21)


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def says(rule, fact=None, lang="fr", **facts):
    condition = rule if not isinstance(rule, dict) else parse({"id": "a"} | rule, vocabulary=VOCABULARY)
    if fact is not None:
        leaf = condition.part if isinstance(condition, Not) else condition
        facts[leaf.fact] = fact if isinstance(fact, Fact) else Fact(fact)
    setting = Setting(AS_OF, lang, vocabulary=VOCABULARY, zones=ZONES)
    return plain(explain_in(condition, facts, setting).reasons[0].says)


BETWEEN = {"fact": "headcount", "op": "between", "value": {"from": 5, "to": 249}}
BELOW = {"fact": "headcount", "op": "below", "value": 250}
TURNOVER = {"fact": "turnover_eur", "op": "at_most", "value": 50_000_000}
HERE = {"fact": "commune", "op": "in_zone", "value": "ile-de-france"}
ZRE = {"fact": "commune", "op": "in_zone", "value": "zre-idf"}
AGE = {"fact": "created_on", "op": "at_least_months_old", "value": 36}
RECENT = {"fact": "cyber_diagnosis_on", "op": "within_months", "value": 6}
NAF = {"fact": "naf", "op": "starts_with", "value": ["10", "11", "12", "25", "62.01"]}
STARTED = {"fact": "project_started", "op": "is_false"}
DECLARED = Fact(Decimal(4_000_000), as_of=date(2026, 3, 12))


@pytest.mark.parametrize(
    ("rule", "fact", "french", "english"),
    [
        (BETWEEN, 34, "Effectif de 34 salariés : entre 5 et 249", "Headcount of 34 employees: between 5 and 249"),
        (BELOW, 1, "Effectif de 1 salarié : moins de 250", "Headcount of 1 employee: less than 250"),
        (BELOW, 0, "Effectif de 0 salarié : moins de 250", "Headcount of 0 employees: less than 250"),
        (
            BELOW,
            None,
            "Effectif non renseigné : il faut moins de 250 salariés",
            "Headcount unknown: less than 250 employees needed",
        ),
        (
            BELOW,
            Interval(200, 499),
            "Effectif entre 200 et 499 salariés : moins de 250, valeur exacte à préciser",
            "Headcount between 200 and 499 employees: less than 250, exact value to be given",
        ),
        (
            BELOW,
            Interval(300, None),
            "Effectif d'au moins 300 salariés : moins de 250",
            "Headcount of at least 300 employees: less than 250",
        ),
        (
            BELOW,
            Interval(None, 9),
            "Effectif d'au plus 9 salariés : moins de 250",
            "Headcount of at most 9 employees: less than 250",
        ),
        (
            TURNOVER,
            DECLARED,
            "Chiffre d'affaires de 4,0 M€ (déclaré le 12 mars 2026) : au plus 50 M€",
            "Turnover of €4.0 million (declared on 12 March 2026): at most €50 million",
        ),
        (
            {"fact": "past_share", "op": "is", "value": 2},
            3,
            "past_share de 3 : exactement 2",
            "past_share of 3: exactly 2",
        ),
        (
            {"fact": "revenue_share_net_zero_chains", "op": "at_least", "value": 0.5},
            Decimal("0.255"),
            "Part du chiffre d'affaires dans les filières bas-carbone de 25,5 % : au moins 50 %",
            "Share of turnover in net-zero chains of 25.5%: at least 50%",
        ),
        (
            HERE,
            Fact("95018", shown="Argenteuil (95)"),
            "Établissement en Île-de-France : Argenteuil (95)",
            "Establishment in Île-de-France: Argenteuil (95)",
        ),
        (
            HERE,
            "69001",
            "Établissement hors d'Île-de-France : 69001 ; l'inverse est demandé",
            "Establishment outside Île-de-France: 69001; the opposite is required",
        ),
        (
            HERE,
            None,
            "Commune non renseignée : Établissement en Île-de-France",
            "Municipality unknown: Establishment in Île-de-France",
        ),
        (
            ZRE,
            "95018",
            "Établissement en zone de reconquête économique : à vérifier pour 95018, nous n'avons pas la liste des communes",
            "Establishment in a regional economic recovery zone: to be checked for 95018, we do not hold the list of municipalities",
        ),
        (
            AGE,
            date(2019, 5, 1),
            "Création de l'entreprise le 1er mai 2019 : il y a au moins 3 ans",
            "Company created on 1 May 2019: at least 3 years ago",
        ),
        (
            RECENT,
            None,
            "Diagnostic cyber labellisé : date non renseignée ; demandé : il y a au plus 6 mois",
            "Certified cyber diagnosis: date unknown; needed: at most 6 months ago",
        ),
        (
            RECENT,
            NEVER,
            "Diagnostic cyber labellisé : pas encore fait ; demandé : il y a au plus 6 mois",
            "Certified cyber diagnosis: not done yet; needed: at most 6 months ago",
        ),
        (NAF, "25.62B", "Activité 25.62B : parmi 10 à 12, 25 ou 62.01", "Activity 25.62B: among 10 to 12, 25 or 62.01"),
        (
            NAF,
            None,
            "Activité non renseignée : il faut un code parmi 10 à 12, 25 ou 62.01",
            "Activity unknown: must be a code among 10 to 12, 25 or 62.01",
        ),
        (
            {"fact": "naf", "op": "starts_with", "value": "25"},
            None,
            "Activité non renseignée : doit commencer par 25",
            "Activity unknown: must start with 25",
        ),
        (
            {"fact": "category", "op": "is", "value": "PME"},
            "ETI",
            "Catégorie d'entreprise « entreprise de taille intermédiaire » : il faut « petite ou moyenne entreprise »",
            "Company category “mid-cap”: must be “small or medium-sized enterprise”",
        ),
        (
            {"fact": "project_kind", "op": "in", "value": ["ai", "cyber"]},
            Fact(("ai", "energy")),
            "Nature du projet « intelligence artificielle et économiser l'énergie » : parmi « intelligence artificielle ou cybersécurité »",
            "Kind of project “artificial intelligence and save energy”: among “artificial intelligence or cybersecurity”",
        ),
        (STARTED, False, "Le projet n'a pas commencé : c'est demandé", "The project has not started: as required"),
        (STARTED, True, "Le projet a commencé : l'inverse est demandé", "The project has started: the opposite is required"),
        (
            STARTED,
            None,
            "Projet déjà commencé : réponse inconnue ; il faut pouvoir dire « Le projet n'a pas commencé »",
            "Project already started: answer unknown; you must be able to say “The project has not started”",
        ),
    ],
)
def test_the_sentence_says_what_is_known_then_what_is_asked(rule, fact, french, english):
    if rule["fact"] == "past_share":
        rule = Leaf("a", "past_share", "is", Decimal(2))
    assert says(rule, fact) == french
    assert says(rule, fact, "en") == english


@pytest.mark.parametrize(
    ("rule", "fact", "french"),
    [
        (BETWEEN, 34, "Effectif de 34 salariés : moins de 5 ou plus de 249"),
        (BELOW, 34, "Effectif de 34 salariés : au moins 250"),
        (AGE, date(2019, 5, 2), "Création de l'entreprise le 2 mai 2019 : il y a moins de 3 ans"),
        (RECENT, date(2026, 5, 2), "Diagnostic cyber labellisé le 2 mai 2026 : il y a plus de 6 mois, ou à venir"),
        (NAF, "25.62B", "Activité 25.62B : hors 10 à 12, 25 ou 62.01"),
        (STARTED, False, "Le projet n'a pas commencé : l'inverse est demandé"),
        (HERE, "95018", "Établissement en Île-de-France : 95018 ; l'inverse est demandé"),
        (HERE, "69001", "Établissement hors d'Île-de-France : 69001"),
    ],
)
def test_under_a_negation_the_opposite_is_asked(rule, fact, french):
    assert says(Not(parse({"id": "a"} | rule, vocabulary=VOCABULARY)), fact) == french


def test_how_a_figure_is_known_agrees_with_its_name():
    documented = Fact("25.62B", as_of=date(2026, 1, 1), evidence=Evidence.DOCUMENTED)
    assert "(justifiée le 1er janvier 2026)" in says(NAF, documented)
    assert "(estimé)" in says(BELOW, Fact(3, evidence=Evidence.ESTIMATED))
    assert "(" not in says(BELOW, Fact(3, as_of=AS_OF, evidence=Evidence.OBSERVED))


def test_what_cannot_be_told_is_said():
    assert says(Leaf("a", "headcount", "below", Param("limit"))) == "Effectif : la limite « limit » n'est pas connue à cette date"
    assert says(Leaf("a", "commune", "in_zone", "moon"), lang="en") == "Zone « moon »: unknown"
    assert says(Leaf("a", "open", "is_true"), True) == "open : oui : c'est demandé"
    assert says(BELOW, Interval(None, None)) == "Effectif non renseigné : moins de 250, valeur exacte à préciser"
    assert says(ZRE) == "Établissement en zone de reconquête économique : à vérifier, nous n'avons pas la liste des communes"
    assert says(ZRE, in_zre=Fact(True)) == "Établissement en zone de reconquête économique"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (250_000, "250 000 €", "€250,000"),
        (4_000_000, "4,0 M€", "€4.0 million"),
        (50_000_000, "50 M€", "€50 million"),
        (51_500_000, "51,5 M€", "€51.5 million"),
        (1_500_000_000, "1 500 M€", "€1,500 million"),
        (50_000_001, "50 000 001 €", "€50,000,001"),
    ],
)
def test_money_is_shown_in_millions_only_when_nothing_is_lost(value, french, english):
    assert plain(show_money(value)) == french
    assert show_money(value, "en") == english


def test_numbers_days_and_codes_are_shown_as_people_write_them():
    assert plain(show_number(Decimal("1234.50"))) == "1 234,5"
    assert show_number(Decimal("1234.50"), "en") == "1,234.5"
    assert plain(show_day(date(2026, 3, 1))) == "1er mars 2026"
    assert plain(show_day(date(2026, 3, 1), "en")) == "1 March 2026"
    assert show_codes(("10", "11", "25")) == "10, 11 ou 25"
    assert show_codes(("10",)) == "10"
    assert name_codes((), None, "fr") == "(rien de la liste)"
    assert plain(name_codes(("ai", "zz"), VOCABULARY["project_kind"], "fr")) == "« intelligence artificielle ou zz »"


# -- a rule in words, for a scheme page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "french"),
    [
        (BETWEEN, "Effectif : entre 5 et 249 salariés"),
        (TURNOVER, "Chiffre d'affaires : au plus 50 M€"),
        (HERE, "Établissement en Île-de-France"),
        (STARTED, "Le projet n'a pas commencé"),
        (AGE, "Création de l'entreprise : il y a au moins 3 ans"),
        ({"fact": "spend_on", "op": "before", "value": "2025-01-01"}, "Dépense prévue : avant le 1er janvier 2025"),
        (NAF, "Activité : 10 à 12, 25 ou 62.01"),
        ({"fact": "naf", "op": "is_not", "value": "25.62B"}, "Activité : hors 25.62B"),
    ],
)
def test_a_rule_is_described_without_anybody_in_mind(rule, french):
    setting = Setting(AS_OF, vocabulary=VOCABULARY, zones=ZONES)
    (line,) = describe(parse({"id": "a"} | rule, vocabulary=VOCABULARY), setting)
    assert plain(line.says) == french


def test_alternatives_and_negations_are_described():
    small, region = (parse({"id": "a"} | rule, vocabulary=VOCABULARY) for rule in (BELOW, HERE))
    setting = Setting(AS_OF, "en", vocabulary=VOCABULARY, zones=ZONES)
    lines = describe(Not(AnyOf((small, Not(AtLeast(2, (small, region, small)))))), setting)
    assert plain(lines[0].says) == "Headcount: at least 250 employees"
    assert [line.group_says for line in lines] == ["", *["at least 2 of these 3 conditions"] * 3]
    odd = [Leaf("a", "headcount", "below", Param("p")), Leaf("a", "commune", "in_zone", "moon"), Leaf("a", "open", "is_false")]
    assert [describe(leaf, setting)[0].says for leaf in odd] == ["Headcount: limit “p”", "Zone « moon »", "open: no"]
    french = Setting(AS_OF, vocabulary=VOCABULARY)
    assert plain(describe(odd[0], french)[0].says) == "Effectif : limite « p »"
