"""Contacts, oppositions, reservations and lists handed out: who may, what is refused, what is written down."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.models import Contact, Opposition, ProspectExport, Reservation
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.queries.prospecting import Filters
from ensembleur.journeys.services import contact_data, prospecting
from ensembleur.territory.choices import Masking
from tests.factories import accounts, journeys, sites
from tests.factories import prospecting as make
from tests.factories.prospecting import NOW, TODAY

pytestmark = pytest.mark.django_db
PROSPECTORS = {"adviser", "officer"}
COMPANY = {"director", "contributor"}
PEOPLE = [
    "director", "contributor", "adviser", "officer", "second_reader", "evaluator", "admin",
    "stranger", "other_director", "adviser_elsewhere", "officer_elsewhere", "closed_account", "visitor",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()


def person(name, siren):
    if name == "visitor":
        return AnonymousUser()
    if name == "stranger":
        return accounts.user()
    if name == "closed_account":
        someone = accounts.person(Role.ADVISER, "95")
        someone.is_active = False
        someone.save()
        return someone
    if name == "other_director":
        return accounts.person(Role.DIRECTOR, "999999999")
    if name.endswith("_elsewhere"):
        return accounts.person(Role(name.removesuffix("_elsewhere")), "77")
    role = Role(name)
    return accounts.person(role, siren if name in COMPANY else "95" if role == Role.ADVISER else "11")


def call(site, by, **fields):
    values = {"channel": "phone", "outcome": "no_answer", "about": "ouverte", **fields}
    return prospecting.record_contact(siret=site.siret, by=by, now=NOW, **values)


def export(by, **fields):
    values = {"subject": make.subject(), "filters": Filters(), **fields}
    return prospecting.export_prospects(by=by, now=fields.pop("now", NOW), **{k: v for k, v in values.items() if k != "now"})


SERVICES = {
    "record_contact": (PROSPECTORS, call),
    "record_opposition": (
        PROSPECTORS | COMPANY,
        lambda site, by: prospecting.record_opposition(siren=site.siren, reason="", by=by, now=NOW),
    ),
    "export_prospects": (PROSPECTORS | {"adviser_elsewhere", "officer_elsewhere"}, lambda site, by: export(by)),
    "reserve_wave": (
        PROSPECTORS | {"adviser_elsewhere", "officer_elsewhere"},
        lambda site, by: prospecting.reserve_wave(subject=make.subject(), filters=Filters(), by=by, now=NOW),
    ),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("service", SERVICES)
def test_who_may(service, who):
    allowed, act = SERVICES[service]
    site = sites.site()
    by = person(who, site.siren)
    if who in allowed and who.endswith("_elsewhere"):  # allowed, but nobody of their perimeter is on the list
        with pytest.raises(Refused):
            act(site, by)
    elif who in allowed:
        assert act(site, by)
    else:
        with pytest.raises(NotAllowed):
            act(site, by)


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_lift_an_opposition(who):
    site = sites.site()
    make.opposition(site.siren)
    by = person(who, site.siren)
    if who in {"director", "officer"}:
        prospecting.lift_opposition(siren=site.siren, by=by, now=NOW, reason="Appel du dirigeant.")
        assert not Opposition.objects.live().exists()
    else:
        with pytest.raises(NotAllowed):
            prospecting.lift_opposition(siren=site.siren, by=by, now=NOW, reason="Appel du dirigeant.")


def test_an_officer_never_lifts_the_opposition_of_a_company_that_has_a_director_here():
    site = sites.site()
    make.opposition(site.siren)
    accounts.person(Role.DIRECTOR, site.siren)
    with pytest.raises(NotAllowed):
        prospecting.lift_opposition(siren=site.siren, by=accounts.person(Role.OFFICER), now=NOW, reason="Appel")


def test_an_officer_says_why_an_opposition_is_lifted():
    site, officer = sites.site(), accounts.person(Role.OFFICER)
    with pytest.raises(BadInput):
        prospecting.lift_opposition(siren=site.siren, by=officer, now=NOW)
    with pytest.raises(Refused):
        prospecting.lift_opposition(siren=site.siren, by=officer, now=NOW, reason="Appel")


def test_who_asked_to_be_called_again_is_kept_out_of_the_journal_and_emptied_with_its_author():
    site, officer = sites.site(), accounts.person(Role.OFFICER)
    make.opposition(site.siren)
    lifted = prospecting.lift_opposition(siren=site.siren, by=officer, now=NOW, reason="Appel de Mme Diallo")
    assert lifted.lifted_reason == "Appel de Mme Diallo"
    assert Act.objects.get(verb="lift_opposition").after == {"says_why": True}
    assert contact_data.export_share(officer)["oppositions_lifted"][0]["lifted_reason"] == "Appel de Mme Diallo"
    assert contact_data.erase_share(person=officer, now=NOW) == 1
    assert Opposition.objects.get().lifted_reason == ""


# -- contacts ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def adviser(db):
    return accounts.person(Role.ADVISER, "95")


def test_a_contact_is_kept_with_its_place_and_journaled(adviser):
    site = sites.site()
    contact = call(site, adviser, note="  a  deux  lignes ", outcome="call_back", call_back_on=TODAY + timedelta(days=3))
    assert (contact.siren, contact.commune, contact.departement, contact.note) == (site.siren, "95018", "95", "a deux lignes")
    act = Act.objects.get()
    assert (act.verb, act.thing) == ("record_contact", f"journeys.company:{site.siren}")
    assert "lignes" not in str(act.after)  # the note stays out of what can never be erased


@pytest.mark.parametrize("day", [None, TODAY, TODAY + timedelta(days=400)])
def test_to_call_back_says_which_day(adviser, day):
    with pytest.raises(BadInput, match="quel jour"):
        call(sites.site(), adviser, outcome="call_back", call_back_on=day)


@pytest.mark.parametrize("wrong", [{"channel": "pigeon"}, {"outcome": "perhaps"}])
def test_a_contact_speaks_the_words_of_the_lists(adviser, wrong):
    with pytest.raises(BadInput):
        call(sites.site(), adviser, **wrong)


def test_a_contact_about_nothing_known_is_refused(adviser):
    with pytest.raises(Refused):
        call(sites.site(), adviser, about="rien")
    assert call(sites.site(), adviser, about="").about == ""


def test_who_opposes_during_a_call_is_never_listed_again(adviser):
    site = sites.site()
    call(site, adviser, outcome="opposed")
    assert Opposition.objects.live().get().siren == site.siren
    with pytest.raises(Refused, match="ne plus être contactée"):
        call(site, adviser)
    assert Contact.objects.count() == 1
    with pytest.raises(Refused, match="Aucune entreprise"):
        export(adviser)


def test_an_opposition_said_twice_is_one_and_may_be_lifted_then_said_again():
    site = sites.site()
    director = accounts.person(Role.DIRECTOR, site.siren)
    for _ in range(2):
        prospecting.record_opposition(siren=site.siren, reason="Trop d'appels", by=director, now=NOW)
    assert Opposition.objects.count() == 1
    prospecting.lift_opposition(siren=site.siren, by=director, now=NOW)
    prospecting.record_opposition(siren=site.siren, reason="", by=director, now=NOW)
    assert Opposition.objects.count() == 2


def test_a_person_in_partial_diffusion_is_not_called(adviser):
    hidden = sites.site(masking=Masking.NATURAL, company={"legal_form": "1000"})
    with pytest.raises(Refused, match="diffusion partielle"):
        call(hidden, adviser)
    with pytest.raises(Refused, match="registre"):
        prospecting.record_contact(siret="99999999999999", channel="phone", outcome="no_answer", by=adviser, now=NOW)


def test_a_sole_trader_gets_no_electronic_prospecting_unless_they_came_to_us(adviser):
    trader = sites.site("Artisan", company={"legal_form": "1000"})
    with pytest.raises(Refused, match="courriel"):
        call(trader, adviser, channel="mail")
    assert call(trader, adviser, channel="letter")
    journeys.journey(siren=trader.siren)
    assert call(trader, adviser, channel="mail")


def test_an_unknown_company_cannot_oppose():
    with pytest.raises(Refused):
        prospecting.record_opposition(siren="000000018", reason="", by=accounts.person(Role.OFFICER), now=NOW)


# -- lists handed out --------------------------------------------------------------------------------------------------
def test_a_list_handed_out_is_journaled_with_its_filters(adviser):
    site = sites.site()
    done = export(adviser, filters=Filters(departement="95", certain_only=True))
    assert [line.view.siret for line in done.lines] == [site.siret]
    act = Act.objects.get()
    assert act.verb == "export_prospects"
    assert act.after == {
        "about": "aide-metal",
        "lines": 1,
        "filters": {"departement": "95", "certain_only": True},
        "as_of": TODAY.isoformat(),
    }
    assert ProspectExport.objects.get().lines == 1


def test_neither_opposed_nor_masked_companies_leave_in_a_file(adviser):
    sites.site("Libre")
    make.opposition(sites.site("Opposée").siren)
    sites.site("Discrète", masking=Masking.LEGAL)
    sites.site("Cachée", masking=Masking.NATURAL, company={"legal_form": "1000"})
    for by in (adviser, "command:prospect"):
        assert [line.view.name for line in export(by).lines] == ["Libre"]


def test_a_list_is_capped_and_so_is_a_day(adviser, monkeypatch):
    monkeypatch.setattr(prospecting, "LINES_PER_EXPORT", 2)
    monkeypatch.setattr(prospecting, "LINES_PER_DAY", 3)
    for _ in range(4):
        sites.site()
    first = export(adviser)
    assert (len(first.lines), first.left) == (2, 2)
    assert len(export(adviser).lines) == 1
    with pytest.raises(Refused, match="reprenez demain"):
        export(adviser)
    assert len(export(adviser, now=NOW + timedelta(days=1)).lines) == 2
    assert len(export(accounts.person(Role.OFFICER)).lines) == 2
    with pytest.raises(BadInput):
        export(adviser, limit=0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_exports_at_the_same_time_share_the_lines_of_the_day(monkeypatch):
    monkeypatch.setattr(prospecting, "LINES_PER_DAY", 2)
    adviser = accounts.person(Role.ADVISER, "95")
    for _ in range(2):
        sites.site()
    done, refused = [], []

    def take():
        try:
            done.append(len(export(adviser).lines))
        except Refused as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(done), refused) == (2, ["daily_cap"] * 3)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_a_contact_and_an_opposition_at_once_no_contact_comes_after():
    site, adviser = sites.site(), accounts.person(Role.ADVISER, "95")
    director = accounts.person(Role.DIRECTOR, site.siren)
    barrier, outcomes = threading.Barrier(2), []

    def run(work):
        barrier.wait()
        try:
            work()
            outcomes.append("done")
        except Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(lambda: call(site, adviser, about=""),)),
        threading.Thread(
            target=run, args=(lambda: prospecting.record_opposition(siren=site.siren, reason="", by=director, now=NOW),)
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verbs = list(Act.objects.order_by("number").values_list("verb", flat=True))
    assert Opposition.objects.count() == 1
    assert verbs in (["record_contact", "record_opposition"], ["record_opposition"])
    assert Contact.objects.count() == verbs.count("record_contact")


# -- waves -------------------------------------------------------------------------------------------------------------
def wave(by, now=NOW):
    return prospecting.reserve_wave(subject=make.subject(), filters=Filters(), by=by, now=now)


def test_two_partners_never_hold_the_same_company(adviser):
    for _ in range(12):
        sites.site()
    other = accounts.person(Role.OFFICER)
    mine, theirs = wave(adviser), wave(other)
    assert (len(mine), len(theirs)) == (10, 2)
    with pytest.raises(Refused, match="compte encore 10"):
        wave(adviser)
    with pytest.raises(Refused, match="Plus personne"):
        wave(other)


def test_a_wave_passes_over_the_called_the_followed_and_comes_to_an_end(adviser):
    called, followed, free = sites.site(), sites.site(), sites.site()
    make.contact(called.siret, by=adviser)
    journeys.journey(siren=followed.siren)
    assert [one.siret for one in wave(adviser)] == [free.siret]
    call(free, adviser)
    assert not Reservation.objects.exists()
    make.reservation(followed.siret, accounts.user(), at=NOW - timedelta(days=9), until=NOW - timedelta(days=2))
    new = sites.site()
    assert [one.siret for one in wave(adviser)] == [new.siret]
    assert not Reservation.objects.filter(siren=followed.siren).exists()
    assert prospecting.release_reservation(siren=new.siren, by=adviser, now=NOW) == 1


# -- personal data -----------------------------------------------------------------------------------------------------
def test_what_a_person_noted_is_given_back_then_emptied(adviser):
    site = sites.site()
    make.contact(site.siret, by=adviser, note="A demandé Mme X")
    make.opposition("000000018", recorded_by=adviser, reason="Dit par M. Y")
    make.reservation(site.siret, adviser)
    assert contact_data.export_share(adviser)["contacts"][0]["note"] == "A demandé Mme X"
    assert contact_data.erase_share(person=adviser, now=NOW) == 3
    assert not Contact.objects.exclude(note="").exists()
    assert Opposition.objects.live().get().reason == ""


def test_contacts_are_forgotten_after_three_years_and_standing_oppositions_are_not(adviser):
    old = NOW - timedelta(days=1200)
    make.contact(sites.site().siret, by=adviser, at=old)
    make.contact(sites.site().siret, by=adviser)
    make.opposition("000000018", recorded_at=old, reason="Mot")
    make.opposition("000000026", recorded_at=old, lifted_at=old, lifted_by=adviser)
    make.reservation(sites.site().siret, adviser, at=old, until=old + timedelta(days=1))
    ProspectExport.objects.create(by=adviser, about="x", lines=1, at=old)
    for dry_run, left in ((True, 2), (False, 1)):
        assert contact_data.retain_share(as_of=TODAY, now=NOW, dry_run=dry_run) == 5
        assert Contact.objects.count() == left
    assert [(one.siren, one.reason) for one in Opposition.objects.all()] == [("000000018", "")]
