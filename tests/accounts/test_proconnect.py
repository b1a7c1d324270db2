"""Signing in through ProConnect: signed tokens or nothing, and a SIRET that is only a proposal."""

import json
import time
from urllib.parse import parse_qs, urlparse

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from ensembleur.accounts.models import Act, CompanyClaim, User
from ensembleur.accounts.views.adapters import CERTIFIED_DIRECTOR, SocialAccountAdapter
from tests.accounts.conftest import SIRET
from tests.factories import accounts as factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]
ISSUER, CLIENT = "https://proconnect.test/api/v2", "our-client"
CALLBACK = "/connexion/oidc/proconnect/login/callback/"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORGED = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PERSON = {
    "sub": "abc",
    "email": "Ana@usine.example",
    "given_name": "Ana",
    "usual_name": "RÉELLE",
    "siret": SIRET,
    "uid": "42",
    "aud": CLIENT,
    "iss": ISSUER,
}


class Answer:
    status_code = 200

    def __init__(self, content, kind="application/json"):
        self.text = content if isinstance(content, str) else json.dumps(content)
        self.headers = {"Content-Type": kind, "content-type": kind}

    def json(self):
        return json.loads(self.text)

    def raise_for_status(self):
        return None


class FakeProConnect:
    """What the State's servers would answer; each part can be spoilt by a test."""

    def __init__(self):
        self.nonce, self.acr, self.person = "", "eidas1", dict(PERSON)
        self.id_key = self.info_key = KEY
        self.plain = False
        self.id_claims = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def sign(self, claims, key):
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "k1"})

    def request(self, method, url, **_kwargs):
        return self.get(url)

    def post(self, url, **_kwargs):
        return self.get(url)

    def get(self, url, **_kwargs):
        if url.endswith("openid-configuration"):
            ends = ("authorization", "authorize"), ("token", "token"), ("userinfo", "userinfo"), ("end_session", "session/end")
            return Answer(
                {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"} | {f"{name}_endpoint": f"{ISSUER}/{path}" for name, path in ends}
            )
        if url.endswith("/jwks"):
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return Answer({"keys": [{**key, "kid": "k1", "alg": "RS256"}]})
        if url.endswith("/token"):
            now = int(time.time())
            claims = {
                "sub": "abc",
                "aud": CLIENT,
                "iss": ISSUER,
                "exp": now + 60,
                "iat": now,
                "nonce": self.nonce,
                "acr": self.acr,
            }
            return Answer(
                {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims | self.id_claims, self.id_key)}
            )
        if self.plain:
            return Answer(self.person)
        return Answer(self.sign(self.person, self.info_key), "application/jwt; charset=utf-8")


@pytest.fixture
def proconnect(settings, monkeypatch):
    app = {"provider_id": "proconnect", "name": "ProConnect", "client_id": CLIENT, "secret": "s"}
    app["settings"] = {"server_url": ISSUER, "verified_email": True}
    provider = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["provider_class"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": provider, "APPS": [app]}}
    fake = FakeProConnect()
    monkeypatch.setattr(SocialAccountAdapter, "get_requests_session", lambda self: fake)
    return fake


def leave(client, fake, **query):
    response = client.post(reverse("openid_connect_login", args=["proconnect"]), query_params=query)
    asked = {key: values[0] for key, values in parse_qs(urlparse(response["Location"]).query).items()}
    fake.nonce = asked["nonce"]
    return asked


def come_back(client, fake, **query):
    asked = leave(client, fake, **query)
    return client.get(CALLBACK, {"code": "c", "state": asked["state"]})


def test_we_ask_for_what_proconnect_wants_and_no_more(client, proconnect):
    asked = leave(client, proconnect, scope="phone,address")
    assert set(asked["scope"].split()) == {"openid", "given_name", "usual_name", "email", "siret", "uid"}
    assert asked["acr_values"] == "eidas1"
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32


def test_the_button_is_on_the_sign_in_page(client, proconnect):
    assert "Se connecter avec ProConnect" in client.get(reverse("account_login")).content.decode()


def test_a_first_sign_in_makes_the_account_and_proposes_the_company(client, proconnect):
    response = come_back(client, proconnect)
    assert response["Location"] == reverse("accounts:home")
    person = User.objects.get()
    assert (person.email, person.full_name) == ("ana@usine.example", "Ana RÉELLE")
    assert int(client.session["_auth_user_id"]) == person.pk
    claim = CompanyClaim.objects.get()
    assert (claim.user, claim.siret, claim.status, claim.certified) == (person, SIRET, "proposed", False)
    assert not person.mandates.exists()
    assert Act.objects.filter(verb="sign_in").get().after == {"how": "proconnect"}
    assert SocialAccount.objects.get().extra_data == {"sub": "abc", "siret": SIRET, "acr": "eidas1"}
    page = client.get(reverse("accounts:account")).content.decode()
    assert "Cette entreprise est-elle la vôtre" in page
    assert SIRET in page


@pytest.mark.parametrize("acr", [CERTIFIED_DIRECTOR, f"{CERTIFIED_DIRECTOR}-2fa"])
def test_a_certified_director_confirms_with_one_click(client, proconnect, acr):
    proconnect.acr = acr
    come_back(client, proconnect)
    client.post(reverse("accounts:answer_claim", args=[CompanyClaim.objects.get().pk]), {"answer": "confirm"})
    assert User.objects.get().mandates.get().role == "director"


def test_saying_no_to_the_proposal_leaves_nothing(client, proconnect):
    come_back(client, proconnect)
    client.post(reverse("accounts:answer_claim", args=[CompanyClaim.objects.get().pk]), {"answer": "withdraw"})
    assert CompanyClaim.objects.get().status == "withdrawn"
    assert not User.objects.get().mandates.exists()


def test_a_second_sign_in_finds_the_same_person_whatever_the_address(client, proconnect):
    come_back(client, proconnect)
    client.logout()
    proconnect.person["email"] = "ana@autre.example"
    come_back(client, proconnect)
    assert User.objects.count() == 1
    assert CompanyClaim.objects.count() == 1


def test_an_account_with_the_same_address_is_not_taken_over(client, proconnect):
    person = factories.user(email="ana@usine.example")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    come_back(client, proconnect)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda fake: setattr(fake, "info_key", FORGED),
        lambda fake: setattr(fake, "id_key", FORGED),
        lambda fake: fake.id_claims.update(nonce="another"),
        lambda fake: fake.id_claims.update(aud="another"),
        lambda fake: fake.id_claims.update(iss="https://evil.test"),
        lambda fake: fake.id_claims.update(exp=1),
        lambda fake: fake.person.update(aud="another"),
        lambda fake: fake.person.update(sub="somebody else"),
        lambda fake: fake.person.pop("sub"),
        lambda fake: setattr(fake, "sign", lambda claims, key: "not.a.token"),
        lambda fake: setattr(fake, "sign", lambda claims, key: jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})),
        lambda fake: setattr(fake, "sign", lambda claims, key: ""),
    ],
)
def test_a_spoilt_token_opens_nothing(client, proconnect, spoil):
    asked = leave(client, proconnect)
    spoil(proconnect)
    response = client.get(CALLBACK, {"code": "c", "state": asked["state"]})
    assert response.status_code in (200, 401)
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_a_return_nobody_asked_for_opens_nothing(client, proconnect):
    assert client.get(CALLBACK, {"code": "c", "state": "forged"}).status_code in (200, 401)
    assert client.get(CALLBACK, {"error": "access_denied"}).status_code in (200, 302, 401)
    assert not User.objects.exists()


def test_plain_user_information_works_too_for_another_service(client, proconnect):
    proconnect.plain = True
    come_back(client, proconnect)
    assert User.objects.get().email == "ana@usine.example"


def test_signing_out_also_leaves_proconnect(client, proconnect):
    come_back(client, proconnect)
    address = urlparse(client.post(reverse("account_logout"))["Location"])
    query = parse_qs(address.query)
    assert address.geturl().startswith(f"{ISSUER}/session/end?")
    assert query["post_logout_redirect_uri"] == ["http://testserver/"]
    assert len(query["state"][0]) >= 32
    assert query["id_token_hint"][0].count(".") == 2


def test_without_proconnect_its_addresses_do_not_exist(client):
    assert client.post(reverse("openid_connect_login", args=["proconnect"])).status_code == 404
    assert client.get(CALLBACK).status_code == 404
