"""The pages of prospecting: what each role reads and may do there, with and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Contact, Opposition, ProspectExport, Reservation
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.services import prospecting
from ensembleur.territory.choices import Masking
from tests.factories import accounts, journeys, sites
from tests.factories import prospecting as make

pytestmark = pytest.mark.django_db
LIST = ("prospect_list", "aide", "ouverte")
ROLES = [Role.ADVISER, Role.OFFICER, Role.DIRECTOR, Role.CONTRIBUTOR, Role.SECOND_READER, Role.EVALUATOR, Role.ADMIN]


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()


def url(name, *args):
    return reverse(f"journeys:{name}", args=args)


@pytest.fixture
def adviser(client):
    person = accounts.person(Role.ADVISER, "95")
    client.force_login(person)
    return person


def ago(**delta):
    return timezone.now() - timedelta(**delta)


# -- who ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", [("prospects",), ("prospect_wave",), LIST])
def test_only_advisers_and_officers_read_lists(client, role, page):
    sites.site()
    client.force_login(accounts.person(role))
    assert client.get(url(*page)).status_code == (200 if role in (Role.ADVISER, Role.OFFICER) else 403)


@pytest.mark.parametrize(
    "page",
    [("prospects",), ("prospect_wave",), LIST, ("contact", "00000001800010"), ("opposition", "00000001800010")],
)
def test_a_visitor_signs_in_first(client, page):
    assert client.get(url(*page)).status_code == 302


@pytest.mark.parametrize("page", [("prospect_export", "aide", "ouverte"), ("prospect_take_wave", "aide", "ouverte")])
@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.EVALUATOR, Role.ADMIN])
def test_nobody_else_takes_a_list_away(client, page, role):
    sites.site()
    client.force_login(accounts.person(role))
    assert client.get(url(*page)).status_code == 405
    assert client.post(url(*page)).status_code == 403


@pytest.mark.parametrize(
    "page", [("prospect_list", "aide", "rien"), ("prospect_list", "mesure", "ouverte"), ("prospect_list", "x", "ouverte")]
)
def test_what_is_not_in_the_catalogue_is_not_found(client, adviser, page):
    assert client.get(url(*page)).status_code == 404


def test_a_company_elsewhere_or_unknown(client, adviser):
    there = sites.site(at="93066")
    assert client.get(url("contact", there.siret)).status_code == 403
    assert "reconnaître comme dirigeant" in client.get(url("opposition", there.siret)).text
    assert client.post(url("opposition", there.siret)).status_code == 403
    for siret in ("1", "99999999999999"):
        assert client.get(url("contact", siret)).status_code == 404


# -- the list ----------------------------------------------------------------------------------------------------------
def test_the_first_page_counts_companies_for_each_open_aid_and_measure(client, adviser):
    sites.site()
    make.opposition(sites.site("Opposée").siren)
    page = client.get(url("prospects"))
    counted = {
        subject.id: (certain, possible) for _kind, _title, rows in page.context["groups"] for subject, certain, possible in rows
    }
    assert counted == {"ouverte": (0, 1), "grande": (0, 1)}
    assert "fermee" not in page.text


def test_a_line_says_why_what_to_ask_and_who_called(client, adviser):
    site = sites.site("Verre & Métal", headcount_band="12", headcount_lo=20, headcount_hi=49)
    make.contact(
        site.siret, by=adviser, outcome="call_back", call_back_on=timezone.localdate() + timedelta(days=2), at=ago(days=1)
    )
    page = client.get(url(*LIST))
    text = page.text
    for words in (
        "Verre &amp; Métal",
        "Peut-être",
        "Pourquoi",
        "À demander d'abord",
        "À rappeler",
        "Argenteuil (95)",
        "entre 20 et 49",
    ):
        assert words in text, words
    assert f"{url('contact', site.siret)}?sujet=ouverte" in text
    assert "1 rue de l" not in text


def test_filters_work_alone_and_as_a_fragment(client, adviser):
    sites.site("Alpha")
    sites.site("Bêta", at="95063")
    found = client.get(url(*LIST), {"commune": "bezons"})
    assert [row.card.title for row in found.context["rows"]] == ["Bêta"]
    part = client.get(url(*LIST), {"commune": "95018"}, headers={"HX-Request": "true", "HX-Target": "prospects"})
    assert "<html" not in part.text
    assert "Alpha" in part.text
    assert "Bêta" not in part.text
    wrong = client.get(url(*LIST), {"commune": "Trifouillis", "taille": "énorme", "departement": "13"})
    assert wrong.status_code == 200
    assert "Aucune commune" in wrong.text
    assert len(client.get(url(*LIST), {"question": "project_started"}).context["rows"]) == 2
    assert len(client.get(url(*LIST), {"certaines": "on"}).context["rows"]) == 0


def test_pages_are_followed_by_a_cursor(client, adviser):
    for number in range(22):
        sites.site(f"E{number}")
    first = client.get(url(*LIST))
    second = client.get(url(*LIST), {"cursor": first.context["found"].next})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (20, 2)
    assert not second.context["found"].next


def test_who_is_in_partial_diffusion_never_shows_what_is_hidden(client, adviser):
    hidden = sites.site("Personne Cachée", masking=Masking.NATURAL, company={"legal_form": "1000"})
    legal = sites.site("Société Discrète", masking=Masking.LEGAL)
    text = client.get(url(*LIST)).text
    assert "Personne Cachée" not in text
    assert hidden.siret not in text
    assert "Société Discrète" in text
    assert "rue de l'Essai" not in text
    answer = client.post(url("prospect_export", "aide", "ouverte"))
    assert answer.status_code == 422
    assert legal.siret not in answer.text


def test_a_closed_aid_says_so(client, adviser):
    assert "fermée aujourd'hui" in client.get(url("prospect_list", "aide", "fermee")).text


def test_the_page_costs_the_same_whatever_its_length(client, adviser):
    costs = []
    for count in (1, 3):
        while len(client.get(url(*LIST)).context["rows"]) < count:
            site = sites.site()
            make.contact(site.siret, by=adviser, at=ago(days=1))
            journeys.journey(siren=site.siren)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url(*LIST)).context["rows"]) == count
        costs.append(len(queries))
    assert costs[0] == costs[1] < 30


# -- files and waves ---------------------------------------------------------------------------------------------------
def test_the_file_is_harmless_complete_and_journaled(client, adviser):
    site = sites.site("=HYPERLINK(1)")
    make.contact(site.siret, by=adviser, at=ago(days=3))
    sites.site("Ailleurs", at="95063")
    answer = client.post(url("prospect_export", "aide", "ouverte"), {"commune": "95018"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(lines) == 2
    assert "'=HYPERLINK" in lines[1]
    assert "Pas de réponse" in lines[1]
    assert ProspectExport.objects.get().lines == 1


def test_the_cap_of_the_day_is_said_in_one_sentence(client, adviser, monkeypatch):
    monkeypatch.setattr(prospecting, "LINES_PER_DAY", 1)
    sites.site()
    assert client.post(url("prospect_export", "aide", "ouverte")).status_code == 200
    refused = client.post(url("prospect_export", "aide", "ouverte"))
    assert refused.status_code == 422
    assert "reprenez demain" in refused.text


def test_a_wave_is_kept_called_and_given_back(client, adviser):
    first, second = sites.site("Une"), sites.site("Deux")
    assert client.post(url("prospect_take_wave", "aide", "ouverte")).status_code == 302
    page = client.get(url("prospect_wave"))
    assert {view.name for _one, view, _about in page.context["kept"]} == {"Une", "Deux"}
    assert "Réservée" in client.get(url(*LIST)).text
    assert client.post(url("prospect_release", second.siren)).status_code == 302
    assert [one.siren for one in Reservation.objects.all()] == [first.siren]


# -- contacts and oppositions ------------------------------------------------------------------------------------------
def test_noting_a_contact_goes_back_to_the_list(client, adviser):
    site = sites.site()
    assert client.get(url("contact", site.siret), {"sujet": "ouverte"}).status_code == 200
    sent = {"about": "ouverte", "channel": "phone", "outcome": "no_answer", "note": "Standard fermé"}
    answer = client.post(url("contact", site.siret), sent)
    assert answer["Location"] == url(*LIST)
    assert "Standard fermé" in client.get(url("contact", site.siret)).text


def test_an_interested_company_opens_its_journey(client, adviser):
    site = sites.site()
    answer = client.post(url("contact", site.siret), {"channel": "visit", "outcome": "interested"}, follow=True)
    assert f"{url('open')}?siret={site.siret}" in answer.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"channel": "phone"}, "champ"),
        ({"channel": "phone", "outcome": "call_back"}, "quel jour"),
        ({"channel": "phone", "outcome": "call_back", "call_back_on": "2001-01-01"}, "demain au plus tôt"),
    ],
)
def test_a_contact_that_cannot_be_kept_says_why(client, adviser, sent, words):
    site = sites.site()
    answer = client.post(url("contact", site.siret), sent)
    assert answer.status_code == 400
    assert words in answer.text
    assert not Contact.objects.exists()


def test_an_opposed_company_has_no_form(client, adviser):
    site = sites.site()
    client.post(url("contact", site.siret), {"channel": "phone", "outcome": "opposed"})
    page = client.get(url("contact", site.siret))
    assert "Ne veut plus être contactée" in page.text
    assert 'name="outcome"' not in page.text
    assert client.post(url("contact", site.siret), {"channel": "phone", "outcome": "interested"}).status_code == 400
    assert client.get(url(*LIST)).context["found"].counts.opposed == 1


def test_a_director_opposes_then_comes_back_on_it(client):
    site = sites.site()
    client.force_login(accounts.person(Role.DIRECTOR, site.siren))
    where = url("opposition", site.siret)
    assert "Ne plus être contactée" in client.get(where).text
    assert client.post(where, {"reason": ""}).status_code == 302
    assert Opposition.objects.live().get().siren == site.siren
    assert client.post(url("lift_opposition", site.siret)).status_code == 302
    assert not Opposition.objects.live().exists()


def test_a_contributor_opposes_but_does_not_lift(client):
    site = sites.site()
    client.force_login(accounts.person(Role.CONTRIBUTOR, site.siren))
    client.post(url("opposition", site.siret), {})
    assert "Seul le dirigeant" in client.get(url("opposition", site.siret)).text
    assert client.post(url("lift_opposition", site.siret)).status_code == 403
