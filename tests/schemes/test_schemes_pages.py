"""The pages of schemes: list, one scheme, the answers for one establishment, one question a page."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.forms import AnswerForm
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries.open_formats import COLUMNS
from ensembleur.territory.choices import Masking
from ensembleur.territory.engine.population import SHOWCASE_SIREN, SHOWCASE_SIRET
from tests.factories import accounts, schemes, sites

pytestmark = pytest.mark.django_db
ANSWERS = f"/aides/pour/{SHOWCASE_SIRET}/"
QUESTION = f"{ANSWERS}question/"


@pytest.fixture(autouse=True)
def showcase():
    return schemes.showcase()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_one_query_more_than_nothing_whatever_its_length(client, count, django_assert_num_queries):
    for _ in range(count):
        schemes.scheme()
    client.get(reverse("schemes:list"))  # the catalogue is assembled once
    with django_assert_num_queries(1):
        response = client.get(reverse("schemes:list"))
    assert len(response.context["schemes"]) == count


def test_a_closed_scheme_is_left_out_until_asked_for_and_says_since_when(client):
    schemes.scheme("ouverte")
    schemes.scheme("close", version={"windows": [{"opens": "2024-01-01", "closes": "2024-07-25"}]})
    assert [line.id for line in client.get(reverse("schemes:list")).context["schemes"]] == ["ouverte"]
    page = client.get(reverse("schemes:list"), {"fermees": "on"})
    assert [line.id for line in page.context["schemes"]] == ["ouverte", "close"]
    assert "26\xa0juillet 2024" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "ROBOT"}, 1), ({"q": "robôt"}, 1), ({"q": "rien du tout"}, 0), ({"theme": "production"}, 2), ({"theme": "digital"}, 0),
     ({"famille": "loan"}, 0), ({"niveau": "regional"}, 2), ({"theme": "<script>"}, 2), ({"q": "x" * 5000}, 2)],
)  # fmt: skip
def test_filters_narrow_the_list_and_a_faulty_one_is_ignored(client, query, found):
    schemes.scheme("robots", summary={"fr": "Achat d'un robot.", "en": "A robot."})
    schemes.scheme("autre")
    response = client.get(reverse("schemes:list"), query)
    assert response.status_code == 200
    assert len(response.context["schemes"]) == found


def test_htmx_gets_the_list_alone(client):
    schemes.scheme("une")
    whole = client.get(reverse("schemes:list")).content.decode()
    part = client.get(reverse("schemes:list"), headers={"HX-Request": "true", "HX-Target": "schemes"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "Aide une" in part


def test_the_page_of_a_scheme_writes_its_conditions_from_the_rule_and_names_its_source(client):
    schemes.scheme("une", version={"unverified": {"fr": "Le plafond.", "en": "The ceiling."}})
    text = client.get(reverse("schemes:scheme", args=["une"])).content.decode()
    for words in ("moins de 50", "Île-de-France", "Règlement de test", "vérifié le 1", "Le plafond.", "50\xa0%"):
        assert words in text.replace("\u202f", "\xa0")


def test_an_unknown_scheme_is_not_found(client):
    assert client.get(reverse("schemes:scheme", args=["nulle-part"])).status_code == 404


@pytest.mark.parametrize("siret", ["123", "43493744700011", "abc", "00000000000000", "<script>"])
def test_a_siret_that_leads_nowhere_is_not_found(client, siret):
    assert client.get(reverse("schemes:of_establishment", args=[siret])).status_code == 404


def test_am_i_eligible_leads_from_a_typed_siret_to_the_answers_and_keeps_a_faulty_one_on_screen(client):
    spaced = f"{SHOWCASE_SIRET[:3]} {SHOWCASE_SIRET[3:6]} {SHOWCASE_SIRET[6:9]} {SHOWCASE_SIRET[9:]}"
    assert client.get(reverse("schemes:check"), {"siret": spaced}).url == ANSWERS
    wrong = client.get(reverse("schemes:check"), {"siret": "43493744700011"})
    assert wrong.status_code == 400
    assert "erreur de frappe" in wrong.content.decode()
    assert "43493744700011" in wrong.content.decode()


def test_the_answers_come_in_reading_order_with_a_reason_for_each_condition(client):
    schemes.scheme("oui", conditions={"all": [schemes.IN_REGION, schemes.SMALL]})
    schemes.scheme("question", conditions={"all": [schemes.IN_REGION, schemes.NOT_STARTED]})
    schemes.scheme("non", conditions={"all": [{**schemes.SMALL, "value": 5}]})
    schemes.scheme("fermee", version={"windows": [{"closes": "2024-07-25"}]})
    response = client.get(ANSWERS)
    groups = response.context["groups"]
    assert [[card.title for card in group] for group in (groups.yes, groups.unknown, groups.no, groups.closed)] == [
        ["Aide oui"], ["Aide question"], ["Aide non"], ["Aide fermee"],
    ]  # fmt: skip
    assert [reason.leaf for reason in groups.yes[0].reasons] == ["in-region", "size"]
    assert "Argenteuil (95)" in response.content.decode()


def test_a_visitor_answers_one_question_and_sees_what_it_changed(client):
    schemes.scheme("une")
    asked = client.get(QUESTION)
    assert asked.context["question"].key.key == "project_started"
    assert "peut débloquer" in asked.content.decode()
    answered = client.post(QUESTION, {"cle": "project_started", "value": "non", "answer": "1"}, follow=True)
    assert answered.context["groups"].yes[0].title == "Aide une"
    assert "a ouvert 1 aide" in answered.content.decode()
    assert not CompanyFact.objects.exists()


def test_i_do_not_know_is_a_full_answer_that_is_not_asked_again_and_never_counts_as_no(client):
    schemes.scheme("une")
    client.post(QUESTION, {"cle": "project_started", "skip": "1"})
    response = client.get(ANSWERS)
    assert response.context["question"] is None or response.context["question"].key.key != "project_started"
    assert len(response.context["groups"].unknown) == 1


def test_a_faulty_answer_is_told_beside_the_field_and_nothing_is_lost(client):
    schemes.scheme(
        "une", conditions={"all": [{"id": "t", "fact": "turnover_eur", "op": "at_most", "value": 100, "source": "s1"}]}
    )
    response = client.post(QUESTION, {"cle": "turnover_eur", "value": "beaucoup", "answer": "1"})
    assert response.status_code == 400
    text = response.content.decode()
    assert "attend un nombre" in text
    assert 'value="beaucoup"' in text


@pytest.mark.parametrize("value", ["-1", "1e400", "99999999999999999999", "", "\x00", "../../etc", "<script>", "20..10"])
def test_hostile_numbers_are_refused_without_a_fault(client, value):
    schemes.scheme(
        "une", conditions={"all": [{"id": "t", "fact": "turnover_eur", "op": "at_most", "value": 100, "source": "s1"}]}
    )
    assert client.post(QUESTION, {"cle": "turnover_eur", "value": value}).status_code == 400


def test_the_director_s_answer_is_kept_in_the_file_and_can_be_taken_back(client):
    schemes.scheme("une")
    client.force_login(accounts.person(Role.DIRECTOR, SHOWCASE_SIREN))
    client.post(QUESTION, {"cle": "project_started", "value": "oui", "answer": "1"})
    assert CompanyFact.objects.get().value is True
    rows = client.get(f"{ANSWERS}faits/").context["rows"]
    mine = next(row for row in rows if row.evidence == "declared")
    client.post(mine.withdraw_url)
    assert CompanyFact.objects.get().withdrawn_at is not None


def test_observed_facts_cannot_be_withdrawn_and_show_where_they_come_from(client):
    rows = client.get(f"{ANSWERS}faits/").context["rows"]
    assert {row.evidence for row in rows} == {"observed"}
    assert not any(row.withdraw_url for row in rows)
    assert all(row.source for row in rows)
    client.force_login(accounts.person(Role.DIRECTOR, "000000018"))
    assert client.post(f"{ANSWERS}faits/headcount/retirer/").status_code == 403


def test_past_aids_are_typed_line_by_line_and_half_a_line_is_refused(client):
    form = {"cle": "past_aids", "on_0": "2025-03-12", "eur_0": "40 000", "answer": "1"}
    assert client.post(QUESTION, form).status_code == 302
    half = client.post(QUESTION, {"cle": "past_aids", "on_0": "2025-03-12", "answer": "1"})
    assert half.status_code == 400
    assert "la date et le montant" in half.content.decode()


def test_the_question_of_a_fact_that_does_not_exist_is_not_found(client):
    assert client.get(QUESTION, {"cle": "nothing"}).status_code == 404


def test_the_national_csv_has_the_columns_of_the_schema_and_its_patterns(client):
    schemes.scheme("une")
    response = client.get(reverse("schemes:national_csv"))
    [row] = csv.DictReader(io.StringIO(response.content.decode()))
    assert tuple(row) == COLUMNS
    assert re.fullmatch(r"[0-9a-f-]{36}", row["id"])
    assert re.fullmatch(r"[A-Z]+-\d+", row["eligibilite_geographique"])
    assert row["cibles"] == "professionnels"
    assert "moins de 50" in row["eligibilite"]


def test_public_pages_speak_english(client):
    schemes.scheme("une")
    client.cookies["django_language"] = "en"
    for address in (
        reverse("schemes:list"),
        reverse("schemes:scheme", args=["une"]),
        reverse("schemes:check"),
        ANSWERS,
        QUESTION,
    ):
        text = client.get(address).content.decode()
        assert '<html lang="en"' in text
        assert "Aide une" not in text


@pytest.mark.parametrize(("typed", "share"), [("1", "0.01"), ("0,5", "0.005"), ("25 %", "0.25"), ("100", "1")])
def test_a_share_asked_in_per_cent_is_read_in_per_cent(typed, share):
    form = AnswerForm(VOCABULARY["revenue_share_net_zero_chains"], {"value": typed})
    assert form.is_valid()
    assert form.cleaned_data["engine_value"] == Decimal(share)


@pytest.mark.parametrize("name", ["of_establishment", "facts"])
def test_the_pages_of_a_masked_person_have_a_title_and_no_name(client, name):
    person = sites.site("Marcelline Dupuy", masking=Masking.NATURAL, company={"legal_form": "1000"})
    text = client.get(reverse(f"schemes:{name}", args=[person.siret])).text
    assert "Dupuy" not in text
    assert re.search(rf"<h1>[^<]*Établissement {person.siret[:3]}", text)
