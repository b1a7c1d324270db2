"""Roles are granted, revoked, given back; invitations lead to them; each act leaves its line."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Invitation, Mandate, User
from ensembleur.accounts.permissions import holds
from ensembleur.accounts.services import invitations, mandates
from ensembleur.errors import BadInput, Refused
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db


def verbs():
    return list(Act.objects.values_list("verb", flat=True))


def send(by=None, **fields):
    fields = {
        "email": "Invitee@Test.Example ",
        "role": Role.ADVISER,
        "perimeter_kind": "departement",
        "perimeter_code": "95",
        **fields,
    }
    return invitations.invite(by=by or factories.person(Role.ADMIN), **{"now": NOW, **fields}, link_to=str)


# -- mandates ----------------------------------------------------------------------------------------------------------
def test_granting_twice_changes_nothing():
    admin, person = factories.person(Role.ADMIN), factories.user()
    where = {"role": Role.OFFICER, "perimeter_kind": "region", "perimeter_code": "11", "by": admin, "now": NOW}
    assert mandates.grant_mandate(user=person, **where) == mandates.grant_mandate(user=person, **where)
    assert verbs() == ["grant_mandate"]
    assert Act.objects.get().after == {"user": f"user:{person.pk}", "role": "officer", "perimeter": "region:11"}
    assert holds(person, Role.OFFICER)


@pytest.mark.parametrize(
    ("role", "kind", "code", "word"),
    [
        ("king", "region", "11", "rôle"),
        ("officer", "planet", "11", "périmètre"),
        ("officer", "region", "011", "caractères"),
        ("officer", "commune", "95 18", "caractères"),
        ("officer", "departement", "", "caractères"),
        ("director", "region", "11", "SIREN"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused_in_one_sentence(role, kind, code, word):
    with pytest.raises(BadInput, match=word):
        mandates.check_perimeter(role=role, kind=kind, code=code)


def test_a_closed_account_receives_no_role():
    person = factories.user(is_active=False)
    with pytest.raises(Refused, match="fermé"):
        mandates.appoint_admin(user=person, region="11", by="command:test", now=NOW)


def test_only_a_command_names_an_administrator_from_nothing():
    with pytest.raises(ValueError, match="command"):
        mandates.appoint_admin(user=factories.user(), region="11", by="user:1", now=NOW)
    person = factories.user()
    mandates.appoint_admin(user=person, region="11", by="command:test", now=NOW)
    assert holds(person, Role.ADMIN, region="11")


def test_a_revoked_role_gives_nothing_and_says_why_in_the_journal():
    admin, officer = factories.person(Role.ADMIN), factories.person(Role.OFFICER)
    mandate = officer.mandates.get()
    assert holds(officer, Role.OFFICER)
    mandates.revoke_mandate(mandate=mandate, by=admin, now=NOW, reason="A changé de service.")
    officer = User.objects.get(pk=officer.pk)
    assert not holds(officer, Role.OFFICER)
    assert Act.objects.get().after == {"reason": "A changé de service."}
    with pytest.raises(Refused, match="déjà"):
        mandates.revoke_mandate(mandate=mandate, by=admin, now=NOW)


def test_one_gives_a_role_back_and_may_hold_it_again():
    person = factories.person(Role.OFFICER)
    mandates.end_own_mandate(mandate=person.mandates.get(), by=person, now=NOW)
    assert not holds(person, Role.OFFICER)
    mandates.grant_mandate(
        user=person, role=Role.OFFICER, perimeter_kind="region", perimeter_code="11", by=factories.person(Role.ADMIN), now=NOW
    )
    assert holds(person, Role.OFFICER)


def test_the_last_administrator_stays():
    admin = factories.person(Role.ADMIN)
    mandate = admin.mandates.get()
    with pytest.raises(Refused, match="dernier administrateur"):
        mandates.end_own_mandate(mandate=mandate, by=admin, now=NOW)
    factories.person(Role.ADMIN)
    assert mandates.end_own_mandate(mandate=mandate, by=admin, now=NOW).ended_at == NOW


def test_a_role_never_ends_before_it_starts():
    admin, officer = factories.person(Role.ADMIN), factories.person(Role.OFFICER)
    mandate = mandates.revoke_mandate(mandate=officer.mandates.get(), by=admin, now=NOW - timedelta(days=1))
    assert mandate.ended_at == mandate.started_at
    assert not mandate.is_live_at(NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"perimeter_kind": "company", "perimeter_code": "11"},
        {"perimeter_kind": "region", "perimeter_code": "95018"},
        {"role": "director"},
        {"ended_at": NOW - timedelta(days=1)},
        {"perimeter_kind": "planet"},
    ],
)
def test_the_database_refuses_a_role_that_makes_no_sense(fields):
    good = {"user": factories.user(), "role": "officer", "perimeter_kind": "region", "perimeter_code": "11", "started_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(**{**good, **fields})


def test_two_people_never_differ_by_a_capital():
    factories.user(email="ana@test.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.user(email="Ana@Test.Example")
    assert User.objects.get_by_natural_key(" ANA@test.example").email == "ana@test.example"


def test_things_say_what_they_are():
    person = factories.person(Role.OFFICER, full_name="")
    assert str(person) == person.email
    assert str(person.mandates.get()) == "Agent instructeur · Région 11"
    assert str(factories.claim(person)) == "000000018 · En attente de décision"
    assert str(send().invitation) == "Conseiller · Département 95"
    assert str(factories.organisation(name="Chambre")) == "Chambre"
    assert str(Act.objects.first()).startswith("1 invite accounts.invitation:")


# -- invitations -------------------------------------------------------------------------------------------------------
def test_an_invitation_leads_to_the_role(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = send()
    assert mail.outbox[0].to == ["invitee@test.example"]
    assert sent.link in mail.outbox[0].body
    person = factories.user(email="invitee@test.example")
    mandate = invitations.accept_invitation(token=sent.link, by=person, now=NOW + timedelta(days=13))
    assert (mandate.role, mandate.perimeter_code) == ("adviser", "95")
    assert verbs() == ["invite", "accept_invitation", "grant_mandate"]


def test_the_link_is_kept_nowhere_but_in_the_message():
    sent = send()
    stored = [str(value) for row in (*Invitation.objects.values(), *Act.objects.values()) for value in row.values()]
    assert sent.link not in " ".join(stored)
    assert "invitee" not in " ".join(str(value) for row in Act.objects.values() for value in row.values())


@pytest.mark.parametrize("token", ["", "x", "\x00", "é" * 500, "../../etc"])
def test_a_wrong_link_opens_nothing(token):
    send()
    with pytest.raises(Refused, match="n'est plus valable"):
        invitations.accept_invitation(token=token, by=factories.user(email="invitee@test.example"), now=NOW)


def test_an_expired_link_opens_nothing():
    sent, person = send(), factories.user(email="invitee@test.example")
    with pytest.raises(Refused, match="plus valable"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW + timedelta(days=14))


def test_a_link_serves_once():
    sent, person = send(), factories.user(email="invitee@test.example")
    invitations.accept_invitation(token=sent.link, by=person, now=NOW)
    with pytest.raises(Refused, match="plus valable"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW)


def test_of_two_clicks_at_once_the_second_is_refused(monkeypatch):
    sent, person = send(), factories.user(email="invitee@test.example")
    found = invitations.open_invitation(token=sent.link, now=NOW)
    invitations.accept_invitation(token=sent.link, by=person, now=NOW)
    monkeypatch.setattr(invitations, "open_invitation", lambda **_: found)
    with pytest.raises(Refused, match="vient d'être"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW)


def test_another_address_cannot_take_the_role_but_another_verified_address_of_the_same_person_can():
    sent, person = send(), factories.user(email="other@test.example")
    with pytest.raises(Refused, match="autre adresse"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW)
    address = EmailAddress.objects.create(user=person, email="invitee@test.example", verified=False)
    with pytest.raises(Refused, match="autre adresse"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW)
    address.verified = True
    address.save()
    assert invitations.accept_invitation(token=sent.link, by=person, now=NOW).role == "adviser"


def test_an_invitation_dies_with_the_right_of_its_sender():
    officer = factories.person(Role.OFFICER)
    sent, person = send(officer), factories.user(email="invitee@test.example")
    mandates.revoke_mandate(mandate=officer.mandates.get(), by=factories.person(Role.ADMIN), now=NOW)
    with pytest.raises(Refused, match="n'a plus ce droit"):
        invitations.accept_invitation(token=sent.link, by=person, now=NOW)


def test_a_new_invitation_replaces_the_open_one():
    admin = factories.person(Role.ADMIN)
    first, second = send(admin), send(admin)
    person = factories.user(email="invitee@test.example")
    with pytest.raises(Refused):
        invitations.accept_invitation(token=first.link, by=person, now=NOW)
    assert invitations.accept_invitation(token=second.link, by=person, now=NOW)


def test_a_cancelled_invitation_is_dead():
    admin = factories.person(Role.ADMIN)
    sent = send(admin)
    invitations.cancel_invitation(invitation=sent.invitation, by=admin, now=NOW)
    with pytest.raises(Refused, match="déjà"):
        invitations.cancel_invitation(invitation=sent.invitation, by=admin, now=NOW)
    with pytest.raises(Refused):
        invitations.accept_invitation(token=sent.link, by=factories.user(email="invitee@test.example"), now=NOW)


@pytest.mark.parametrize("email", ["", "ana", "ana@", "a b@test.example", "ana@test.example\nBcc: all@test.example"])
def test_a_wrong_address_is_refused(email):
    with pytest.raises(BadInput, match="adresse"):
        send(email=email)


def test_nobody_floods_with_invitations(monkeypatch):
    monkeypatch.setattr(invitations, "PER_DAY", 2)
    admin = factories.person(Role.ADMIN)
    send(admin, email="a@test.example")
    send(admin, email="b@test.example")
    with pytest.raises(Refused, match="demain"):
        send(admin, email="c@test.example")
    assert send(admin, email="c@test.example", now=NOW + timedelta(days=2))


def test_a_mail_server_that_is_down_undoes_nothing(monkeypatch, django_capture_on_commit_callbacks, caplog):
    def down(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", down)
    with django_capture_on_commit_callbacks(execute=True):
        send()
    assert Invitation.objects.count() == 1
    assert "invitee" not in caplog.text
