"""The demonstration's people: one a role, fictional, entered with one click, only in a demonstration."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.engine.perimeters import Perimeter
from ensembleur.accounts.models import Act, Mandate, Organisation, User
from ensembleur.accounts.queries import perimeter_of
from ensembleur.accounts.services.demo import populate_accounts, populate_advisers, read_old_notices
from tests.factories import accounts as factories
from tests.factories.accounts import NOW
from tests.factories.notices import notice

pytestmark = pytest.mark.django_db
SIREN = "000000018"


def populate(seed=1):
    return populate_accounts(seed=seed, now=NOW, company_siren=SIREN)


def test_each_role_has_its_fictional_person():
    people = populate()
    assert set(people) == set(Role)
    assert {person.email for person in people.values()} == {f"{role.value}@demo.example" for role in Role}
    assert all(person.is_fictional and "fictive" in person.full_name for person in people.values())
    assert all(not person.has_usable_password() for person in people.values())
    assert all("fictif" in name or "fictive" in name for name in Organisation.objects.values_list("name", flat=True))


def test_populating_twice_changes_nothing():
    populate()
    before = User.objects.count(), Mandate.objects.count(), Organisation.objects.count(), Act.objects.count()
    populate()
    assert (User.objects.count(), Mandate.objects.count(), Organisation.objects.count(), Act.objects.count()) == before


def test_the_same_seed_gives_the_same_names():
    with transaction.atomic():
        names = [person.full_name for person in populate(seed=4).values()]
        transaction.set_rollback(True)
    assert [person.full_name for person in populate(seed=4).values()] == names


def test_a_new_demonstration_company_replaces_the_former_one():
    populate()
    people = populate_accounts(seed=1, now=NOW, company_siren="000000026")
    assert perimeter_of(people[Role.DIRECTOR]).sirens == {"000000026"}


def test_the_people_hold_their_perimeters():
    people = populate()
    assert perimeter_of(people[Role.DIRECTOR]) == Perimeter(sirens=frozenset({SIREN}))
    assert perimeter_of(people[Role.ADVISER], Role.ADVISER) == Perimeter(departements=frozenset({"95"}))
    assert perimeter_of(people[Role.ADVISER], Role.OFFICER).is_empty
    assert perimeter_of(people[Role.OFFICER]).covers(commune="95018")


def test_advisers_of_several_bodies_stand_beside_them_and_coming_twice_changes_nothing():
    populate()
    advisers = populate_advisers(seed=1, now=NOW)
    assert len({mandate.organisation_id for person in advisers.values() for mandate in person.mandates.live()}) >= 5
    assert all(person.is_fictional and not perimeter_of(person, Role.ADVISER).is_empty for person in advisers.values())
    before = User.objects.count(), Mandate.objects.count(), Act.objects.count()
    populate_advisers(seed=1, now=NOW)
    assert (User.objects.count(), Mandate.objects.count(), Act.objects.count()) == before


@pytest.mark.parametrize("role", Role.values)
def test_one_click_enters_as_a_role(client, settings, role):
    settings.DEMO = True
    people = populate()
    response = client.post(reverse("accounts:demo_enter"), {"role": role})
    assert response.status_code == 302
    assert int(client.session["_auth_user_id"]) == people[Role(role)].pk


def test_outside_a_demonstration_nobody_enters_with_one_click(client, settings):
    settings.DEMO = False
    populate()
    assert client.post(reverse("accounts:demo_enter"), {"role": "admin"}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", ["", "root", "Admin", "admin' --"])
def test_an_unknown_role_is_not_found(client, settings, role):
    settings.DEMO = True
    populate()
    assert client.post(reverse("accounts:demo_enter"), {"role": role}).status_code == 404


def test_a_real_person_is_never_entered_with_one_click(client, settings):
    settings.DEMO = True
    User.objects.create_user("admin@demo.example")
    assert client.post(reverse("accounts:demo_enter"), {"role": "admin"}).status_code == 404


def test_one_click_entry_asks_for_a_token_and_a_post(settings):
    settings.DEMO = True
    populate()
    assert Client(enforce_csrf_checks=True).post(reverse("accounts:demo_enter"), {"role": "admin"}).status_code == 403
    assert Client().get(reverse("accounts:demo_enter")).status_code == 405


def test_fictional_people_have_read_what_is_older_than_a_week():
    someone = factories.user(is_fictional=True)
    old, recent = (notice(someone, created_at=NOW - timedelta(days=days)) for days in (8, 6))
    real = notice(factories.user(), created_at=NOW - timedelta(days=8))
    assert read_old_notices(now=NOW) == 1
    assert read_old_notices(now=NOW) == 0
    for told in (old, recent, real):
        told.refresh_from_db()
    assert old.read_at == NOW - timedelta(days=7)
    assert not old.awaits_post
    assert recent.read_at is None
    assert real.read_at is None
