"""The public pages of strategies: what they say of a value, of its absence, of a doubt, of a day, in both languages."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest
from django.urls import reverse

from ensembleur.strategy.choices import LabelWord, Origin
from ensembleur.strategy.models import Decision, Dispute
from tests.factories import accounts, strategy, values

pytestmark = pytest.mark.django_db
TODAY = strategy.TODAY
HOME = "/strategie/"
STRATEGY = "/strategie/essai/"
A1, A2, A3 = (f"/strategie/essai/mesure/{code}/" for code in ("A1", "A2", "A3"))
COMPANIES, PEOPLE = (f"/strategie/essai/indicateur/{code}/" for code in ("A1.companies", "A2.people"))


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages are read on the day the factories speak of."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)


def words(answer) -> str:
    """The text of a page, tags and long spaces away."""
    import html
    import re

    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").replace("\u202f", " ")
    return " ".join(text.split())


def read(client, url: str, language: str = "fr") -> str:
    client.cookies["django_language"] = language
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return words(answer)


# -- the list ----------------------------------------------------------------------------------------------------------
def test_without_any_strategy_the_list_says_so(client):
    assert "Aucune stratégie n'est chargée" in read(client, HOME)


def test_the_list_opens_on_the_current_strategy_and_says_what_the_others_are(client):
    strategy.tiny()
    invented = strategy.raw(slug="ailleurs", region="99", is_fictional=True, is_current=False)
    strategy.load_strategy(data=invented, by="command:test", now=strategy.NOW)
    text = read(client, HOME)
    assert "en cours 2026–2030 Stratégie d'essai" in text
    assert "région inventée" in text
    assert "Rien n'a encore été mesuré : ce n'est pas zéro." in text
    assert "ongoing" in read(client, HOME, "en")


def test_the_door_of_the_front_page_leads_there(client):
    strategy.tiny()
    assert f'href="{reverse("strategy:home")}"' in client.get("/").text


# -- the strategy ------------------------------------------------------------------------------------------------------
def test_a_measure_says_its_state_its_value_its_target_and_how_each_is_known(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40)
    text = read(client, STRATEGY)
    assert "Sur sa trajectoire" in text
    assert "40 entreprises conventionné au 27 novembre 2026" in text
    assert "cible : 100 entreprises au 31 décembre 2030 programmé" in text
    assert "40 % du chemin" in text
    assert "Dernier chiffre connu : situation au 27 novembre 2026." in text


def test_a_measure_behind_says_so_with_a_word_and_a_shape(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 3)
    page = client.get(STRATEGY)
    assert "En retard" in words(page)
    assert "measure-no" in page.text


def test_what_was_never_measured_is_not_zero(client):
    strategy.tiny()
    text = read(client, STRATEGY)
    assert "non mesuré" in text
    assert " 0 entreprises" not in text
    assert "not measured" in read(client, STRATEGY, "en")


def test_a_measure_without_target_is_neither_kept_nor_broken(client):
    strategy.tiny()
    strategy.measurement("A3.companies", 12)
    assert "Sans cible chiffrée" in read(client, STRATEGY)


def test_beyond_its_target_the_bar_is_full_and_the_words_say_by_how_much(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 130)
    page = client.get(STRATEGY)
    assert "130 % du chemin : au-delà de la cible" in words(page)
    assert '<rect class="way-done" x="0" y="2" width="100"' in page.text


def test_two_sentences_that_give_two_figures_are_both_told(client):
    strategy.tiny()
    assert "Le texte dit aussi : 1 200 personnes." in read(client, STRATEGY)
    text = read(client, PEOPLE)
    assert "Former 1000 personnes en cinq ans." in text
    assert "Former 1200 personnes." in text


def test_a_figure_said_twice_alike_is_no_doubt(client):
    data = strategy.raw()
    target = data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["targets"][0]
    target["statements"] = [target["statements"][0], copy.deepcopy(target["statements"][0])]
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    assert "Le texte dit aussi" not in read(client, STRATEGY)


def test_what_is_retired_stays_readable_at_the_foot(client):
    strategy.tiny()
    strategy.measurement("A3.companies", 12)
    data = strategy.raw()
    objective = data["challenges"][0]["objectives"][0]
    objective["measures"].pop()
    objective["indicators"][0]["union_of"] = ["A1.companies"]
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW + timedelta(days=1))
    text = read(client, STRATEGY)
    assert "Ce qui n'est plus suivi" in text
    assert "A3 Soutenir autrement" in text
    page = read(client, "/strategie/essai/indicateur/A3.companies/")
    assert "12 entreprises" in page
    assert "Plus suivi" in page


def test_a_strategy_or_a_part_that_does_not_exist_is_not_found(client):
    strategy.tiny()
    for url in (
        "/strategie/rien/",
        "/strategie/essai/mesure/A9/",
        "/strategie/essai/indicateur/A9/",
        "/strategie/essai/objectif/A1/",
    ):
        assert client.get(url).status_code == 404


# -- secrecy -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("url", [STRATEGY, A1, COMPANIES])
def test_a_value_of_two_companies_is_secret_and_so_is_its_progress(client, url):
    strategy.tiny()
    strategy.measurement("A1.companies", 2)
    page = client.get(url)
    text = words(page)
    assert "s conventionné moins de trois unités" in text
    assert "Secret" in text
    assert "2 entreprises" not in text
    assert "% du chemin" not in text
    assert "2 unités" not in text


@pytest.mark.parametrize("name", ["strategy_csv", "strategy_json", "measure_csv", "indicator_csv", "indicator_chart"])
def test_a_secret_value_is_in_no_file(client, name):
    strategy.tiny()
    strategy.measurement("A1.companies", 2, units=2, numerator=2)
    given = {"strategy": "essai", "measure": "A1", "indicator": "A1.companies"}
    wanted = ["strategy", *([] if name.startswith("strategy") else ["measure"] if name == "measure_csv" else ["indicator"])]
    text = client.get(reverse(f"strategy:{name}", kwargs={key: given[key] for key in wanted})).text
    values = [line for line in text.splitlines()[1:] if ",value," in line]
    assert all(",s,entreprises," in line for line in values)
    assert '"value": "2"' not in text
    assert '"units": 2' not in text


def test_an_internal_indicator_has_no_public_page(client):
    data = strategy.raw()
    data["sheets"]["people"]["confidentiality"] = "internal"
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    assert client.get(PEOPLE).status_code == 404
    assert "Personnes formées" not in read(client, STRATEGY)


# -- labels ------------------------------------------------------------------------------------------------------------
def test_a_value_and_a_target_known_in_different_ways_are_never_side_by_side_without_a_sentence(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40)
    sentence = "La valeur est connue comme « conventionné », la cible comme « programmé »"
    assert sentence in read(client, A1)
    assert sentence in read(client, COMPANIES)
    assert "The value is known as “agreed”, the target as “programmed”" in read(client, A1, "en")


def test_a_value_of_another_label_than_announced_says_so(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40, label=LabelWord.DECLARED)
    assert "Cet indicateur se suit en « conventionné » ; la seule valeur connue est « déclaré »." in read(client, STRATEGY)


def test_a_value_of_another_label_stands_apart_and_does_not_replace_the_main_one(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40, as_of=date(2026, 10, 31))
    strategy.measurement("A1.companies", 900, label=LabelWord.DECLARED)
    text = read(client, COMPANIES)
    assert "40 entreprises conventionné" in text
    assert "Aussi connu : 900 entreprises déclaré" in text
    assert "900 % du chemin" not in text


# -- a day -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("url", [STRATEGY, A1, COMPANIES, "/strategie/essai/objectif/O1/"])
def test_a_page_can_be_read_as_of_a_past_day(client, url):
    strategy.tiny()
    strategy.measurement("A1.companies", 11, as_of=date(2026, 3, 31))
    strategy.measurement("A1.companies", 40)
    text = read(client, f"{url}?au=2026-04-15")
    assert "Vous lisez la situation au 15 avril 2026" in text
    assert "11 entreprises" in text
    assert "40 entreprises" not in text
    assert "You are reading the situation on 15 April 2026" in read(client, f"{url}?au=2026-04-15", "en")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-13-01", "« 2026-13-01 » n'est pas une date : écrivez-la comme 2026-03-31."),
        ("hier", "« hier » n'est pas une date : écrivez-la comme 2026-03-31."),
        ("20260331", "« 20260331 » n'est pas une date : écrivez-la comme 2026-03-31."),
        ("2026-11-28", "Le 28 novembre 2026 n'est pas encore passé : choisissez une date passée."),
        ("2025-12-31", "Cette stratégie commence le 1er janvier 2026 : choisissez une date qui ne la précède pas."),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_one_sentence(client, day, sentence):
    strategy.tiny()
    for url in (STRATEGY, A1, COMPANIES):
        answer = client.get(url, {"au": day})
        assert answer.status_code == 400
        assert sentence in words(answer)


# -- a measure ---------------------------------------------------------------------------------------------------------
def test_a_measure_says_who_owns_it_and_what_comes_next(client):
    strategy.tiny()
    text = read(client, A1)
    assert "Qui en répond Organisme d'essai" in text
    assert "Atteindre 100 entreprises d'ici le 31 décembre 2030." in text
    assert "aucun responsable nommé dans le texte" in read(client, A2)


def test_what_is_reached_is_no_longer_to_come(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 100)
    assert "Atteindre 100 entreprises d'ici" not in read(client, A1)


def test_a_value_that_somebody_reported_is_not_told_as_measured(client):
    strategy.tiny()
    values.reported(120)
    assert "Valeur rapportée Personnes formées : 120 personnes (déclaré)" in read(client, A2)


def test_money_is_told_by_fund_and_stage_and_what_nobody_knows_is_not_zero(client):
    strategy.tiny()
    text = read(client, A1)
    assert "programmé voté engagé payé Région 1 M€ – – –" in text
    assert "Un budget de 1000000 €." in text
    assert "Aucun montant n'est connu pour cette mesure : ce n'est pas zéro." in read(client, A3)


def test_only_public_decisions_are_among_the_latest_acts(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40)
    kept = {"node": strategy.node("A1"), "owner": "x", "recorded_by": accounts.user(), "recorded_at": strategy.NOW}
    Decision.objects.create(text="Ouvrir un second guichet.", decided_on=TODAY, is_public=True, **kept)
    Decision.objects.create(text="Revoir une convention.", decided_on=TODAY, **kept)
    text = read(client, A1)
    assert "Ouvrir un second guichet." in text
    assert "Revoir une convention." not in text
    assert "Entreprises soutenues : 40 entreprises (conventionné), au 27 novembre 2026" in text


def test_a_target_that_changed_is_an_act_with_its_reason(client):
    strategy.tiny()
    data = strategy.raw()
    target = data["challenges"][0]["objectives"][0]["measures"][0]["indicators"][0]["targets"][0]
    target["statements"][0]["value"], target["reason"] = 150, "délibération nouvelle"
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW, reason="révision")
    text = read(client, A1)
    assert "Définition ou cible modifiée" in text
    assert "délibération nouvelle" in text


def test_without_a_released_table_the_map_says_so(client):
    strategy.tiny()
    assert "Aucune table publiée encore" in read(client, A1)


def test_a_measure_links_to_the_schemes_it_acts_by(client):
    data = strategy.raw()
    data["challenges"][0]["objectives"][0]["measures"][0]["schemes"] = ["pm-up"]
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    assert 'href="/aides/pm-up/"' in client.get(A1).text


# -- an indicator ------------------------------------------------------------------------------------------------------
def test_the_sheet_shows_each_field_and_each_european_code_with_its_mark(client):
    data = strategy.raw()
    data["sheets"]["companies"]["eu_codes"] = [
        {"code": "RCO01", "verified": True, "note": strategy.text("entreprises soutenues", "enterprises supported")},
        {"code": "EECO19", "verified": False, "note": strategy.text("à relire", "to be read again")},
    ]
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    text = read(client, COMPANIES)
    for term in ("Définition", "Unité de compte", "Règle de dédoublonnage", "Limites et biais connus", "Situation de départ"):
        assert term in text
    assert "RCO01 numéro vérifié" in text
    assert "numéro non vérifié à relire" in text
    assert "number not verified" in read(client, COMPANIES, "en")


def test_what_nothing_measures_says_what_it_would_take(client):
    strategy.tiny()
    text = read(client, PEOPLE)
    assert "Ce qu'il faudrait pour mesurer : les entrées en formation" in text
    assert "inconnue, ce qui n'est pas zéro" in text


def test_a_replaced_value_stays_with_its_reason_and_a_disputed_one_with_its_answer(client):
    strategy.tiny()
    first = strategy.measurement("A1.companies", 38)
    second = strategy.measurement("A1.companies", 40, replaces=first, reason="Deux dossiers retrouvés.")
    Dispute.objects.create(measurement=second, says="Un dossier manque.", raised_by=accounts.user(), raised_at=strategy.NOW)
    text = read(client, COMPANIES)
    assert "38 entreprises" in text
    assert "Remplacée : Deux dossiers retrouvés." in text
    assert "Contestée le 27 novembre 2026. Pas encore tranché." in text


def test_a_union_tells_how_much_its_parts_count_twice(client):
    strategy.tiny()
    strategy.measurement("O1.companies", 12, overlap=2)
    assert "La somme des parties donne 14, dont 2 comptées à nouveau." in read(
        client, "/strategie/essai/indicateur/O1.companies/"
    )


def test_what_the_platform_did_not_see_is_said(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40, seen_since=date(2026, 6, 1))
    assert "La plateforme n'a rien vu avant le 1er juin 2026" in read(client, COMPANIES)


def test_a_value_that_could_not_be_known_says_why(client):
    strategy.tiny()
    strategy.measurement(
        "A1.companies", None, units=None, why={"fr": "aucune offre n'a encore été faite", "en": "no offer was made yet"}
    )
    assert "aucune offre n'a encore été faite" in read(client, COMPANIES)
    assert "no offer was made yet" in read(client, COMPANIES, "en")


def test_a_figure_of_a_text_shows_its_sentence(client):
    data = strategy.raw()
    sheet = data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]
    sheet["values"] = [
        {
            "period": {"from": "2026-01-01", "to": "2026-07-01"},
            "label": "declared",
            "statements": [
                {"value": 300, "precision": "about", "citation": strategy.cited("Environ 300 personnes.")},
                {"value": 320, "citation": strategy.cited("320 personnes.")},
            ],
        }
    ]
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    text = read(client, PEOPLE)
    assert "environ 300 personnes déclaré" in text
    assert "Le texte dit aussi : 320 personnes." in text
    assert "Environ 300 personnes." in text
    assert str(Origin.TEXT.label) in text
