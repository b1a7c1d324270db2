"""A perimeter covers what lies inside it, in memory and in the database alike."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.engine.names import clean_name
from ensembleur.accounts.engine.perimeters import DEPARTEMENTS_OF_REGION, Perimeter, departement_of, region_of
from ensembleur.accounts.models import CompanyClaim, Invitation, Mandate, Organisation
from ensembleur.accounts.queries import perimeter_of, roles_of, within, works_for_a_company
from ensembleur.territory.models import Establishment
from tests.factories import accounts as factories
from tests.factories.accounts import NOW


@pytest.mark.parametrize(("commune", "departement"), [("95018", "95"), ("75101", "75"), ("2A004", "2A"), ("97105", "971")])
def test_a_commune_says_its_departement(commune, departement):
    assert departement_of(commune) == departement


def test_a_departement_we_do_not_serve_has_no_region():
    assert region_of("95") == "11"
    assert region_of("13") == ""


def test_an_empty_perimeter_covers_nothing():
    nothing = Perimeter()
    assert nothing.is_empty
    assert not nothing.covers()
    assert not nothing.covers(siren="000000018", commune="95018", departement="95", region="11")
    assert not Perimeter(regions=frozenset({"11"})).covers(commune="13001")


@pytest.mark.parametrize(
    ("held", "inside", "outside"),
    [
        (
            ("company", "000000018"),
            [("company", "000000018")],
            [("company", "000000026"), ("commune", "95018"), ("region", "11")],
        ),
        (("commune", "95018"), [("commune", "95018")], [("commune", "95019"), ("departement", "95")]),
        (("departement", "95"), [("departement", "95"), ("commune", "95018")], [("commune", "77284"), ("region", "11")]),
        (
            ("region", "11"),
            [("region", "11"), ("departement", "75"), ("commune", "95018")],
            [("region", "84"), ("commune", "13001")],
        ),
    ],
)
def test_an_area_lies_inside_a_wider_one(held, inside, outside):
    perimeter = Perimeter.of([held])
    assert all(perimeter.covers_area(*area) for area in inside)
    assert not any(perimeter.covers_area(*area) for area in outside)


def test_a_company_lies_where_it_stands():
    assert Perimeter(departements=frozenset({"95"})).covers_area("company", "000000018", commune="95018")
    assert not Perimeter(departements=frozenset({"95"})).covers_area("company", "000000018")


@pytest.mark.django_db
def test_a_visitor_and_a_closed_account_have_no_perimeter():
    assert perimeter_of(AnonymousUser()).is_empty
    closed = factories.person(Role.OFFICER)
    closed.is_active = False
    assert perimeter_of(closed).is_empty
    assert roles_of(closed) == []


@pytest.mark.django_db
def test_several_roles_add_up_and_are_told_apart():
    person = factories.person(Role.ADVISER, "95")
    factories.mandate(person, Role.DIRECTOR, PerimeterKind.COMPANY, "000000018")
    assert perimeter_of(person) == Perimeter(sirens=frozenset({"000000018"}), departements=frozenset({"95"}))
    assert perimeter_of(person, Role.DIRECTOR).departements == frozenset()
    assert roles_of(person) == [Role.DIRECTOR, Role.ADVISER]
    assert works_for_a_company(person)


SIRENS, COMMUNES = ["000000018", "000000026"], ["95018", "77284", "75101", "13001"]


@pytest.mark.django_db
@settings(deadline=None)
@given(
    perimeter=st.builds(
        Perimeter,
        st.frozensets(st.sampled_from(SIRENS)),
        st.frozensets(st.sampled_from(COMMUNES)),
        st.frozensets(st.sampled_from(["95", "77", "13"])),
        st.frozensets(st.sampled_from(["11", "84"])),
    )
)
def test_the_database_and_memory_cover_the_same_claims(perimeter):
    person = factories.user()
    rows = [factories.claim(person, siren, commune=c, status="withdrawn", decided_at=NOW) for siren in SIRENS for c in COMMUNES]
    found = CompanyClaim.objects.filter(within(perimeter, siren="siren", commune="commune"), user=person)
    expected = {row.pk for row in rows if perimeter.covers(siren=row.siren, commune=row.commune)}
    assert set(found.values_list("pk", flat=True)) == expected


@pytest.mark.django_db
def test_within_takes_the_columns_a_table_has():
    perimeter = Perimeter(sirens=frozenset({"000000018"}), departements=frozenset({"95"}), regions=frozenset({"11"}))
    text = str(within(perimeter, siren="siren", commune="commune_id", departement="departement"))
    assert "departement__in" in text
    assert "startswith" not in text
    assert "region__in" in str(within(perimeter, region="region"))
    assert not Establishment.objects.filter(within(Perimeter(), siren="siren")).exists()
    assert len(DEPARTEMENTS_OF_REGION["11"]) == 8


@pytest.mark.django_db
def test_each_person_sees_their_own_and_what_they_watch_over():
    codes = {"director": "", "adviser": "95", "officer": "", "admin": ""}
    people = {role: factories.person(Role(role), code) for role, code in codes.items()}
    adviser, far = people["adviser"], factories.person(Role.ADVISER, "77")
    seen = {name: set(Mandate.objects.visible_to(person).values_list("role", flat=True)) for name, person in people.items()}
    assert seen["director"] == {"director"}
    assert seen["adviser"] == {"director", "adviser"}
    assert Mandate.objects.visible_to(far).get().user == far
    assert seen["officer"] == {"director", "adviser", "officer"}
    assert seen["admin"] == {"director", "adviser", "officer", "admin"}
    assert not Mandate.objects.visible_to(AnonymousUser()).exists()
    assert not Invitation.objects.visible_to(AnonymousUser()).exists()
    assert not CompanyClaim.objects.visible_to(AnonymousUser()).exists()
    claim = factories.claim(factories.user())
    proposal = factories.claim(factories.user(), status="proposed")
    assert list(CompanyClaim.objects.visible_to(adviser)) == [claim]
    assert list(CompanyClaim.objects.visible_to(far)) == []
    assert list(CompanyClaim.objects.visible_to(proposal.user)) == [proposal]


@pytest.mark.django_db
def test_companies_records_are_shown_to_their_people_and_their_watchers():
    factories.organisation(kind="chamber", name="Chambre")
    factories.organisation(kind="company", name="Usine", siren="000000018")
    names = lambda who: set(Organisation.objects.visible_to(who).values_list("name", flat=True))  # noqa: E731
    assert names(AnonymousUser()) == set()
    assert names(factories.user()) == {"Chambre"}
    assert names(factories.person(Role.DIRECTOR)) == {"Chambre", "Usine"}
    assert names(factories.person(Role.OFFICER)) == {"Chambre", "Usine"}
    assert names(factories.person(Role.ADVISER, "95")) == {"Chambre"}


@pytest.mark.parametrize(
    ("typed", "kept"), [("  Ana\n\tLuz ", "Ana Luz"), ("a\u202eb\u200bc", "abc"), ("José d’Ø", "José d’Ø"), ("\x00\ud800", "")]
)
def test_a_name_is_one_visible_line(typed, kept):
    assert clean_name(typed) == kept
