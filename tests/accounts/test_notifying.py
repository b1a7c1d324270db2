"""People are told things once, in the caller's transaction."""

import pytest
from django.db import IntegrityError, transaction

from ensembleur.accounts.models import Notification
from ensembleur.accounts.services import notices, notifying
from ensembleur.accounts.services.notices import notice_of, register_notice
from ensembleur.accounts.services.notifying import notify
from tests.factories import accounts as factories
from tests.factories.accounts import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(notices, "_notices", {})
    register_notice("need_taken", "Besoin pris en charge")
    register_notice("need_waits", "Besoin en attente", is_reminder=True, default_rhythm="daily")


def tell(person, **fields):
    fields = {"kind": "need_taken", "key": "need_taken:1", "title": "Pris en charge", "body": "", "url": "/", **fields}
    return notify(to=person, now=fields.pop("now", NOW), **fields)


def test_a_thing_is_told_once_whatever_the_number_of_calls():
    person = factories.user()
    told = tell(person, title="  Un  conseiller\n vous répond ", body=" Bonjour. ", kind="need_waits")
    assert (told.title, told.body, told.is_reminder, told.created_at) == ("Un conseiller vous répond", "Bonjour.", True, NOW)
    assert tell(person, title="Autre chose") is None
    assert Notification.objects.get().title == "Un conseiller vous répond"


def test_of_two_writers_the_second_gives_way_and_its_transaction_goes_on(monkeypatch):
    person = factories.user()
    tell(person)
    real = Notification.objects.filter
    seen = []
    # The other writer commits between our look and our writing: the look finds nothing.
    monkeypatch.setattr(
        notifying.Notification.objects, "filter", lambda **q: real(pk=0) if not seen and not seen.append(1) else real(**q)
    )
    with transaction.atomic():
        assert tell(person) is None
        factories.user(email="apres@test.example")
    assert Notification.objects.count() == 1


def test_another_broken_constraint_is_not_taken_for_a_repetition(monkeypatch):
    monkeypatch.setattr(notifying, "Truncator", lambda text: type("Nothing", (), {"chars": lambda self, n: ""})())
    with pytest.raises(IntegrityError):
        tell(factories.user())


def test_a_closed_account_is_told_nothing():
    assert tell(factories.user(is_active=False)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "unknown"},
        {"url": "https://ailleurs.example/"},
        {"url": "//ailleurs.example/"},
        {"title": " "},
        {"now": NOW.replace(tzinfo=None)},
    ],
)
def test_what_a_caller_gets_wrong_is_a_bug(wrong):
    with pytest.raises(ValueError, match="notice"):
        tell(factories.user(), **wrong)


def test_a_long_title_is_cut_and_says_so():
    told = tell(factories.user(), title="x" * 300, body="y" * 9000)
    assert (len(told.title), told.title[-1], len(told.body)) == (200, "…", 4000)


def test_a_notice_undone_with_its_act_was_never_told():
    person = factories.user()
    with transaction.atomic():
        tell(person)
        transaction.set_rollback(True)
    assert tell(person) is not None


def test_a_kind_is_registered_once_and_the_same_way():
    register_notice("need_taken", "Besoin pris en charge")
    with pytest.raises(ValueError, match="already registered"):
        register_notice("need_taken", "Autre", is_reminder=True)
    assert list(notices.notices()) == ["need_waits", "need_taken"]
    assert notice_of("need_waits").default_rhythm == "daily"


def test_only_the_person_told_sees_it():
    person = factories.user()
    told = tell(person)
    assert list(Notification.objects.visible_to(person)) == [told]
    assert not Notification.objects.visible_to(factories.person("admin")).exists()
    from django.contrib.auth.models import AnonymousUser

    assert not Notification.objects.visible_to(AnonymousUser()).exists()
