"""E-mails leave once, when they should, as each person wishes; what the mail server answers is written down."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Mailing, Notification
from ensembleur.accounts.services import delivering, notices
from ensembleur.accounts.services.delivering import deliver_due, deliver_one
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import notify
from ensembleur.periods import PARIS
from tests.factories import accounts as factories
from tests.factories.notices import MONDAY, mailing, notice, preference

pytestmark = pytest.mark.django_db
HERE = "tests.accounts.test_delivering."
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(notices, "_notices", {})
    register_notice("test_act", "Réponse d'un conseiller")
    register_notice("test_daily", "Relance", is_reminder=True, default_rhythm="daily")


class Broken(EmailBackend):
    """A mail server that answers what the test asks, or raises at the instant it asks."""

    error: BaseException | None = None
    at = "before"
    down = False
    handed: list = []

    def open(self):
        if Broken.down:
            raise ConnectionRefusedError("no mail server here")

    def send_messages(self, messages):
        if Broken.at == "before" and Broken.error is not None:
            raise Broken.error
        Broken.handed += [message.to[0] for message in messages]
        super().send_messages(messages)
        if Broken.error is not None:
            raise Broken.error
        return len(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = HERE + "Broken"
    Broken.error, Broken.at, Broken.down, Broken.handed = None, "before", False, []
    return Broken


# -- what leaves -------------------------------------------------------------------------------------------------------
def test_a_notice_leaves_once_with_what_mail_programs_expect(settings):
    settings.SITE_URL = "https://ensembleur.example"
    told = notice(factories.user(email="ana@test.example"), title="Votre besoin est pris en charge")
    assert deliver_due(now=MONDAY).sent == 1
    assert deliver_due(now=MONDAY + timedelta(hours=1)).handed == 0
    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["ana@test.example"], "Ensembleur : Votre besoin est pris en charge")
    assert f"https://ensembleur.example/compte/avis/{told.pk}/" in sent.body
    assert "&" not in sent.body
    assert [kind for _content, kind in sent.alternatives] == ["text/html"]
    headers = sent.message()
    assert headers["List-Unsubscribe"].startswith("<https://ensembleur.example/compte/avis/desabonner/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    line = Mailing.objects.get()
    assert headers["Message-ID"] == f"<mailing-{line.pk}-1@ensembleur.example>"
    assert (line.sent_at, line.kind, line.on_day.isoformat(), line.attempts) == (MONDAY, "single", "2026-11-23", 1)


def test_each_reader_is_written_to_in_their_language():
    notice(factories.user(language="en"))
    deliver_due(now=MONDAY)
    assert "Stop receiving them" in mail.outbox[0].body
    assert 'lang="en"' in mail.outbox[0].alternatives[0][0]


def test_what_people_wrote_is_text_and_never_markup():
    notice(title="Jean <b>& fils</b>", body="<script>alert(1)</script>")
    deliver_due(now=MONDAY)
    assert "<script>alert(1)</script>" in mail.outbox[0].body
    assert "<script>alert" not in mail.outbox[0].alternatives[0][0]


@pytest.mark.parametrize(
    "instant",
    [
        SUNDAY,
        datetime(2026, 11, 21, 23, 0, tzinfo=UTC),
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
    ],
)
def test_nothing_leaves_on_a_sunday_and_everything_waits(instant):
    told = notice(created_at=instant - timedelta(hours=30))
    assert deliver_due(now=instant).is_sunday
    assert deliver_one(notification=told.pk, now=instant).handed == 0
    assert not mail.outbox
    assert deliver_due(now=instant + timedelta(days=1, hours=2)).sent == 1


def test_a_digest_carries_what_was_unread_at_eight_in_the_morning():
    person = factories.user()
    preference(person, "daily")
    eight = datetime(2026, 11, 23, 8, tzinfo=PARIS)
    early = [notice(person, created_at=eight - timedelta(minutes=minutes)) for minutes in (90, 60, 1)]
    notice(person, created_at=eight - timedelta(minutes=30), read_at=eight - timedelta(minutes=10))
    late = notice(person, created_at=eight)
    assert deliver_due(now=eight - timedelta(seconds=1)).handed == 0
    done = deliver_due(now=eight + timedelta(hours=2))
    assert (done.sent, done.notices) == (1, 3)
    assert "3 avis à lire" in mail.outbox[0].subject
    assert all(f"* {told.title}" in mail.outbox[0].body for told in early)
    assert mail.outbox[0].body.index(early[0].title) < mail.outbox[0].body.index(early[2].title)
    assert deliver_due(now=eight + timedelta(hours=3)).handed == 0
    assert deliver_due(now=eight + timedelta(days=1)).sent == 1
    assert late.title in mail.outbox[1].body


def test_a_weekly_digest_leaves_on_monday_only():
    person = factories.user()
    preference(person, "weekly")
    notice(person, created_at=datetime(2026, 11, 18, 9, tzinfo=UTC))
    for day in (18, 19, 20, 21):
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        assert deliver_due(now=at).handed == 0, at
    assert deliver_due(now=MONDAY).sent == 1
    assert Mailing.objects.get().key == f"digest:{person.pk}:2026-11-23"


def test_a_kind_keeps_its_own_rhythm_until_the_person_chooses():
    told = notice(kind="test_daily", created_at=MONDAY - timedelta(minutes=5))
    assert deliver_due(now=MONDAY).handed == 0
    preference(told.user, "at_once")
    assert deliver_due(now=MONDAY).sent == 1


def test_a_kind_that_no_domain_registers_any_more_still_leaves():
    notice(kind="gone")
    assert deliver_due(now=MONDAY).sent == 1


def test_what_is_not_wanted_by_email_is_left_on_the_platform():
    never, some, gone, fictional, read = (factories.user() for _ in range(5))
    preference(never, "never")
    preference(some, "at_once", "test_act")
    gone.is_active = False
    gone.save()
    fictional.is_fictional = True
    fictional.save()
    told = [notice(person) for person in (never, some, gone, fictional)] + [notice(read, read_at=MONDAY)]
    assert deliver_due(now=MONDAY, dry_run=True).left == 5
    assert Notification.objects.waiting_for_the_post().count() == 5
    done = deliver_due(now=MONDAY)
    assert (done.left, done.handed, len(mail.outbox)) == (5, 0, 0)
    assert Notification.objects.filter(pk__in=[t.pk for t in told], awaits_post=False, mailing=None).count() == 5


def test_a_long_digest_says_how_many_more_wait():
    person = factories.user()
    preference(person, "daily")
    for _ in range(52):
        notice(person, created_at=MONDAY - timedelta(days=1))
    deliver_due(now=MONDAY)
    assert "Et 2 autres avis" in mail.outbox[0].body
    assert Notification.objects.filter(mailing=None).count() == 0


def test_a_dry_run_counts_and_a_limit_stops():
    person = factories.user()
    for _ in range(3):
        notice(person)
    assert (deliver_due(now=MONDAY, dry_run=True).sent, Mailing.objects.count()) == (3, 0)
    assert deliver_due(now=MONDAY, limit=2).sent == 2
    assert deliver_due(now=MONDAY).sent == 1


def test_the_job_of_a_notice_sends_it_soon_after_the_act(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(delivering, "is_open", lambda now: True)  # the queue's own clock may say Sunday
    with django_capture_on_commit_callbacks(execute=True):
        notify(to=factories.user(), kind="test_act", key="a", title="Une réponse", body="", url="/", now=MONDAY)
        notify(to=factories.user(), kind="test_daily", key="b", title="Une relance", body="", url="/", now=MONDAY)
    assert [sent.subject for sent in mail.outbox] == ["Ensembleur : Une réponse"]


def test_the_job_of_a_notice_already_sent_sends_nothing():
    told = notice()
    assert deliver_one(notification=told.pk, now=MONDAY).sent == 1
    assert deliver_one(notification=told.pk, now=MONDAY).handed == 0


# -- what the mail server answers --------------------------------------------------------------------------------------
@pytest.mark.parametrize("at", ["before", "after"])
@pytest.mark.parametrize(
    "error",
    [
        SystemExit(1),
        KeyboardInterrupt(),
        MemoryError(),
        RuntimeError("?"),
        OSError("line broken"),
        SMTPServerDisconnected("gone"),
    ],
)
def test_killed_anywhere_while_sending_nothing_is_ever_sent_twice(server, error, at):
    for _ in range(3):
        notice()
    server.error, server.at = error, at
    try:
        deliver_due(now=MONDAY)
    except (SystemExit, KeyboardInterrupt):
        assert Mailing.objects.unsettled().count() == 1  # only the one that was leaving
        assert not Mailing.objects.interrupted_at(MONDAY).exists()
        assert Mailing.objects.interrupted_at(MONDAY + timedelta(minutes=16)).count() == 1
    server.error = None
    for hours in (1, 2, 30):
        deliver_due(now=MONDAY + timedelta(hours=hours))
    assert len(server.handed) == len(set(server.handed))


def test_a_server_out_of_reach_costs_nothing(server):
    notice()
    server.down = True
    done = deliver_due(now=MONDAY)
    assert (done.unreachable, done.handed, Mailing.objects.count()) == ("no mail server here", 0, 0)
    server.down = False
    assert deliver_due(now=MONDAY).sent == 1


NOT_NOW = [SMTPDataError(451, b"later"), SMTPRecipientsRefused({"ana@test.example": (450, b"greylisted ana@test.example")})]


@pytest.mark.parametrize("error", NOT_NOW)
def test_not_now_is_tried_again_later_and_only_then(server, error):
    notice()
    server.error = error
    assert deliver_due(now=MONDAY).later == 1
    line = Mailing.objects.get()
    assert "test.example" not in line.failure
    server.error = None
    assert deliver_due(now=MONDAY + timedelta(minutes=14)).handed == 0
    assert deliver_due(now=MONDAY + timedelta(minutes=15)).sent == 1
    line.refresh_from_db()
    assert (line.attempts, line.failed_at, line.failure, line.retry_at) == (2, None, "", None)
    assert deliver_due(now=MONDAY + timedelta(days=1)).handed == 0


def test_after_six_attempts_it_is_given_up(server):
    notice()
    server.error = NOT_NOW[0]
    at, counts = MONDAY, []
    for _ in range(8):
        done = deliver_due(now=at)
        counts.append((done.later, done.failed))
        at += timedelta(hours=25)
        at += timedelta(days=at.astimezone(PARIS).weekday() == 6)
    assert counts == [(1, 0)] * 5 + [(0, 1)] + [(0, 0)] * 2
    assert Mailing.objects.get().attempts == 6


@pytest.mark.parametrize(
    "error", [SMTPDataError(550, b"no"), SMTPRecipientsRefused({"a@test.example": (550, b"no")}), SMTPRecipientsRefused({})]
)
def test_no_is_written_down_and_never_tried_again(server, error):
    notice()
    server.error = error
    assert deliver_due(now=MONDAY).failed == 1
    server.error = None
    assert deliver_due(now=MONDAY + timedelta(days=2)).handed == 0
    assert Mailing.objects.get().failed_at == MONDAY


def test_what_was_read_or_unsubscribed_meanwhile_is_not_tried_again(server):
    told = notice()
    server.error = NOT_NOW[0]
    deliver_due(now=MONDAY)
    server.error = None
    Notification.objects.filter(pk=told.pk).update(read_at=MONDAY)
    assert deliver_due(now=MONDAY + timedelta(hours=1), dry_run=True).handed == 0
    assert deliver_due(now=MONDAY + timedelta(hours=1)).handed == 0
    assert Mailing.objects.get().retry_at is None


def test_an_interrupted_second_attempt_is_never_a_third(server):
    notice()
    server.error = NOT_NOW[0]
    deliver_due(now=MONDAY)
    server.error = SystemExit(1)
    with pytest.raises(SystemExit):
        deliver_due(now=MONDAY + timedelta(hours=1))
    server.error = None
    assert deliver_due(now=MONDAY + timedelta(days=2)).handed == 0
    assert Mailing.objects.unsettled().count() == 1


def test_a_retry_stops_at_the_limit_and_at_a_dry_run(server):
    for _ in range(2):
        notice()
    server.error = NOT_NOW[0]
    deliver_due(now=MONDAY)
    server.error = None
    later = MONDAY + timedelta(hours=1)
    assert deliver_due(now=later, dry_run=True).sent == 2
    assert deliver_due(now=later, limit=1).sent == 1
    assert deliver_due(now=later).sent == 1


def test_another_process_may_have_taken_it_meanwhile(monkeypatch):
    """Between our look and our log: the key is logged, the notice is taken or read, the address has changed."""
    logged, taken, read, moved = (notice() for _ in range(4))
    mine = notice()

    def meanwhile(now):
        mailing(logged.user, key=f"single:{logged.pk}")
        Notification.objects.filter(pk=taken.pk).update(awaits_post=False)
        Notification.objects.filter(pk=read.pk).update(read_at=now)
        type(moved.user).objects.filter(pk=moved.user.pk).update(email="ailleurs@test.example")

    real = delivering.sort
    monkeypatch.setattr(delivering, "sort", lambda waiting, now: (real(waiting=waiting, now=now), meanwhile(now))[0])
    done = deliver_due(now=MONDAY)
    assert (done.sent, mail.outbox[0].to) == (1, [mine.user.email])
    assert Mailing.objects.count() == 2


def test_a_digest_carries_what_is_left_to_carry(monkeypatch):
    person = factories.user()
    preference(person, "daily")
    told = [notice(person, created_at=MONDAY - timedelta(days=1)) for _ in range(3)]
    real = delivering.sort

    def sort(waiting, now):
        found = real(waiting=waiting, now=now)
        Notification.objects.filter(pk=told[1].pk).update(read_at=now)
        return found

    monkeypatch.setattr(delivering, "sort", sort)
    assert deliver_due(now=MONDAY).notices == 2
    assert told[1].title not in mail.outbox[0].body


def test_a_server_that_hangs_up_rudely_is_no_trouble(server, monkeypatch):
    notice()
    monkeypatch.setattr(Broken, "close", lambda self: (_ for _ in ()).throw(OSError()), raising=False)
    assert deliver_due(now=MONDAY).sent == 1


# -- what it costs, and who sees it ------------------------------------------------------------------------------------
def reading_queries(count):
    for _ in range(count):
        notice()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        deliver_due(now=MONDAY)
    return [q["sql"] for q in queries if q["sql"].startswith("SELECT")]


def test_looking_for_what_is_due_costs_the_same_whatever_the_number_of_people():
    assert len(reading_queries(1)) == len(reading_queries(3)) == 3  # to try again, people, notices


def test_each_email_costs_a_bounded_number_of_writings(django_assert_max_num_queries):
    for _ in range(3):
        notice()
    with django_assert_max_num_queries(3 + 3 * 5):  # begin, log, take, commit, sent
        deliver_due(now=MONDAY)


def test_more_people_than_one_page_are_all_written_to(monkeypatch):
    monkeypatch.setattr(delivering, "PEOPLE_AT_ONCE", 2)
    for _ in range(5):
        notice()
    assert deliver_due(now=MONDAY).sent == 5


def test_administrators_see_every_email_and_others_their_own():
    mine = mailing(factories.user())
    other = mailing()
    assert set(Mailing.objects.visible_to(factories.person(Role.ADMIN))) == {mine, other}
    assert list(Mailing.objects.visible_to(mine.user)) == [mine]
    for role in Role:
        if role != Role.ADMIN:
            assert not Mailing.objects.visible_to(factories.person(role)).exists()
    from django.contrib.auth.models import AnonymousUser

    assert not Mailing.objects.visible_to(AnonymousUser()).exists()
    assert str(mine) == mine.key
