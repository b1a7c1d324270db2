"""A person takes their data away or has it erased; what has outlived its purpose goes by itself."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, CompanyClaim, Invitation, Mandate, User
from ensembleur.accounts.services import personal_data, retention
from ensembleur.accounts.services.invitations import accept_invitation, invite
from ensembleur.accounts.services.journal_check import verify_journal
from ensembleur.accounts.services.personal_data import erase_account, erase_person, export_personal_data, register_personal_data
from ensembleur.accounts.services.profiles import update_profile
from ensembleur.errors import BadInput, Refused
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _own_shares(monkeypatch):
    monkeypatch.setattr(personal_data, "_shares", {})


def somebody():
    """A person about whom everything is known."""
    person = factories.person(Role.DIRECTOR, email="ana@test.example", full_name="Ana Réelle")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "sealed"})
    SocialAccount.objects.create(user=person, provider="proconnect", uid="42", extra_data={"siret": "00000001800010"})
    factories.claim(person, "000000026", statement="Ana dirige")
    sent = invite(
        email=person.email, role="adviser", perimeter_kind="departement", perimeter_code="95", by=factories.person(Role.ADMIN),
        now=NOW, link_to=str,
    )  # fmt: skip
    accept_invitation(token=sent.link, by=person, now=NOW)
    return person


def test_the_export_holds_everything_and_no_secret():
    person = somebody()
    register_personal_data(name="journeys", export=lambda user: {"answers": [user.pk]}, erase=lambda person, now: 0)
    data = export_personal_data(person=person, by=person, now=NOW)
    text = json.dumps(data, default=str, ensure_ascii=False)
    assert data["accounts"]["person"]["email"] == "ana@test.example"
    assert data["journeys"] == {"answers": [person.pk]}
    assert [role["role"] for role in data["accounts"]["roles"]] == ["director", "adviser"]
    assert data["accounts"]["acts"][0]["verb"] == "accept_invitation"
    assert all(word in text for word in ("Ana Réelle", "Ana dirige", "totp", "00000001800010"))
    assert "sealed" not in text
    assert person.password not in text
    assert Act.objects.last().verb == "export_personal_data"


def test_erasure_leaves_no_trace_of_the_person_and_the_journal_still_holds():
    person = somebody()
    register_personal_data(name="journeys", export=lambda user: {}, erase=lambda person, now: 7)
    counts = erase_person(person=person, by=person, now=NOW)
    assert counts["journeys"] == 7
    erased = User.objects.get(pk=person.pk)
    assert (erased.is_active, erased.full_name, erased.erased_at) == (False, "", NOW)
    assert not erased.mandates.live().exists()
    rows = [
        row
        for model in (User, EmailAddress, SocialAccount, Authenticator, CompanyClaim, Invitation, Mandate, Act)
        for row in model.objects.values()
    ]
    text = json.dumps(rows, default=str, ensure_ascii=False).lower()
    assert [word for word in ("ana@", "réelle", "ana dirige", "00000001800010", "sealed") if word in text] == []
    assert verify_journal().fault is None
    with pytest.raises(Refused, match="déjà été effacé"):
        erase_account(person=erased, by="command:test", now=NOW)


def test_an_open_invitation_to_an_erased_person_is_cancelled():
    person = factories.user(email="ana@test.example")
    sent = invite(
        email=person.email, role="adviser", perimeter_kind="departement", perimeter_code="95", by=factories.person(Role.ADMIN),
        now=NOW, link_to=str,
    )  # fmt: skip
    erase_person(person=person, by=person, now=NOW)
    sent.invitation.refresh_from_db()
    assert sent.invitation.cancelled_at == NOW
    assert "ana" not in sent.invitation.email


def test_erasure_ends_every_session(client, django_user_model):
    person = factories.user()
    other = type(client)()
    client.force_login(person)
    other.force_login(person)
    response = client.post(reverse("accounts:erase_data"), {"email": person.email.upper(), "understood": "on"})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session
    assert other.get(reverse("accounts:account")).status_code == 302


@pytest.mark.parametrize("given", [{}, {"email": "wrong@test.example", "understood": "on"}, {"email": "SAME"}])
def test_erasure_is_confirmed_twice(client, given):
    person = factories.user()
    client.force_login(person)
    given = {key: person.email if value == "SAME" else value for key, value in given.items()}
    response = client.post(reverse("accounts:erase_data"), given)
    assert response.status_code == 400
    assert b"form-summary" in response.content
    assert User.objects.get(pk=person.pk).is_active


def test_the_last_administrator_and_the_demonstration_are_not_erased(client):
    admin = factories.person(Role.ADMIN)
    client.force_login(admin)
    response = client.post(reverse("accounts:erase_data"), {"email": admin.email, "understood": "on"})
    assert response.status_code == 400
    assert "dernier administrateur" in response.content.decode()
    fictional = factories.user(is_fictional=True)
    with pytest.raises(Refused, match="démonstration"):
        erase_person(person=fictional, by=fictional, now=NOW)


def test_the_export_is_downloaded_by_a_post_as_a_file(client):
    person = factories.user()
    client.force_login(person)
    assert client.get(reverse("accounts:export_data")).status_code == 405
    response = client.post(reverse("accounts:export_data"))
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["accounts"]["person"]["email"] == person.email


@pytest.mark.parametrize(("name", "language", "word"), [("x" * 201, "fr", "200"), ("Ana", "de", "anglais")])
def test_a_profile_that_makes_no_sense_is_refused(name, language, word):
    person = factories.user()
    with pytest.raises(BadInput, match=word):
        update_profile(person=person, full_name=name, language=language, by=person, now=NOW)


# -- retention ---------------------------------------------------------------------------------------------------------
def apply(day=TODAY, *, dry_run=False):
    return retention.apply_retention(as_of=day, by=retention.BY, now=NOW, dry_run=dry_run)


def unused(months, **fields):
    person = factories.user(created_at=NOW - timedelta(days=2000), last_login=NOW - timedelta(days=months * 31), **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    return person


def test_an_unused_account_is_warned_then_erased(django_capture_on_commit_callbacks):
    person = unused(36)
    with django_capture_on_commit_callbacks(execute=True):
        assert (apply()["warn_unused"], apply()["warn_unused"]) == (1, 0)
    assert len(mail.outbox) == 1
    assert apply(TODAY + timedelta(days=29))["erase_unused"] == 0
    assert apply(TODAY + timedelta(days=32))["erase_unused"] == 1
    assert User.objects.get(pk=person.pk).erased_at == NOW


def test_signing_in_after_the_warning_keeps_the_account():
    person = unused(36)
    apply()
    User.objects.filter(pk=person.pk).update(last_login=NOW + timedelta(days=1))
    assert apply(TODAY + timedelta(days=40))["erase_unused"] == 0


def test_a_used_a_fictional_and_a_closed_account_are_left_alone():
    unused(10)
    unused(40, is_fictional=True)
    unused(40, is_active=False)
    assert set(apply().values()) == {0}


def test_the_last_administrator_stays_even_unused():
    admin = unused(40)
    factories.mandate(admin, Role.ADMIN)
    apply()
    assert apply(TODAY + timedelta(days=40))["erase_unused"] == 0
    assert User.objects.get(pk=admin.pk).is_active


def test_an_account_never_confirmed_is_erased_after_a_month():
    factories.user(created_at=NOW - timedelta(days=31))
    factories.user(created_at=NOW - timedelta(days=29))
    factories.mandate(factories.user(created_at=NOW - timedelta(days=31)), Role.OFFICER)
    unused(2)
    assert apply()["erase_unverified"] == 1


def old_rows():
    person = factories.user(last_login=NOW)
    invite(
        email="x@test.example", role="adviser", perimeter_kind="departement", perimeter_code="95", by=factories.person(Role.ADMIN),
        now=NOW - timedelta(days=105), link_to=str,
    )  # fmt: skip
    factories.claim(person, status="withdrawn", decided_at=NOW - timedelta(days=740))
    factories.mandate(person, Role.OFFICER, started_at=NOW - timedelta(days=2100), ended_at=NOW - timedelta(days=1830))
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(days=2))


def test_old_rows_are_deleted_and_counted():
    old_rows()
    counts = apply()
    assert [counts[f"delete_{name}"] for name in ("invitations", "claims", "mandates", "sessions")] == [1, 1, 1, 1]
    assert (Invitation.objects.count(), CompanyClaim.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert Act.objects.last().after == counts


def test_a_dry_run_counts_the_same_and_changes_nothing(django_capture_on_commit_callbacks):
    old_rows()
    unused(36)
    factories.user(created_at=NOW - timedelta(days=31))
    acts = Act.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        dry = apply(dry_run=True)
    assert (Act.objects.count(), len(mail.outbox), Invitation.objects.count()) == (acts, 0, 1)
    assert apply() == dry


def test_higher_domains_apply_their_own_rules():
    register_personal_data(
        name="journeys", export=lambda user: {}, erase=lambda person, now: 0, retain=lambda as_of, now, dry_run: 3
    )
    register_personal_data(name="schemes", export=lambda user: {}, erase=lambda person, now: 0)
    counts = apply()
    assert counts["journeys"] == 3
    assert "schemes" not in counts


def test_the_command_counts_and_refuses_a_day_to_come():
    out = StringIO()
    call_command("apply_retention", "--as-of", "2020-01-01", "--dry-run", stdout=out)
    assert "erase_unused : 0" in out.getvalue()
    assert "Rien n'a été changé" in out.getvalue()
    call_command("apply_retention", stdout=out)
    for wrong in ("2026-13-01", "hier"):
        with pytest.raises(BadInput, match="n'est pas une date"):
            call_command("apply_retention", "--as-of", wrong)
    future = timezone.localdate() + timedelta(days=5)
    with pytest.raises(BadInput, match="à venir"):
        call_command("apply_retention", "--as-of", future.isoformat())


def test_every_rule_is_documented():
    text = (Path(__file__).parents[2] / "docs" / "personal-data.md").read_text(encoding="utf-8")
    assert [name for name in retention.RULES if f"`{name}`" not in text] == []


def test_an_administrator_is_named_from_the_command_line():
    out = StringIO()
    person = factories.user(email="chef@test.example")
    call_command("appoint_admin", "Chef@test.example", stdout=out)
    assert "Administrateur" in out.getvalue()
    assert person.mandates.get().role == "admin"
    with pytest.raises(BadInput, match="Aucun compte"):
        call_command("appoint_admin", "nobody@test.example")


def test_an_account_erased_by_a_command_gives_its_roles_back():
    person = factories.person(Role.OFFICER)
    erase_account(person=person, by="command:test", now=NOW)
    assert not person.mandates.live().exists()
    assert Act.objects.first().who == "command:test"
