"""The pages of accounts: who sees them, what they do, what they cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import CompanyClaim, Invitation, Mandate, User
from ensembleur.accounts.services.invitations import invite
from tests.accounts.conftest import FAR_SIRET, SIREN, SIRET
from tests.factories import accounts as factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]

NAMES = [
    "home",
    "account",
    "personal_data",
    "second_factor",
    "people",
    "invitations",
    "invite",
    "claims",
    "claim",
    "notices",
    "notice_settings",
    "mailings",
]


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def offer(**fields):
    fields = {"email": "ana@test.example", "role": "adviser", "perimeter_kind": "departement", "perimeter_code": "95", **fields}
    by = fields.pop("by", None) or factories.person(Role.ADMIN)
    return invite(by=by, now=timezone.now(), link_to=lambda token: url("accept", token), **fields)


@pytest.mark.parametrize("name", NAMES)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, name):
    assert client.get(url(name))["Location"] == f"{reverse('account_login')}?next={url(name)}"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "home"])
def test_each_page_has_one_title_in_each_language(client, name, language):
    client.force_login(factories.person(Role.ADMIN))
    response = client.get(url(name), headers={"accept-language": language})
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("name", ["people", "invitations", "invite", "claims", "mailings"])
def test_pages_without_a_sense_for_the_role_are_refused(client, name):
    client.force_login(factories.person(Role.EVALUATOR))
    assert client.get(url(name)).status_code == 403


def test_home_leads_each_role_to_its_home(client, settings):
    settings.ROLE_HOMES = {"director": "accounts:claim", "officer": "nowhere:at_all", "admin": "accounts:people"}
    for role, expected in [("director", "claim"), ("officer", "account"), ("admin", "people"), ("evaluator", "account")]:
        client.force_login(factories.person(Role(role)))
        assert client.get(url("home"))["Location"] == url(expected)


def test_the_account_keeps_a_name_and_a_language(client):
    person = factories.user()
    client.force_login(person)
    response = client.post(url("account"), {"full_name": " Zoé  B ", "language": "en"})
    assert response.cookies["django_language"].value == "en"
    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Zoé B", "en")
    assert client.post(url("account"), {"full_name": "Z", "language": "xx"}).status_code == 400


def test_one_quits_one_s_own_role_only(client):
    officer, other = factories.person(Role.OFFICER), factories.person(Role.OFFICER)
    client.force_login(officer)
    assert client.post(url("end_role", other.mandates.get().pk)).status_code == 404
    assert client.get(url("end_role", officer.mandates.get().pk)).status_code == 405
    client.post(url("end_role", officer.mandates.get().pk))
    assert not officer.mandates.live().exists()


@pytest.mark.parametrize(
    ("place", "expected"),
    [(SIRET, ("company", SIREN)), ("95 018", ("commune", "95018")), ("95", ("departement", "95")), ("11", ("region", "11"))],
)
def test_an_invitation_is_sent_and_its_link_shown_once(client, place, expected):
    client.force_login(factories.person(Role.ADMIN))
    role = "director" if expected[0] == "company" else "adviser"
    response = client.post(url("invite"), {"email": "ana@test.example", "role": role, "place": place})
    assert b"/compte/invitation/" in response.content
    invitation = Invitation.objects.get()
    assert (invitation.perimeter_kind, invitation.perimeter_code) == expected
    assert b"/compte/invitation/" not in client.get(url("invitations")).content


@pytest.mark.parametrize("place", ["43493744700010", "00000001800018", SIREN, "9501Z", "1234", "9" * 20, "é"])
def test_a_place_that_cannot_be_read_is_said_in_the_form(client, place):
    client.force_login(factories.person(Role.ADMIN))
    response = client.post(url("invite"), {"email": "ana@test.example", "role": "adviser", "place": place})
    assert response.status_code == 400
    assert b"form-summary" in response.content


def test_a_director_invites_to_their_own_company_by_its_siren(client):
    client.force_login(factories.person(Role.DIRECTOR))
    page = client.get(url("invite")).content.decode()
    assert f'value="{SIREN}"' in page
    assert "Administrateur" not in page
    client.post(url("invite"), {"email": "ana@test.example", "role": "contributor", "place": SIREN})
    assert Invitation.objects.get().commune == "95018"
    assert client.post(url("invite"), {"email": "b@test.example", "role": "contributor", "place": FAR_SIRET}).status_code == 400


def test_an_invited_visitor_comes_back_to_the_invitation_after_signing_in(client):
    sent = offer()
    page = client.get(sent.link)
    assert b"account" not in page.content.split(b"<main")[0][:0]
    assert reverse("account_signup") in page.content.decode()
    client.get(sent.link)
    person = factories.user(email="ana@test.example")
    client.post(url("accept", "whatever"))  # a visitor's POST accepts nothing
    client.get(sent.link)
    session = dict(client.session)
    client.force_login(person)
    kept = client.session
    kept.update({key: value for key, value in session.items() if key == "invitation_token"})
    kept.save()
    assert client.get(url("home"))["Location"] == sent.link
    assert client.post(sent.link).status_code == 302
    assert person.mandates.get().role == "adviser"
    assert client.get(url("home"))["Location"] != sent.link


def test_an_invitation_can_be_left_aside(client):
    sent = offer()
    client.get(sent.link)
    assert client.post(url("forget_invitation"))["Location"] == "/"
    assert "invitation_token" not in client.session
    client.force_login(factories.user())
    assert client.post(url("forget_invitation"))["Location"] == url("home")


def test_a_dead_link_says_so_and_is_forgotten(client):
    response = client.get(url("accept", "dead"))
    assert response.status_code == 422
    assert "invitation" in response.content.decode()


def test_invitations_are_cancelled_by_those_who_see_them(client):
    sent = offer()
    client.force_login(factories.person(Role.DIRECTOR))
    assert client.post(url("cancel_invitation", sent.invitation.pk)).status_code == 404
    client.force_login(factories.person(Role.OFFICER))
    assert client.post(url("cancel_invitation", sent.invitation.pk)).status_code == 302
    sent.invitation.refresh_from_db()
    assert sent.invitation.cancelled_at


def test_roles_are_revoked_by_those_who_see_them(client):
    director = factories.person(Role.DIRECTOR)
    client.force_login(factories.person(Role.ADVISER, "77"))
    assert client.post(url("revoke", director.mandates.get().pk)).status_code == 404
    client.force_login(factories.person(Role.ADVISER, "95"))
    assert client.post(url("revoke", director.mandates.get().pk)).status_code == 302
    assert not Mandate.objects.live().filter(user=director).exists()


def test_a_director_asks_and_an_adviser_decides(client):
    person, adviser = factories.user(), factories.person(Role.ADVISER, "95")
    client.force_login(person)
    assert client.get(url("claim_siret", SIRET)).content.decode().count("Usine fictive") == 1
    assert client.post(url("claim"), {"siret": "12", "statement": "Gérante"}).status_code == 400
    assert client.post(url("claim"), {"siret": SIRET, "statement": "<script>alert(1)</script>"}).status_code == 302
    claim = CompanyClaim.objects.get()
    assert "En attente de décision" in client.get(url("account")).content.decode()
    client.force_login(adviser)
    assert "<script>alert(1)" not in client.get(url("decide_claim", claim.pk)).content.decode()
    assert client.post(url("decide_claim", claim.pk), {"decision": "refuse"}).status_code == 400
    assert client.post(url("decide_claim", claim.pk), {"decision": "maybe"}).status_code == 400
    assert client.post(url("decide_claim", claim.pk), {"decision": "approve"}).status_code == 302
    assert User.objects.get(pk=person.pk).mandates.get().role == "director"
    assert client.get(url("decide_claim", claim.pk)).status_code == 200


def test_a_claim_out_of_sight_does_not_exist(client):
    claim = factories.claim(factories.user())
    client.force_login(factories.person(Role.ADVISER, "77"))
    assert client.get(url("decide_claim", claim.pk)).status_code == 404
    assert client.post(url("answer_claim", claim.pk)).status_code == 404


def test_one_withdraws_one_s_request(client):
    person = factories.user()
    claim = factories.claim(person)
    client.force_login(person)
    client.post(url("answer_claim", claim.pk), {"answer": "withdraw"})
    claim.refresh_from_db()
    assert claim.status == "withdrawn"


LISTS = {
    "people": lambda: factories.person(Role.OFFICER),
    "invitations": lambda: offer(email=factories.user().email),
    "claims": lambda: factories.claim(factories.user()),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_whatever_its_length(client, name, django_assert_num_queries):
    client.force_login(factories.person(Role.ADMIN))
    LISTS[name]()
    with django_assert_num_queries(6):  # session, person, roles, count, rows, unread notices
        client.get(url(name))
    LISTS[name]()
    LISTS[name]()
    with django_assert_num_queries(6):
        client.get(url(name))


@pytest.mark.parametrize("count", [1, 3])
def test_the_account_costs_the_same_whatever_the_roles(client, count, django_assert_num_queries):
    person = factories.person(Role.OFFICER)
    for number in range(count):
        factories.mandate(person, Role.ADVISER, "departement", f"9{number}")
    client.force_login(person)
    with django_assert_num_queries(8):  # session, person, roles, roles shown, requests, second factor, services, unread notices
        client.get(url("account"))


@pytest.mark.parametrize("typed", ["%00", "x" * 300, "1234"])
def test_an_address_that_names_no_company_still_asks_for_one(client, typed):
    client.force_login(factories.user())
    assert client.get(f"/compte/entreprise/{typed}/").status_code == 200
