"""Every service asked by every role: who may and who may not, in one table."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.permissions import (
    check,
    holds,
    live_mandates,
    may_answer_own_claim,
    may_appoint,
    may_appoint_someone,
    may_be_somebody,
    may_cancel_invitation,
    may_decide_claim,
    may_decide_claims,
    may_end_own,
    may_handle_personal_data,
    may_revoke,
    needs_second_factor,
)
from ensembleur.accounts.services.claims import claim_company, confirm_proposal, decide_claim, propose_company, withdraw_claim
from ensembleur.accounts.services.invitations import accept_invitation, cancel_invitation, invite
from ensembleur.accounts.services.mandates import end_own_mandate, grant_mandate, revoke_mandate
from ensembleur.accounts.services.personal_data import erase_person, export_personal_data
from ensembleur.accounts.services.profiles import update_profile
from ensembleur.errors import NotAllowed
from tests.accounts.conftest import FAR_SIREN, FAR_SIRET, SIREN, SIRET
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db

ACTORS = ["anonymous", "inactive", "nobody", *Role.values]
STAFF_OF_95 = {"adviser": "95"}


def actor(name):
    """One person per role: people of companies on SIREN, advisers on the 95, the others on the region."""
    if name == "anonymous":
        return AnonymousUser()
    if name == "inactive":
        person = factories.person(Role.ADMIN)
        person.is_active = False
        person.save()
        return person
    if name == "nobody":
        return factories.user()
    return factories.person(Role(name), STAFF_OF_95.get(name, ""))


def target(role=Role.DIRECTOR, code=SIREN, commune="95018"):
    return factories.person(role, code, commune=commune).mandates.get()


def offer(by, role, kind, code, commune=""):
    return invite(
        email="x@test.example", role=role, perimeter_kind=kind, perimeter_code=code, commune=commune, by=by, now=NOW, link_to=str
    )


def grant(by, role, kind, code, commune=""):
    return grant_mandate(
        user=factories.user(), role=role, perimeter_kind=kind, perimeter_code=code, commune=commune, by=by, now=NOW
    )


COMPANY, COMMUNE, DEPARTEMENT, REGION = PerimeterKind
NEAR, FAR = (COMPANY, SIREN, "95018"), (COMPANY, FAR_SIREN, "77284")
SIGNED_IN = {"nobody", *Role.values}

# name → (what is done by the actor, who may do it)
MATRIX = {
    "invite a contributor of the company": (
        lambda by: offer(by, Role.CONTRIBUTOR, *NEAR),
        {"director", "adviser", "officer", "admin"},
    ),
    "invite a director of a far company": (lambda by: offer(by, Role.DIRECTOR, *FAR), {"officer", "admin"}),
    "invite an adviser of the 95": (lambda by: offer(by, Role.ADVISER, DEPARTEMENT, "95"), {"officer", "admin"}),
    "invite an adviser of a commune": (lambda by: offer(by, Role.ADVISER, COMMUNE, "95018"), {"officer", "admin"}),
    "invite an officer": (lambda by: offer(by, Role.OFFICER, REGION, "11"), {"admin"}),
    "invite an administrator": (lambda by: offer(by, Role.ADMIN, REGION, "11"), {"admin"}),
    "invite an officer of another region": (lambda by: offer(by, Role.OFFICER, REGION, "84"), set()),
    "grant a director": (lambda by: grant(by, Role.DIRECTOR, *NEAR), {"director", "adviser", "officer", "admin"}),
    "grant an evaluator": (lambda by: grant(by, Role.EVALUATOR, REGION, "11"), {"admin"}),
    "revoke a director": (
        lambda by: revoke_mandate(mandate=target(), by=by, now=NOW),
        {"director", "adviser", "officer", "admin"},
    ),
    "revoke a far director": (
        lambda by: revoke_mandate(mandate=target(code=FAR_SIREN, commune="77284"), by=by, now=NOW),
        {"officer", "admin"},
    ),
    "revoke an officer": (lambda by: revoke_mandate(mandate=target(Role.OFFICER, "11"), by=by, now=NOW), {"admin"}),
    "end somebody else's role": (lambda by: end_own_mandate(mandate=target(), by=by, now=NOW), set()),
    "cancel somebody's invitation to the 95": (
        lambda by: cancel_invitation(
            invitation=offer(factories.person(Role.ADMIN), Role.ADVISER, DEPARTEMENT, "95").invitation, by=by, now=NOW
        ),
        {"officer", "admin"},
    ),
    "claim a company": (
        lambda by: claim_company(siret=FAR_SIRET, statement="Gérante", by=by, now=NOW),
        SIGNED_IN,
    ),
    "be proposed a company": (lambda by: propose_company(siret=FAR_SIRET, certified=False, by=by, now=NOW), SIGNED_IN),
    "decide a claim": (
        lambda by: decide_claim(claim=factories.claim(factories.user(), SIREN), approve=True, by=by, now=NOW),
        {"director", "adviser", "officer", "admin"},
    ),
    "decide a far claim": (
        lambda by: decide_claim(
            claim=factories.claim(factories.user(), FAR_SIREN, commune="77284"), approve=False, reason="Non.", by=by, now=NOW
        ),
        {"officer", "admin"},
    ),
    "confirm somebody else's proposal": (
        lambda by: confirm_proposal(claim=factories.claim(factories.user(), status="proposed"), by=by, now=NOW),
        set(),
    ),
    "withdraw somebody else's claim": (lambda by: withdraw_claim(claim=factories.claim(factories.user()), by=by, now=NOW), set()),
    "export somebody else's data": (lambda by: export_personal_data(person=factories.user(), by=by, now=NOW), set()),
    "erase somebody else": (lambda by: erase_person(person=factories.user(), by=by, now=NOW), set()),
    "rename somebody else": (
        lambda by: update_profile(person=factories.user(), full_name="X", language="fr", by=by, now=NOW),
        set(),
    ),
    "export one's own data": (lambda by: export_personal_data(person=by, by=by, now=NOW), SIGNED_IN),
    "rename oneself": (lambda by: update_profile(person=by, full_name="X", language="fr", by=by, now=NOW), SIGNED_IN),
}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("what", MATRIX)
def test_the_table_of_who_may(what):
    act, allowed = MATRIX[what]
    done = set()
    for who in ACTORS:
        with transaction.atomic():
            try:
                act(actor(who))
                done.add(who)
            except NotAllowed:
                pass
            transaction.set_rollback(True)
    assert done == allowed


@pytest.mark.parametrize("who", ["anonymous", "inactive"])
def test_nobody_accepts_an_invitation_without_an_open_account(who):
    sent = offer(factories.person(Role.ADMIN), Role.ADVISER, DEPARTEMENT, "95")
    with pytest.raises(NotAllowed):
        accept_invitation(token=sent.link, by=actor(who), now=NOW)


def test_nobody_decides_their_own_claim():
    officer = factories.person(Role.OFFICER)
    with pytest.raises(NotAllowed):
        decide_claim(claim=factories.claim(officer), approve=True, by=officer, now=NOW)


@pytest.mark.parametrize("rule", [may_appoint_someone, may_decide_claims, needs_second_factor, may_be_somebody])
def test_a_visitor_may_nothing(rule):
    assert rule(AnonymousUser()) is False
    assert rule(None) is False
    with pytest.raises(NotAllowed, match="droit"):
        check(rule, AnonymousUser())


@pytest.mark.parametrize(
    ("role", "expected"),
    [("director", (True, True, False)), ("contributor", (False, False, False)), ("evaluator", (False, False, True))],
)
def test_who_sees_which_page(role, expected):
    person = factories.person(Role(role))
    assert (may_appoint_someone(person), may_decide_claims(person), needs_second_factor(person)) == expected


def test_a_role_that_has_ended_gives_nothing():
    person = factories.person(Role.ADMIN)
    mandate = person.mandates.get()
    mandate.ended_at = NOW
    mandate.save()
    assert live_mandates(person) == []
    assert not may_appoint(person, Role.OFFICER, REGION, "11")


def test_holding_a_role_covers_what_lies_inside_its_perimeter():
    adviser = factories.person(Role.ADVISER, "95")
    assert holds(adviser, Role.ADVISER)
    assert holds(adviser, Role.ADVISER, commune="95018")
    assert holds(adviser, Role.ADVISER, siren=SIREN, departement="95")
    assert not holds(adviser, Role.ADVISER, siren=SIREN)
    assert not holds(adviser, Role.ADVISER, commune="77284")
    assert not holds(adviser, Role.ADVISER, region="11")
    assert not holds(adviser, Role.OFFICER)
    assert holds(factories.person(Role.OFFICER), Role.OFFICER, commune="75101")


def test_mandates_are_read_once_a_request(django_assert_num_queries):
    officer = factories.person(Role.OFFICER)
    with django_assert_num_queries(1):
        for _ in range(3):
            holds(officer, Role.OFFICER, commune="95018")


def test_small_rules_on_things():
    director, other = factories.person(Role.DIRECTOR), factories.user()
    claim = factories.claim(other)
    assert may_decide_claim(director, claim)
    assert may_answer_own_claim(other, claim)
    assert may_revoke(director, director.mandates.get())
    assert may_end_own(director, director.mandates.get())
    assert may_handle_personal_data(other, other)
    sent = offer(director, Role.CONTRIBUTOR, *NEAR).invitation
    assert may_cancel_invitation(director, sent)
    assert not may_cancel_invitation(AnonymousUser(), sent)
    assert SIRET.startswith(SIREN)
