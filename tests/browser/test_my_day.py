"""My day on a phone: read with the network down, gone for everybody else, its countdown going on by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.queries.links import token_of
from tests.browser.test_every_page import visit
from tests.meetings.mine.made import Forum


@pytest.fixture
def forum():
    made = Forum()
    start = timezone.now().replace(microsecond=0) + timedelta(minutes=12)
    for slot in made.event.slots.all():
        slot.starts_at = start + slot.number * timedelta(minutes=20)
        slot.ends_at = slot.starts_at + timedelta(minutes=20)
        slot.save()
    today = timezone.localdate(start)
    Event.objects.filter(pk=made.event.pk).update(starts_on=today, ends_on=today)
    made.event.refresh_from_db()
    made.published()
    return made


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def opened(page, person, slug):
    """The private link is opened and the page is kept."""
    page.goto(url("open_link", token_of(person)))
    for path in (url("my_day", slug), url("my_plan", slug)):
        until(page, lambda path=path: page.evaluate("path => caches.match(path, {ignoreVary: true}).then(Boolean)", path))
    return page


def until(page, held):
    """Wait for what the page itself does not show."""
    for _number in range(600):
        if held():
            return
        page.wait_for_timeout(100)
    pytest.fail("trop long")


def kept(page):
    return page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('my-day:')).length)")


def test_my_day_is_read_with_the_network_down(open_page, forum, axe):
    page = open_page(phone=True)
    slug = forum.event.slug
    opened(page, forum.me, slug)
    assert page.locator(".day-countdown").inner_text().startswith("Dans 1")
    assert not page.locator(".offline-note").is_visible()
    troubles = visit(page, url("my_day", slug), axe)
    for name in ("my_plan", "my_calendar"):
        troubles += visit(page, url(name, slug), axe)
    page.goto(url("my_day", slug))
    page.context.set_offline(True)
    page.reload()
    page.get_by_text("hors connexion").wait_for()
    assert page.get_by_text("Usinage fictif 2").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.day-next')).backgroundColor") == "rgb(8, 61, 71)"
    page.get_by_role("link", name="Trouver ma table").click()
    page.get_by_text("hors connexion").wait_for()
    page.context.set_offline(False)
    assert not troubles, "\n".join(["", *troubles])


def test_nothing_is_kept_once_the_page_is_closed_or_the_link_revoked(open_page, forum):
    page = open_page(phone=True)
    slug = forum.event.slug
    opened(page, forum.me, slug)
    page.get_by_role("button", name="Fermer ma page").click()
    page.get_by_text("C'est fermé sur cet appareil").wait_for()
    until(page, lambda: kept(page) == 0)
    opened(page, forum.me, slug)
    Attendee.objects.filter(pk=forum.me.pk).update(link_number=2)
    assert page.request.get(url("my_day", slug)).status == 404
    page.evaluate("fetch(location.href).catch(() => null)")
    until(page, lambda: kept(page) == 0)
    other = Attendee.objects.filter(registration=forum.one).get()
    opened(page, other, slug)
    page.context.set_offline(True)
    page.goto(url("my_day", slug))
    assert other.name in page.locator(".day-who").inner_text()
    page.context.set_offline(False)
