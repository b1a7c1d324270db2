"""The command that sends what is due."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from ensembleur.accounts.management.commands import send_notices
from ensembleur.accounts.models import Mailing
from ensembleur.errors import BadInput
from tests.factories.notices import mailing, notice

pytestmark = pytest.mark.django_db
MONDAY = "2025-11-24T11:00+01:00"


def run(*options):
    out = StringIO()
    call_command("send_notices", *options, stdout=out)
    return out.getvalue()


def old_notice(**fields):
    return notice(minutes_before=60 * 24 * 370, **fields)


def test_it_says_what_left_and_twice_changes_nothing():
    old_notice()
    mailing(logged_at=timezone.now() - timedelta(days=900))
    assert "1 courriels remis (1 avis)" in run("--as-of", MONDAY, "--dry-run")
    assert not mail.outbox
    first, second = run("--as-of", MONDAY), run("--as-of", "2025-11-24 11:00")
    assert "1 courriels remis (1 avis)" in first
    assert "0 courriels remis" in second
    assert "1 envois interrompus" in second
    assert len(mail.outbox) == 1


def test_a_long_run_looks_at_the_clock_between_slices(monkeypatch):
    monkeypatch.setattr(send_notices, "SLICE", 2)
    for _ in range(5):
        old_notice()
    assert "5 courriels remis" in run("--as-of", MONDAY)


def test_on_a_sunday_it_says_so():
    old_notice()
    assert "dimanche" in run("--as-of", "2025-11-23T11:00")


@pytest.mark.parametrize("wrong", ["hier", "2025-13-01T10:00", "12 h"])
def test_an_instant_that_cannot_be_read_is_said(wrong):
    with pytest.raises(BadInput, match="n'est pas un instant"):
        run("--as-of", wrong)


def test_nothing_leaves_ahead_of_time():
    ahead = (timezone.now() + timedelta(days=8)).isoformat()
    with pytest.raises(BadInput, match="à venir"):
        run("--as-of", ahead)
    assert "Rien n'a été changé" in run("--as-of", ahead, "--dry-run")


def test_a_server_out_of_reach_is_a_failure_of_the_work(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens to this port
    old_notice()
    with pytest.raises(CommandError, match="ne répond pas") as caught:
        run("--as-of", MONDAY)
    assert caught.value.returncode == 1
    assert not Mailing.objects.exists()
