"""Anyone says, without an account, that a company is not to be contacted: it holds at once, then an officer checks it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.models import Opposition
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.queries.prospecting import is_opposed
from ensembleur.journeys.services import contact_data, prospecting, public_oppositions
from ensembleur.journeys.services.public_oppositions import confirm_opposition, oppose_publicly
from tests.factories import accounts, sites
from tests.factories import prospecting as make
from tests.factories.prospecting import NOW, TODAY

pytestmark = pytest.mark.django_db
QUERIES = 7  # session, person, roles, how many wait, which, their names, unread notices


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()


def url(name, *args):
    return reverse(f"journeys:{name}", args=args)


# -- the public page ---------------------------------------------------------------------------------------------------
def test_a_visitor_opposes_with_a_siret_and_it_holds_at_once(client):
    site = sites.site()
    mine = make.reservation(site.siret, accounts.person(Role.ADVISER, "95"))
    spaced = f" {site.siret[:3]} {site.siret[3:9]} {site.siret[9:]} "
    answer = client.post(url("oppose"), {"number": spaced, "contact": " 01 02  03 "}, follow=True)
    assert f"SIREN {site.siren} n&#x27;est plus proposée" in answer.text
    held = Opposition.objects.live().get()
    assert (held.siren, held.siret, held.departement, held.contact) == (site.siren, site.siret, "95", "01 02 03")
    assert held.recorded_by is None
    assert is_opposed(site.siren)
    assert not type(mine).objects.exists()
    act = Act.objects.get()
    assert (act.who, act.verb, act.thing) == ("public:opposition", "record_opposition", f"journeys.company:{site.siren}")
    assert "01 02 03" not in str(act.after)  # nothing in the journal can be erased


def test_a_siren_is_enough_and_said_twice_nothing_more_is_written():
    site = sites.site()
    first = oppose_publicly(number=site.siren, now=NOW)
    assert first.siret == site.siret
    assert oppose_publicly(number=site.siret, now=NOW + timedelta(days=1), contact="autre") == first
    assert (Opposition.objects.count(), Act.objects.count()) == (1, 1)


@pytest.mark.parametrize("number", ["", "12", "00000001800011", "quatorze chiff", "732829320"])
def test_a_wrong_or_unknown_number_is_said_in_one_sentence_and_nothing_is_kept(client, number):
    sites.site()
    answer = client.post(url("oppose"), {"number": number})
    assert answer.status_code == 400
    assert answer.context["form"].errors["number"]
    assert not Opposition.objects.exists()


def test_the_services_name_what_is_wrong():
    with pytest.raises(BadInput, match="14 chiffres"):
        oppose_publicly(number="12", now=NOW)
    with pytest.raises(Refused, match="registre"):
        oppose_publicly(number="732829320", now=NOW)


def test_a_day_takes_so_many_and_the_next_day_takes_others(client, monkeypatch):
    monkeypatch.setattr(public_oppositions, "PER_DAY", 1)
    first, second = sites.site(), sites.site()
    oppose_publicly(number=first.siret, now=NOW)
    with pytest.raises(Refused, match="demain"):
        oppose_publicly(number=second.siret, now=NOW)
    assert oppose_publicly(number=first.siret, now=NOW)  # it stands already: that is not one more
    assert oppose_publicly(number=second.siret, now=NOW + timedelta(days=1))


def test_the_page_says_that_the_day_is_full(client, monkeypatch):
    monkeypatch.setattr(public_oppositions, "PER_DAY", 0)
    answer = client.post(url("oppose"), {"number": sites.site().siret})
    assert answer.status_code == 400
    assert "revenez demain" in answer.text


def test_the_page_is_reached_from_the_privacy_page_and_from_the_door(client):
    assert url("oppose") in client.get(reverse("web:privacy")).text
    site = sites.site()
    assert f"{url('oppose')}?siret={site.siret}" in client.get(url("door", site.siret)).text
    assert f'value="{site.siret}"' in client.get(url("oppose"), {"siret": site.siret}).text


# -- what officers do of it --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_officer_of_the_place_reads_what_waits_at_the_same_cost(client, count, django_assert_num_queries):
    officer = accounts.person(Role.OFFICER, "95")
    client.force_login(officer)
    client.get(url("oppositions"))
    for number in range(count):
        oppose_publicly(number=sites.site(f"Entreprise {number}").siret, now=NOW)
    oppose_publicly(number=sites.site("Ailleurs", at="77284").siret, now=NOW)
    make.opposition("000000018")  # recorded by somebody known: nothing to confirm
    with django_assert_num_queries(QUERIES):
        answer = client.get(url("oppositions"))
    assert len(answer.context["rows"]) == count
    assert "Entreprise 0" in answer.text
    assert "Ailleurs" not in answer.text


def test_confirmed_it_no_longer_waits_and_the_means_to_reach_is_forgotten(client):
    site, officer = sites.site(), accounts.person(Role.OFFICER, "95")
    oppose_publicly(number=site.siret, now=NOW, contact="mme@exemple.fr")
    client.force_login(officer)
    assert "mme@exemple.fr" in client.get(url("oppositions")).text
    assert client.post(url("confirm_opposition", site.siren), follow=True).context["rows"] == []
    held = Opposition.objects.live().get()
    assert (held.confirmed_by, held.contact) == (officer, "")
    assert contact_data.export_share(officer)["oppositions_confirmed"][0]["siren"] == site.siren
    with pytest.raises(Refused, match="ne demande plus"):
        confirm_opposition(siren=site.siren, by=officer, now=NOW)


def test_nobody_but_an_officer_of_the_place_confirms():
    site = sites.site()
    oppose_publicly(number=site.siret, now=NOW)
    for person in (accounts.person(Role.ADVISER, "95"), accounts.person(Role.OFFICER, "77"), accounts.user()):
        with pytest.raises(NotAllowed):
            confirm_opposition(siren=site.siren, by=person, now=NOW)


def test_an_officer_lifts_with_a_reason_even_when_the_company_has_a_director_until_it_is_confirmed(client):
    site, officer = sites.site(), accounts.person(Role.OFFICER, "95")
    accounts.person(Role.DIRECTOR, site.siren)
    oppose_publicly(number=site.siret, now=NOW, contact="x")
    with pytest.raises(BadInput, match="Dites qui"):
        prospecting.lift_opposition(siren=site.siren, by=officer, now=NOW)
    client.force_login(officer)
    assert client.post(url("lift_opposition", site.siret), {"reason": "La gérante dit ne rien avoir demandé."}).status_code == 302
    lifted = Opposition.objects.get()
    assert (lifted.lifted_by, lifted.contact) == (officer, "")
    assert not is_opposed(site.siren)
    oppose_publicly(number=site.siret, now=NOW)
    confirm_opposition(siren=site.siren, by=officer, now=NOW)
    with pytest.raises(NotAllowed):
        prospecting.lift_opposition(siren=site.siren, by=officer, now=NOW, reason="Appel")


def test_its_director_saying_it_again_confirms_it(client):
    site = sites.site()
    director = accounts.person(Role.DIRECTOR, site.siren)
    held = oppose_publicly(number=site.siret, now=NOW, contact="x")
    contributor = accounts.person(Role.CONTRIBUTOR, site.siren)
    client.force_login(contributor)
    assert "un agent vérifie" in client.get(url("opposition", site.siret)).text
    assert prospecting.record_opposition(siren=site.siren, reason="", by=director, now=NOW) == held
    held.refresh_from_db()
    assert (held.confirmed_by, held.contact) == (director, "")


def test_officers_see_on_their_home_how_many_wait(client):
    oppose_publicly(number=sites.site().siret, now=NOW)
    client.force_login(accounts.person(Role.OFFICER, "95"))
    assert "Oppositions à confirmer</a> (1)" in client.get(url("officer_home")).text


def test_the_means_to_reach_is_forgotten_after_a_year_even_unchecked():
    oppose_publicly(number=sites.site().siret, now=NOW - timedelta(days=370), contact="x")
    assert contact_data.retain_share(as_of=TODAY, now=NOW, dry_run=True) == 1
    contact_data.retain_share(as_of=TODAY, now=NOW, dry_run=False)
    assert Opposition.objects.live().get().contact == ""


def test_nobody_signed_out_reads_what_waits():
    oppose_publicly(number=sites.site().siret, now=NOW)
    assert not Opposition.objects.visible_to(AnonymousUser()).exists()
