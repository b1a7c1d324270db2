"""A person asks to be recognised as a company's director, or is proposed it; somebody who watches over it decides."""

import pytest
from django.core import mail

from ensembleur.accounts.choices import ClaimOrigin, ClaimStatus, PerimeterKind, Role
from ensembleur.accounts.models import Act, CompanyClaim, Mandate, Organisation, User
from ensembleur.accounts.permissions import holds
from ensembleur.accounts.services import claims
from ensembleur.errors import BadInput, NotAllowed, Refused
from tests.accounts.conftest import FAR_SIRET, SIREN, SIRET
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db


def verbs():
    return list(Act.objects.values_list("verb", flat=True))


@pytest.mark.usefixtures("known")
def test_a_request_is_approved_by_whoever_watches_over_the_company(django_capture_on_commit_callbacks):
    person, adviser = factories.user(), factories.person(Role.ADVISER, "95")
    claim = claims.claim_company(siret="000 000 018 00010", statement=" Gérante ", by=person, now=NOW)
    assert (claim.siren, claim.commune, claim.statement) == (SIREN, "95018", "Gérante")
    with django_capture_on_commit_callbacks(execute=True):
        claims.decide_claim(claim=claim, approve=True, by=adviser, now=NOW)
    person = User.objects.get(pk=person.pk)
    assert holds(person, Role.DIRECTOR, siren=SIREN)
    assert Organisation.objects.get(siren=SIREN).name == "Usine fictive"
    assert "acceptée" in mail.outbox[0].subject
    assert verbs() == ["claim_company", "grant_mandate", "decide_claim"]
    with pytest.raises(Refused, match="déjà reconnu"):
        claims.claim_company(siret=SIRET, statement="Encore", by=person, now=NOW)
    with pytest.raises(Refused, match="n'attend plus"):
        claims.decide_claim(claim=claim, approve=False, reason="Non", by=adviser, now=NOW)


@pytest.mark.usefixtures("known")
def test_a_refusal_says_why_in_the_person_s_language(django_capture_on_commit_callbacks):
    person, officer = factories.user(language="en"), factories.person(Role.OFFICER)
    claim = claims.claim_company(siret=SIRET, statement="Boss", by=person, now=NOW)
    with pytest.raises(BadInput, match="pourquoi"):
        claims.decide_claim(claim=claim, approve=False, reason="  ", by=officer, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        claims.decide_claim(claim=claim, approve=False, reason="Not in the companies register.", by=officer, now=NOW)
    assert "Not in the companies register." in mail.outbox[0].body
    assert not holds(person, Role.DIRECTOR)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("siret", "statement", "error"),
    [
        ("123", "Gérante", BadInput),
        ("00000001800018", "Gérante", BadInput),
        ("43493744700010", "Gérante", Refused),
        (SIRET, "  ", BadInput),
        (SIRET, "x" * 501, BadInput),
    ],
)
def test_a_request_that_cannot_be_read_is_refused(siret, statement, error):
    with pytest.raises(error):
        claims.claim_company(siret=siret, statement=statement, by=factories.user(), now=NOW)
    assert not CompanyClaim.objects.exists()


@pytest.mark.usefixtures("known")
def test_a_request_waits_once_and_a_person_has_few(monkeypatch):
    person = factories.user()
    claims.claim_company(siret=SIRET, statement="Gérante", by=person, now=NOW)
    with pytest.raises(Refused, match="attend déjà"):
        claims.claim_company(siret=SIRET, statement="Gérante", by=person, now=NOW)
    monkeypatch.setattr(claims, "MOST_WAITING", 1)
    with pytest.raises(Refused, match="retirez-en"):
        claims.claim_company(siret=FAR_SIRET, statement="Gérante", by=person, now=NOW)
    claims.withdraw_claim(claim=person.company_claims.get(), by=person, now=NOW)
    assert claims.claim_company(siret=SIRET, statement="Gérante", by=person, now=NOW).status == ClaimStatus.WAITING


@pytest.mark.usefixtures("known")
def test_a_proposal_without_certificate_waits_for_a_decision_once_confirmed():
    person = factories.user()
    claim = claims.propose_company(siret=SIRET, certified=False, by=person, now=NOW)
    assert (claim.status, claim.origin) == (ClaimStatus.PROPOSED, ClaimOrigin.PROCONNECT)
    assert claims.propose_company(siret=SIRET, certified=False, by=person, now=NOW) == claim
    officer = factories.person(Role.OFFICER)
    with pytest.raises(Refused, match="n'attend plus"):
        claims.decide_claim(claim=claim, approve=True, by=officer, now=NOW)
    assert claims.confirm_proposal(claim=claim, by=person, now=NOW).status == ClaimStatus.WAITING
    with pytest.raises(Refused, match="déjà reçu"):
        claims.confirm_proposal(claim=claim, by=person, now=NOW)
    assert not holds(person, Role.DIRECTOR)
    claims.decide_claim(claim=claim, approve=True, by=officer, now=NOW)
    assert Mandate.objects.get(user=person).role == Role.DIRECTOR


@pytest.mark.usefixtures("known")
def test_a_certified_director_is_recognised_on_confirming():
    person = factories.user()
    claim = claims.propose_company(siret=SIRET, certified=True, by=person, now=NOW)
    assert not holds(person, Role.DIRECTOR)
    claims.confirm_proposal(claim=claim, by=person, now=NOW)
    person = User.objects.get(pk=person.pk)
    assert holds(person, Role.DIRECTOR, siren=SIREN)
    assert claims.propose_company(siret=SIRET, certified=True, by=person, now=NOW) is None
    claim.refresh_from_db()
    claim.status, claim.decided_at = ClaimStatus.WAITING, None
    claim.save()
    with pytest.raises(Refused, match="déjà reconnu"):
        claims.confirm_proposal(claim=claim, by=person, now=NOW)


@pytest.mark.usefixtures("known")
def test_a_certificate_that_comes_later_strengthens_the_request():
    person = factories.user()
    claims.claim_company(siret=SIRET, statement="Gérante", by=person, now=NOW)
    claim = claims.propose_company(siret=SIRET, certified=True, by=person, now=NOW)
    assert (claim.certified, claim.status) == (True, ClaimStatus.WAITING)
    assert claims.confirm_proposal(claim=claim, by=person, now=NOW).status == ClaimStatus.APPROVED


@pytest.mark.usefixtures("known")
def test_a_proposal_refused_by_the_person_does_not_come_back_at_each_sign_in():
    person = factories.user()
    claim = claims.propose_company(siret=SIRET, certified=False, by=person, now=NOW)
    claims.withdraw_claim(claim=claim, by=person, now=NOW)
    with pytest.raises(Refused, match="n'attend plus"):
        claims.withdraw_claim(claim=claim, by=person, now=NOW)
    assert claims.propose_company(siret=SIRET, certified=False, by=person, now=NOW) is None


@pytest.mark.usefixtures("known")
def test_a_proposal_becomes_a_request_when_the_person_says_more():
    person = factories.user()
    proposal = claims.propose_company(siret=SIRET, certified=False, by=person, now=NOW)
    claim = claims.claim_company(siret=SIRET, statement="Gérante", by=person, now=NOW)
    assert (claim.pk, claim.status) == (proposal.pk, ClaimStatus.WAITING)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("siret", ["", "abc", "43493744700010"])
def test_a_siret_outside_the_register_is_proposed_to_nobody(siret):
    assert claims.propose_company(siret=siret, certified=True, by=factories.user(), now=NOW) is None


def test_the_company_keeps_its_number_when_the_register_has_lost_it(monkeypatch):
    monkeypatch.setattr(claims.register, "establishment", lambda siret: None)
    claim = factories.claim(factories.user())
    claims.decide_claim(claim=claim, approve=True, by=factories.person(Role.OFFICER), now=NOW)
    assert Organisation.objects.get().name == SIREN


def test_a_contributor_decides_nothing():
    contributor = factories.person(Role.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        claims.decide_claim(claim=factories.claim(factories.user()), approve=True, by=contributor, now=NOW)
    assert contributor.mandates.get().perimeter_kind == PerimeterKind.COMPANY
