"""The prospecting list: what it says of each company is what its verdict says, and it never holds who must not be called."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ensembleur.accounts.choices import Role
from ensembleur.errors import Refused
from ensembleur.journeys.catalogue.loader import measures
from ensembleur.journeys.engine import prospects as engine
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.queries.prospecting import Filters, counts_by_subject, due_call_backs, listed, prospects
from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.schemes.engine.encoding import as_json
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries.facts import facts_among, facts_of
from ensembleur.schemes.queries.told_frame import told_frame, told_since, told_version
from ensembleur.territory.choices import Masking
from ensembleur.territory.queries.register import register_frame
from tests.factories import accounts, journeys, sites
from tests.factories import prospecting as make
from tests.factories.prospecting import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()


@pytest.fixture
def officer(db):
    return accounts.person(Role.OFFICER)


def read(user, subject=None, **filters):
    return prospects(subject or make.subject(), user=user, filters=Filters(**filters), as_of=TODAY)


def names(found):
    return [line.view.name for line in found.lines]


# -- agreement ---------------------------------------------------------------------------------------------------------
def _told_by_chance(sirets, draw):
    """Facts of every kind about some companies: sizes older and newer than the register's, ranges, dates, aids, withdrawn ones."""
    choices = [
        ("headcount", 12), ("headcount", 300), ("company_headcount", {"low": 8, "high": 60}), ("category", "ETI"),
        ("turnover_eur", "4000000"), ("is_independent", True), ("project_started", False), ("project_cost_eur", "80000"),
        ("project_kind", ["production", "digital"]), ("in_difficulty", False), ("is_single_establishment", True),
        ("past_aids", as_json(({"on": TODAY - timedelta(days=90), "eur": 310_000, "regime": "de_minimis"},))),
        ("balance_eur", "a word that is no number"),
    ]  # fmt: skip
    levels = {"headcount": 14, "project_started": 14, "project_cost_eur": 14, "project_kind": 14}
    for siret in sirets:
        for key, value in draw.sample(choices, draw.randint(1, 6)):
            make.told(
                siret if levels.get(key) else siret[:9],
                key,
                value,
                as_of=TODAY - timedelta(days=draw.choice((3, 200, 1200))),
                withdrawn_at=NOW if draw.random() < 0.1 else None,
            )


def test_the_table_says_of_each_company_what_its_verdict_says():
    """Every open scheme of the real catalogue, on a fictional region where a third of the companies told something."""
    from ensembleur.territory.services.demo import populate_territory

    populate_territory(seed=5, today=TODAY, establishments=260)
    draw = random.Random(11)
    sirets = register_frame()["siret"].to_list()
    _told_by_chance(draw.sample(sirets, len(sirets) // 3), draw)
    sample = draw.sample(sirets, 60) + list(CompanyFact.objects.filter(code__length=14).values_list("code", flat=True)[:60])
    known = facts_among(sample, as_of=TODAY)
    compared = 0
    for aid in load_schemes():
        subject = tables.Subject("aide", aid.id, aid.id, (aid,))
        found, masked = tables.sites_of(subject, as_of=TODAY)
        ranks = {row["siret"]: (row["rank"], row["lone"]) for row in found.iter_rows(named=True)}
        for siret, facts in known.items():
            if siret[:9] in masked or siret not in known:
                continue
            verdict = verdict_of(aid, facts, as_of=TODAY)
            rank = {"yes": 0, "unknown": 1 + (len(verdict.missing) or engine.UNSETTLED)}.get(verdict.answer, engine.NONE)
            lone = verdict.missing[0] if len(verdict.missing) == 1 else None
            assert ranks.get(siret, (engine.NONE, None)) == (rank, lone), (aid.id, siret, verdict.missing)
            compared += 1
    assert compared > 3_000


def test_what_is_told_taken_back_or_erased_since_is_read_again_alone():
    """The table brought up to date says what the one made anew says."""
    first, second, third = (sites.site() for _ in range(3))
    register = register_frame()
    make.told(first.siret, "headcount", 12)
    make.told(second.siren, "turnover_eur", "5")
    steps = [
        lambda: make.told(third.siret, "project_started", True),
        lambda: make.told(second.siret, "project_kind", ["digital"]),
        lambda: CompanyFact.objects.filter(code=first.siret).update(withdrawn_at=NOW),
        lambda: CompanyFact.objects.filter(code=second.siren).update(withdrawn_at=NOW + timedelta(hours=1)),
        lambda: CompanyFact.objects.filter(code=third.siret).delete(),
    ]
    version, held = told_version(), told_frame(register, as_of=TODAY)
    for step in steps:
        step()
        then, version = version, told_version()
        assert then != version
        held = told_since(held, then, version, register, as_of=TODAY)
        anew = told_frame(register, as_of=TODAY)
        same = held.select(anew.columns)
        assert same.sort("siret").rows() == anew.sort("siret").rows()


def test_facts_read_together_are_those_read_one_by_one():
    site = sites.site(headcount_band="12", headcount_lo=20, headcount_hi=49)
    make.told(site.siret, "headcount", 33)
    make.told(site.siren, "turnover_eur", "4000000")
    other = sites.site("Autre")
    together = facts_among([site.siret, other.siret], as_of=TODAY)
    for one in (site, other):
        assert together[one.siret] == facts_of(one.siret, as_of=TODAY, system=True)


def test_a_fact_told_changes_the_list_at_once(officer):
    subject = make.subject("deux", make.METAL, make.NOT_STARTED)
    site = sites.site()
    found = read(officer, subject)
    assert (found.counts.certain, found.counts.possible) == (0, 1)
    assert found.lines[0].ask
    assert found.questions[0][0] == "project_started"
    make.told(site.siret, "project_started", False)
    assert read(officer, subject).counts.certain == 1
    make.told(site.siret, "project_started", True, as_of=TODAY)
    assert read(officer, subject).lines == ()


# -- order and pages ---------------------------------------------------------------------------------------------------
def test_certain_ones_come_first_then_one_question_away_then_the_largest(officer):
    subject = make.subject("deux", make.METAL, make.NOT_STARTED, make.SMALL_COST)
    sites.site("Petite", company={"headcount_lo": 3, "headcount_hi": 5})
    sites.site("Grande", company={"headcount_lo": 50, "headcount_hi": 99})
    near, sure = sites.site("Proche"), sites.site("Certaine")
    make.told(near.siret, "project_started", False)
    make.told(sure.siret, "project_started", False)
    make.told(sure.siret, "project_cost_eur", "5000")
    found = read(officer, subject)
    assert names(found) == ["Certaine", "Proche", "Grande", "Petite"]
    assert [line.is_certain for line in found.lines] == [True, False, False, False]
    assert names(read(officer, subject, certain_only=True)) == ["Certaine"]
    assert names(read(officer, subject, lone="project_cost_eur")) == ["Proche"]


def test_a_company_is_one_line_and_says_how_many_of_its_sites_may_ask(officer):
    first = sites.site("Groupe")
    sites.site(siren=first.siren, is_head_office=True)
    sites.site(siren=first.siren, naf="62.01Z")
    found = read(officer)
    assert [(line.view.is_head_office, line.sites) for line in found.lines] == [(True, 2)]


def test_pages_follow_each_other_and_a_company_gone_meanwhile_breaks_nothing(officer):
    for number in range(7):
        sites.site(f"Entreprise {number}")
    seen, cursor = [], ""
    while True:
        found = prospects(make.subject(), user=officer, filters=Filters(), as_of=TODAY, cursor=cursor, count=3)
        seen += [line.view.siren for line in found.lines]
        cursor = found.next
        if not cursor:
            break
        make.opposition(seen[-1])
    assert len(seen) == len(set(seen)) == 7
    assert prospects(make.subject(), user=officer, filters=Filters(), as_of=TODAY, cursor="<nothing>").lines
    assert prospects(make.subject(), user=officer, filters=Filters(), as_of=TODAY, cursor=f"²-{'1' * 14}").lines


def test_a_measure_gathers_its_schemes_and_shows_the_best(officer):
    aids = (make.aid("a", make.METAL, make.NOT_STARTED), make.aid("b", make.METAL))
    sites.site()
    found = read(officer, tables.Subject("mesure", "m", "Mesure", aids))
    assert [(line.verdict.scheme.id, line.is_certain) for line in found.lines] == [("b", True)]


def test_nobody_is_called_about_a_closed_aid(officer):
    sites.site()
    closed = make.scheme("c", version={"windows": [{"opens": "2020-01-01", "closes": "2020-12-31"}]})
    found = read(officer, tables.Subject("aide", "c", "C", (closed,)))
    assert (found.lines, found.counts.possible) == ((), 0)


# -- filters -----------------------------------------------------------------------------------------------------------
def test_filters_on_place_sector_and_size(officer):
    sites.site("Argenteuil", company={"headcount_lo": 20, "headcount_hi": 49})
    sites.site("Saint-Denis", at="93066", naf="25.11Z")
    assert names(read(officer, departement="93")) == ["Saint-Denis"]
    assert names(read(officer, commune=("95018",))) == ["Argenteuil"]
    assert names(read(officer, size="small")) == ["Argenteuil"]
    assert names(read(officer, size="inconnu")) == ["Saint-Denis"]
    assert names(read(officer, sector="CA")) == []
    assert len(read(officer, sector="CH").lines) == 2


def test_filters_on_contacts_and_journeys(officer):
    old, recent, followed, never = (sites.site(name) for name in ("Ancienne", "Récente", "Suivie", "Jamais"))
    make.contact(old.siret, at=NOW - timedelta(days=100))
    make.contact(recent.siret)
    journeys.journey(siren=followed.siren)
    assert set(names(read(officer, contact="jamais"))) == {"Suivie", "Jamais"}
    assert set(names(read(officer, contact="90"))) == {"Ancienne", "Suivie", "Jamais"}
    assert set(names(read(officer, contact="180"))) == {"Suivie", "Jamais"}
    assert "Suivie" not in names(read(officer, journey="sans"))
    assert read(officer).counts.in_journey == 1
    closed = journeys.journey(siren=never.siren, closed_at=NOW)
    assert "Jamais" in names(read(officer, journey="sans")), closed
    assert "Jamais" not in names(read(officer, journey="jamais"))


def test_who_said_no_rests_for_a_year_about_this_subject_only(officer):
    site = sites.site()
    make.contact(site.siret, outcome="not_interested", at=NOW - timedelta(days=200))
    found = read(officer)
    assert (found.lines, found.counts.resting) == ((), 1)
    assert len(read(officer, contact="refus").lines) == 1
    assert len(read(officer, make.subject("autre")).lines) == 1
    make.contact(site.siret, outcome="interested")
    assert len(read(officer).lines) == 1


def test_a_line_tells_the_last_contact_and_the_journey():
    adviser = accounts.person(Role.ADVISER, "95")
    site = sites.site()
    make.contact(site.siret, at=NOW - timedelta(days=9), outcome="no_answer")
    make.contact(site.siret, outcome="interested")
    held = journeys.journey(siren=site.siren)
    line = read(adviser).lines[0]
    assert (line.contact.outcome, line.journey, line.in_journey) == ("interested", held, True)
    other = read(accounts.person(Role.OFFICER)).lines[0]
    assert (other.journey, other.in_journey) == (None, True)


# -- who is never listed -----------------------------------------------------------------------------------------------
def test_an_opposed_company_is_only_counted(officer):
    site = sites.site()
    make.opposition(site.siren)
    found = read(officer)
    assert (found.lines, found.counts.opposed, found.counts.certain) == ((), 1, 0)


def test_a_person_in_partial_diffusion_is_only_counted_for_the_whole_region():
    sites.site(masking=Masking.NATURAL, company={"legal_form": "1000"})
    sites.site("Diffusible", at="93066")
    found = read(accounts.person(Role.OFFICER, "93"), make.subject(), departement="93", size="large")
    assert (found.lines, found.counts.masked) == ((), 1)


def test_a_company_in_partial_diffusion_is_listed_without_its_address(officer):
    sites.site("Discrète", masking=Masking.LEGAL)
    line = read(officer).lines[0]
    assert (line.view.name, line.view.address, line.view.lon) == ("Discrète", "", None)
    assert line.view.masked


@pytest.mark.parametrize(
    ("role", "code", "seen"),
    [
        (Role.OFFICER, "11", {"A", "D"}),
        (Role.ADVISER, "95", {"A"}),
        (Role.ADVISER, "93066", {"D"}),
        (Role.OFFICER, "77", set()),
        (Role.DIRECTOR, "", set()),
        (Role.SECOND_READER, "11", set()),
        (Role.EVALUATOR, "11", set()),
        (Role.ADMIN, "11", set()),
    ],
)
def test_each_role_sees_its_perimeter(role, code, seen):
    sites.site("A")
    sites.site("D", at="93066")
    assert set(names(read(accounts.person(role, code)))) == seen


def test_a_partner_elsewhere_does_not_read_who_was_called_here():
    site = sites.site()
    sites.site(siren=site.siren, at="93066")
    make.contact(site.siret)
    assert read(accounts.person(Role.ADVISER, "93")).lines[0].contact is None


# -- the rest ----------------------------------------------------------------------------------------------------------
def test_promised_calls_come_back_on_their_day(officer):
    due, later, reached, opposed = (sites.site() for _ in range(4))
    for site in (due, reached, opposed):
        make.contact(site.siret, by=officer, outcome="call_back", call_back_on=TODAY)
    make.contact(later.siret, by=officer, outcome="call_back", call_back_on=TODAY + timedelta(days=1))
    make.contact(reached.siret, outcome="interested", at=NOW)
    make.opposition(opposed.siren)
    assert [contact.siret for contact in due_call_backs(officer, as_of=TODAY)] == [due.siret]


def test_a_page_costs_the_same_whatever_its_length(officer):
    costs = []
    for count in (1, 3):
        while len(read(officer).lines) < count:
            site = sites.site()
            make.contact(site.siret)
            journeys.journey(siren=site.siren)
            make.told(site.siret, "headcount", 12)
        with CaptureQueriesContext(connection) as queries:
            assert len(read(officer).lines) == count
        costs.append(len(queries))
    assert costs[0] == costs[1] < 25


def test_every_scheme_a_measure_names_is_in_the_catalogue_for_companies():
    known = {scheme.id for scheme in load_schemes() if scheme.audience == "company"}
    assert {name for held in measures() for name in held.schemes} <= known


def test_no_measure_has_the_name_of_a_scheme():
    assert not {held.id for held in measures()} & {scheme.id for scheme in load_schemes()}


def test_a_subject_is_a_scheme_or_a_measure():
    assert tables.subject_of("ouverte").kind == "aide"
    assert tables.subject_of("list-machines").kind == "mesure"
    assert {one.id for one in tables.subjects_on(TODAY, lang="fr")[0]} == {"ouverte", "grande"}
    for name, kind in (("rien", ""), ("ouverte", "mesure"), ("list-machines", "aide")):
        with pytest.raises(Refused):
            tables.subject_of(name, kind=kind)


def test_the_memory_is_bounded(officer, monkeypatch):
    monkeypatch.setattr(tables, "KEPT", 4)
    sites.site()
    for number in range(9):
        read(officer, make.subject(f"aide-{number}"))
    assert len(tables._shelf.tables) <= 4
    assert listed(make.subject(), user="command:prospect", filters=Filters(), as_of=TODAY)[0].height == 1


def test_every_subject_is_counted_on_what_was_told_and_no_subject_counts_nothing(officer):
    site = sites.site()
    make.told(site.siret, "headcount", 12)
    assert counts_by_subject([], user=officer, as_of=TODAY) == {}
    [(_place, (certain, possible))] = counts_by_subject([make.subject()], user=officer, as_of=TODAY).items()
    assert certain + possible == 1
