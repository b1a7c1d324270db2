"""Signing up, in and out: verified addresses, safe redirections, a second factor for agents."""

import logging
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, User
from ensembleur.accounts.views.adapters import MFAAdapter
from tests.factories import accounts as factories

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase de passe solide"


def member(**fields):
    person = factories.user(password=PASSWORD, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post(reverse("account_login"), {"login": email, "password": password, **fields})


def sign_up(client, **fields):
    given = {"email": "ana@test.example", "full_name": " Ana  Réelle ", "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), {**given, **fields})


def test_one_signs_up_with_a_name_and_proves_the_address(client):
    sign_up(client)
    person = User.objects.get(email="ana@test.example")
    assert person.full_name == "Ana Réelle"
    assert "_auth_user_id" not in client.session
    code = re.search(r"^[A-Z0-9]{4}(-[A-Z0-9]{4})*$", mail.outbox[0].body, re.MULTILINE)[0]
    client.post(reverse("account_email_verification_sent"), {"code": code})
    assert EmailAddress.objects.get(user=person).verified
    assert int(client.session["_auth_user_id"]) == person.pk
    assert mail.outbox[0].subject.startswith("Ensembleur : ")


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": ""},
        {"full_name": "\u200b"},
        {"full_name": "x" * 201},
        {"email": "x"},
        {"password1": "court", "password2": "court"},
    ],
)
def test_a_sign_up_that_cannot_be_read_is_refused(client, fields):
    assert b"form-summary" in sign_up(client, **fields).content
    assert not User.objects.exists()


def test_an_address_already_taken_is_not_revealed(client):
    member(email="ana@test.example")
    response = sign_up(client, email="ANA@test.example")
    assert response.status_code == 302
    assert User.objects.count() == 1
    assert len(mail.outbox) == 1


def test_capitals_in_the_address_do_not_matter_and_the_sign_in_is_noted_without_an_address(client):
    person = member(email="ana@test.example")
    response = sign_in(client, "ANA@Test.Example")
    assert response["Location"] == reverse("accounts:home")
    act = Act.objects.get()
    assert (act.verb, act.who, act.after) == ("sign_in", f"user:{person.pk}", {"how": "password"})
    client.post(reverse("account_logout"))
    assert Act.objects.last().verb == "sign_out"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", r"\\evil.example", "javascript:alert(1)",
        "http:///evil.example", "https://localhost/", "/\\evil.example", "http://testserver@evil.example/",
    ],
)  # fmt: skip
def test_a_hostile_next_leads_home(client, hostile):
    person = member()
    assert sign_in(client, person.email, next=hostile)["Location"] == reverse("accounts:home")


def test_a_friendly_next_is_followed(client):
    person = member()
    assert sign_in(client, person.email, next="/compte/moi/")["Location"] == "/compte/moi/"


def test_a_wrong_password_and_an_unverified_address_open_nothing(client):
    person = member()
    assert b"form-summary" in sign_in(client, person.email, "faux").content
    other = factories.user(password=PASSWORD)
    sign_in(client, other.email)
    assert "_auth_user_id" not in client.session


def test_too_many_wrong_passwords_close_the_door_for_a_while(client):
    person = member()
    for _ in range(6):
        sign_in(client, person.email, "faux")
    assert "_auth_user_id" not in sign_in(client, person.email).wsgi_request.session


def test_a_closed_account_does_not_enter(client):
    person = member(is_active=False)
    sign_in(client, person.email)
    assert "_auth_user_id" not in client.session


def test_the_sign_in_page_offers_the_demonstration_only_in_one(client, settings):
    settings.DEMO = True
    assert b'name="role" value="adviser"' in client.get(reverse("account_login")).content
    settings.DEMO = False
    assert b'name="role"' not in client.get(reverse("account_login")).content


# -- second factor -----------------------------------------------------------------------------------------------------
@pytest.fixture
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("role", ["adviser", "officer", "second_reader", "evaluator", "admin"])
def test_an_agent_without_second_factor_is_led_to_it_from_everywhere(client, role):
    client.force_login(factories.person(Role(role)))
    for address in (reverse("accounts:account"), "/", reverse("accounts:home")):
        assert client.get(address)["Location"] == reverse("accounts:second_factor")
    assert client.post(reverse("accounts:export_data"))["Location"] == reverse("accounts:second_factor")
    assert client.get(reverse("accounts:second_factor")).status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200


@pytest.mark.usefixtures("_required")
def test_machines_and_fragments_get_an_answer_they_understand(client):
    client.force_login(factories.person(Role.OFFICER))
    problem = client.get("/", headers={"accept": "application/json"})
    assert (problem.status_code, problem["Content-Type"]) == (403, "application/problem+json")
    assert client.get("/", headers={"hx-request": "true"})["HX-Redirect"] == reverse("accounts:second_factor")


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("role", ["director", "contributor"])
def test_people_of_companies_choose_for_themselves(client, role):
    client.force_login(factories.person(Role(role)))
    assert client.get(reverse("accounts:account")).status_code == 200


@pytest.mark.usefixtures("_required")
def test_visitors_are_left_alone(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(reverse("accounts:account")).status_code == 302


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize(("acr", "strong"), [("eidas2", True), ("eidas1", False), ("", False)])
def test_a_second_factor_asked_by_proconnect_counts(client, acr, strong):
    client.force_login(factories.person(Role.OFFICER))
    session = client.session
    session["proconnect_acr"] = acr
    session.save()
    assert (client.get(reverse("accounts:account")).status_code == 200) is strong


@pytest.mark.usefixtures("_required")
def test_an_agent_signs_in_with_both_factors(client):
    person = member()
    factories.mandate(person, Role.OFFICER)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    assert sign_in(client, person.email)["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("accounts:account")).status_code == 200
    assert client.get(reverse("accounts:second_factor"))["Location"] == reverse("accounts:home")


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(settings):
    person = factories.user()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get(user=person).data["secret"]
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert MFAAdapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert MFAAdapter().decrypt(stored) == ""
    settings.SECRET_KEY_FALLBACKS = [former]
    assert MFAAdapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_index", "account_email", "account_change_password", "account_logout"])
def test_the_pages_of_security_answer(client, name):
    person = member()
    sign_in(client, person.email)
    response = client.get(reverse(name), follow=True)  # by way of the password for the gravest
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_the_pages_of_entry_answer(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("address", ["/compte/invitation/{}/", "/connexion/password/reset/key/1-{}/"])
def test_what_opens_an_account_or_a_role_is_not_written_in_the_log(client, caplog, address):
    secret = "kept-for-its-owner-0123456789"
    with caplog.at_level(logging.INFO, "ensembleur.access"):
        client.get(address.format(secret))
    line = next(record for record in caplog.records if record.name == "ensembleur.access")
    assert "…" in line.path
    assert secret not in line.getMessage() + line.path
