"""What the platform tells people is theirs: taken away, erased, and forgotten in time."""

from datetime import timedelta

import pytest
from django.core import mail

from ensembleur.accounts.models import Mailing, NoticePreference, Notification
from ensembleur.accounts.services import notices
from ensembleur.accounts.services.delivering import deliver_due
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import notify
from ensembleur.accounts.services.personal_data import erase_person, export_personal_data
from ensembleur.accounts.services.retention import BY, apply_retention
from tests.factories import accounts as factories
from tests.factories.notices import MONDAY, mailing, notice, preference

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def apply(**options):
    return apply_retention(as_of=MONDAY.date(), by=BY, now=MONDAY, **options)


def test_people_take_their_notices_away_and_have_them_erased():
    person, other = factories.user(), notice()
    notice(person, title="Pour moi")
    preference(person, "daily", "test_act")
    mailing(person)
    data = export_personal_data(person=person, by=person, now=MONDAY)["accounts"]
    assert [told["title"] for told in data["notices"]] == ["Pour moi"]
    assert data["notice_preferences"][0]["rhythm"] == "daily"
    assert len(data["emails_of_notices"]) == 1
    erase_person(person=person, by=person, now=MONDAY)
    assert list(Notification.objects.all()) == [other]
    assert not Mailing.objects.exists()
    assert not NoticePreference.objects.exists()


def test_words_are_forgotten_in_time_and_nothing_is_told_again(monkeypatch):
    monkeypatch.setattr(notices, "_notices", {})
    register_notice("test_act", "Réponse d'un conseiller")
    person = factories.user(last_login=MONDAY)
    old = notice(person, key="told", created_at=MONDAY - 3 * YEAR, read_at=MONDAY - YEAR, awaits_post=False)
    forgotten = notice(person, created_at=MONDAY - 2 * YEAR)
    kept = [
        notice(person, created_at=MONDAY - YEAR),
        notice(person, created_at=MONDAY - 2 * YEAR, read_at=MONDAY - timedelta(days=360)),
    ]
    dry = apply(dry_run=True)
    assert dry["empty_notices"] == 2
    assert apply()["empty_notices"] == 2
    assert apply()["empty_notices"] == 0
    for told in (old, forgotten):
        told.refresh_from_db()
        assert (told.title, told.body, told.url, told.awaits_post, told.emptied_at) == ("–", "", "/", False, MONDAY)
        assert told.read_at
    assert set(Notification.objects.visible_to(person)) == set(kept)
    assert notify(to=person, kind="test_act", key="told", title="Encore", body="", url="/", now=MONDAY) is None


def test_the_log_of_emails_is_forgotten_and_nothing_leaves_again():
    sent = mailing(logged_at=MONDAY - YEAR, sent_at=MONDAY - YEAR)
    notice(sent.user, mailing=sent, awaits_post=False, created_at=MONDAY - YEAR)
    mailing()
    assert apply()["delete_mailings"] == 1
    assert Mailing.objects.count() == 1
    deliver_due(now=MONDAY)
    assert not mail.outbox
