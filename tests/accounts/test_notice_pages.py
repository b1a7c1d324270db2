"""Reading notices, choosing e-mails, ending them in one click, and watching the post."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, NoticePreference, Notification
from ensembleur.accounts.services import notices
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import read_about, read_all, read_notification, set_preferences
from ensembleur.accounts.services.unsubscribing import unsubscribe, unsubscribe_token
from ensembleur.errors import BadInput, NotAllowed
from tests.factories import accounts as factories
from tests.factories.notices import MONDAY, mailing, notice

pytestmark = pytest.mark.django_db
FIELDS = {"rhythm": "daily", "unwanted_kinds": []}


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(notices, "_notices", {})
    register_notice("test_act", "Réponse d'un conseiller")
    register_notice("test_reminder", "Relance", is_reminder=True)


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def entered(client, person):
    client.force_login(person)
    return person


# -- reading -----------------------------------------------------------------------------------------------------------
def test_what_is_unread_comes_first_and_is_counted_in_the_header(client):
    person = entered(client, factories.user())
    notice(person, title="Déjà lue", minutes_before=1, read_at=MONDAY)
    notice(person, title="À lire encore", minutes_before=9)
    notice(title="Pour une autre personne")
    text = client.get(url("notices")).text
    assert text.index("À lire encore") < text.index("Déjà lue")
    assert "Pour une autre personne" not in text
    assert '<span class="badge">1<' in text


def test_the_header_says_99_and_more(client):
    person = entered(client, factories.user())
    for _ in range(101):
        notice(person)
    assert ">99+<" in client.get(url("account")).text


def test_following_the_link_of_a_notice_is_reading_it(client):
    told = notice(entered(client, factories.user()), url="/compte/moi/")
    assert client.head(url("open_notice", told.pk)).status_code == 405
    response = client.get(url("open_notice", told.pk))
    assert response["Location"] == "/compte/moi/"
    told.refresh_from_db()
    first = told.read_at
    client.post(url("read_notice", told.pk))
    told.refresh_from_db()
    assert told.read_at == first


def test_a_notice_of_somebody_else_does_not_exist(client):
    told = notice()
    entered(client, factories.person(Role.ADMIN))
    for name in ("open_notice", "read_notice"):
        assert client.post(url(name, told.pk)).status_code in (404, 405)
    assert client.get(url("open_notice", told.pk)).status_code == 404


def test_everything_is_read_at_once_and_only_mine(client):
    person, other = entered(client, factories.user()), notice()
    for _ in range(3):
        notice(person, minutes_before=60 * 24 * 30)
    assert client.get(url("read_notices")).status_code == 405
    assert client.post(url("read_notices")).status_code == 302
    assert Notification.objects.unread().count() == 1
    assert "Tout marquer comme lu" not in client.get(url("notices")).text
    other.refresh_from_db()
    assert other.read_at is None


def test_opening_the_page_is_reading_what_was_told_about_it_and_nothing_else():
    person = factories.user()
    here, elsewhere, other = notice(person, url="/ici/"), notice(person, url="/ailleurs/"), notice(url="/ici/")
    later = notice(person, url="/ici/", minutes_before=-5)
    assert read_about(path="/ici/", by=person, now=MONDAY) == 1
    assert read_about(path="/ici/", by=person, now=MONDAY) == 0
    for told in (here, elsewhere, other, later):
        told.refresh_from_db()
    assert here.read_at == MONDAY
    assert [told.read_at for told in (elsewhere, other, later)] == [None, None, None]
    with pytest.raises(NotAllowed):
        read_about(path="/ici/", by=AnonymousUser(), now=MONDAY)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(client, count, django_assert_num_queries):
    person = entered(client, factories.user())
    for _ in range(count):
        notice(person)
    with django_assert_num_queries(5):  # session, person, count, rows, unread notices
        client.get(url("notices"))


def test_one_reads_for_oneself_only():
    told = notice()
    for somebody in (factories.user(), factories.person(Role.ADMIN), AnonymousUser()):
        with pytest.raises(NotAllowed):
            read_notification(notification=told, by=somebody, now=MONDAY)
    assert read_notification(notification=told, by=told.user, now=MONDAY - timedelta(days=9)).read_at == told.created_at
    with pytest.raises(NotAllowed):
        read_all(by=AnonymousUser(), now=MONDAY)


# -- choosing ----------------------------------------------------------------------------------------------------------
def test_a_person_chooses_when_and_what(client):
    person = entered(client, factories.user())
    page = client.get(url("notice_settings")).text
    assert page.count("checked") == 3  # at once, and both kinds
    client.post(url("notice_settings"), {"rhythm": "weekly", "wanted_kinds": ["test_act"]})
    kept = NoticePreference.objects.get()
    assert (kept.rhythm, kept.unwanted_kinds, str(kept)) == ("weekly", ["test_reminder"], "Une fois par semaine, le lundi à 8 h")
    assert client.post(url("notice_settings"), {"rhythm": "weekly", "wanted_kinds": ["test_act"]}).status_code == 302
    assert Act.objects.filter(verb="set_notice_preferences", thing=f"accounts.user:{person.pk}").count() == 1
    assert client.get(url("notice_settings")).text.count("checked") == 2
    for wrong in ({"rhythm": "hourly"}, {}, {"rhythm": "daily", "wanted_kinds": ["unknown"]}):
        assert client.post(url("notice_settings"), wrong).status_code == 400


def test_what_cannot_be_chosen_is_refused_by_the_service_too():
    person = factories.user()
    for wrong in ({"rhythm": "hourly"}, {"unwanted_kinds": ["unknown"]}):
        with pytest.raises(BadInput):
            set_preferences(person=person, **{**FIELDS, **wrong}, by=person, now=MONDAY)
    for role in Role:
        with pytest.raises(NotAllowed):
            set_preferences(person=person, **FIELDS, by=factories.person(role), now=MONDAY)


# -- ending ------------------------------------------------------------------------------------------------------------
def test_a_visit_to_the_link_only_asks(client):
    person = factories.user()
    page = client.get(url("unsubscribe", unsubscribe_token(person=person, kind="test_act")))
    assert page.status_code == 200
    assert "Seulement les avis « Réponse d&#x27;un conseiller »" in page.text
    assert person.email not in page.text
    assert not NoticePreference.objects.exists()


def test_a_mail_program_ends_the_emails_in_one_click_without_session_nor_token():
    person = factories.user()
    strict = Client(enforce_csrf_checks=True)
    address = url("unsubscribe", unsubscribe_token(person=person, kind=""))
    answer = strict.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "Location" not in answer
    assert NoticePreference.objects.get(user=person).rhythm == "never"
    strict.post(address)
    assert Act.objects.filter(verb="unsubscribe", who=f"user:{person.pk}").count() == 1


def test_one_may_end_one_kind_only(client):
    person = factories.user()
    token = unsubscribe_token(person=person, kind="test_act")
    assert "« Réponse" in client.post(url("unsubscribe", token), {"scope": "kind"}).text
    kept = NoticePreference.objects.get()
    assert (kept.rhythm, kept.unwanted_kinds) == ("at_once", ["test_act"])
    unsubscribe(token=token, now=MONDAY)
    kept.refresh_from_db()
    assert (kept.rhythm, kept.unwanted_kinds) == ("never", ["test_act"])


def test_a_kind_gone_since_the_email_ends_everything(client):
    token = unsubscribe_token(person=factories.user(), kind="gone")
    assert "Seulement" not in client.get(url("unsubscribe", token)).text
    unsubscribe(token=token, now=MONDAY, only_kind=True)
    assert NoticePreference.objects.get().rhythm == "never"


@pytest.mark.parametrize("token", ["x", "eyJ1IjoxfQ:abc", "é", "a:b:c", "%00"])
def test_a_link_that_was_not_made_here_ends_nothing(client, token):
    for answer in (client.get(f"/compte/avis/desabonner/{token}/"), client.post(f"/compte/avis/desabonner/{token}/")):
        assert answer.status_code == 404
        assert "Ce lien ne fonctionne pas" in answer.text
    assert not NoticePreference.objects.exists()


def test_the_link_of_an_erased_account_says_so(client):
    person = factories.user()
    token = unsubscribe_token(person=person, kind="")
    type(person).objects.filter(pk=person.pk).update(erased_at=MONDAY, is_active=False, full_name="")
    assert client.get(url("unsubscribe", token)).status_code == 404


def test_another_signature_of_the_house_opens_nothing():
    from django.core.signing import Signer

    person = factories.user()
    with pytest.raises(BadInput):
        unsubscribe(token=Signer().sign_object({"user": person.pk, "kind": ""}), now=MONDAY)
    with pytest.raises(BadInput):
        unsubscribe(token=Signer(salt="accounts.unsubscribe").sign_object([person.pk]), now=MONDAY)


# -- watching ----------------------------------------------------------------------------------------------------------
def test_administrators_see_what_was_sent_refused_and_interrupted(client):
    now = timezone.now()
    mailing(sent_at=now, logged_at=now)
    mailing(logged_at=now - timedelta(hours=1))
    mailing(logged_at=now)
    mailing(logged_at=now, failed_at=now, failure="SMTPDataError 550")
    mailing(logged_at=now, failed_at=now, failure="SMTPDataError 451", retry_at=now)
    notice()
    entered(client, factories.person(Role.ADMIN))
    page = client.get(url("mailings"))
    assert [count for _state, _label, count in page.context["state"].lines] == [1, 1, 1, 1]
    assert "1 courriel a été interrompu" in page.text
    assert "1 avis attend son courriel" in page.text
    for words in ("Remis", "Envoi interrompu", "En cours", "Refusé", "Sera réessayé"):
        assert words in page.text
    for state in ("sent", "later", "failed", "interrupted"):
        assert client.get(url("mailings"), {"state": state}).context["listed"].paginator.count == 1
    assert client.get(url("mailings"), {"state": "??"}).context["listed"].paginator.count == 5


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_whatever_its_length(client, count, django_assert_num_queries):
    for _ in range(count):
        mailing()
    entered(client, factories.person(Role.ADMIN))
    with django_assert_num_queries(8):  # session, person, roles, counts, waiting, count, rows, unread notices
        client.get(url("mailings"))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_watches_the_post(client, role):
    entered(client, factories.person(role))
    assert client.get(url("mailings")).status_code == 403
    assert "Suivre les courriels" not in client.get(url("account")).text
