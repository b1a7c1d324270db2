"""Quality figures: never without coverage and response rate, for those who answer for them."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import NeedEvent
from ensembleur.journeys.queries.quality import needs_judged_by, organisations_judged_by, report_for
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.factories.journeys import NOW, TODAY
from tests.journeys.test_permissions import PEOPLE, person

pytestmark = pytest.mark.django_db

SINCE = TODAY - timedelta(days=365)


def report(user, **fields):
    return report_for(user, **{"kind": "satisfaction", "since": SINCE, "until": TODAY, "as_of": NOW, **fields})


@pytest.fixture
def chamber():
    return accounts.organisation(name="Chambre fictive")


@pytest.fixture
def played(chamber):
    """Five needs closed by one adviser: four asked, three companies answered, two advisers; one closed without news."""
    adviser = accounts.person(Role.ADVISER, "95")
    adviser.mandates.update(organisation=chamber)
    needs = [held.closed_need(adviser, days=20 + n, organisation=chamber) for n in range(4)]
    held.closed_need(adviser, days=30, outcome="no_news", organisation=chamber)
    held.closed_need(adviser, days=3, organisation=chamber)  # its tenth day has not come
    says = [(True, True, "solved"), (True, False, "nothing"), (False, None, ""), None]
    for need, said in zip(needs, says, strict=True):
        more = {} if said is None else {"contacted": said[0], "useful": said[1], "result": said[2]}
        held.survey(need, need.created_by, **more)
    for need, said in zip(needs, [(True, True, "solved"), (True, True, "chosen"), None, None], strict=True):
        more = {} if said is None else {"contacted": said[0], "useful": said[1], "result": said[2]}
        held.survey(need, adviser, "adviser", **more)
    return adviser, needs


def test_each_figure_comes_with_its_response_and_its_coverage(played):
    found = report(accounts.person(Role.OFFICER))
    company, adviser = (group.quality for group in found.whole)
    assert (company.contacted.value, company.contacted.answered, company.contacted.asked, company.contacted.eligible) == (
        2 / 3,
        3,
        4,
        5,
    )
    assert (company.contacted.response_share, company.contacted.coverage_share) == (0.75, 0.8)
    assert (company.useful.value, company.useful.is_hidden, company.useful.answered) == (None, True, 2)
    assert (adviser.contacted.value, adviser.contacted.answered, adviser.contacted.eligible) == (None, 2, 5)
    assert found.results == {"company": (2, {"solved": None, "nothing": None}), "adviser": (2, {"solved": None, "chosen": None})}
    assert (found.agreement.both, found.agreement.contacted) == (2, None)


def test_breakdowns_add_up_to_the_whole(played, chamber):
    other = accounts.organisation(name="Autre organisme")
    for days in (40, 130, 200):
        need = held.closed_need(accounts.user(), days=days, subject="energie", organisation=other)
        held.survey(need, need.created_by, contacted=True)
    found = report(accounts.person(Role.OFFICER))
    for lines in found.breakdowns.values():
        for side, whole in zip(("company", "adviser"), found.whole, strict=True):
            parts = [group.quality.contacted for group in lines if group.side == side]
            for count in ("answered", "asked", "eligible"):
                assert sum(getattr(part, count) for part in parts) == getattr(whole.quality.contacted, count)
    assert {group.name for group in found.breakdowns["organisation"]} == {"Autre organisme", "Chambre fictive"}
    assert {group.name for group in found.breakdowns["period"]} == {"2026 T2", "2026 T3", "2026 T4"}
    narrowed = report(accounts.person(Role.OFFICER), subject="energie", organisation=other.pk)
    assert narrowed.whole[0].quality.contacted.eligible == 3
    assert organisations_judged_by(accounts.person(Role.OFFICER)) == [
        (other.pk, "Autre organisme"),
        (chamber.pk, "Chambre fictive"),
    ]


def test_an_adviser_reads_only_their_own_organisation(played, chamber):
    adviser, _needs = played
    elsewhere = accounts.organisation()
    held.closed_need(accounts.user(), days=20, organisation=elsewhere)
    held.closed_need(accounts.user(), days=20)
    assert report(adviser).whole[0].quality.contacted.eligible == 5
    assert report(accounts.person(Role.ADVISER, "95")).whole[0].quality.contacted.eligible == 0
    assert report(accounts.person(Role.OFFICER)).whole[0].quality.contacted.eligible == 7
    assert needs_judged_by(accounts.person(Role.OFFICER, "77")).count() == 0


def test_where_the_sides_disagree_is_counted_from_three(played):
    _adviser, needs = played
    survey = needs[2].surveys.get(side="adviser")
    survey.answered_at, survey.contacted, survey.useful = NOW, True, True
    survey.save()
    found = report(accounts.person(Role.OFFICER)).agreement
    assert (found.both, found.contacted, found.useful) == (3, 1, 1)


def test_misrouting_is_a_share_of_the_needs_asked(played):
    _adviser, needs = played
    NeedEvent.objects.create(need=needs[0], at=NOW, kind="misrouted")
    NeedEvent.objects.create(need=needs[0], at=NOW, kind="misrouted")
    found = report(accounts.person(Role.OFFICER)).misrouting
    assert (found.reported, found.needs, found.share) == (1, 6, 1 / 6)
    assert report(accounts.person(Role.OFFICER), subject="energie").misrouting.share is None


def test_reviews_due_are_counted_whether_or_not_they_were_held():
    journey, director = make.own_journey()
    held.baseline(journey)
    review = held.review(journey, done_at=NOW, done_by=director)
    held.survey(review, director, contacted=True)
    found = report(accounts.person(Role.OFFICER), kind="review")
    company = found.whole[0].quality.contacted
    assert (company.answered, company.asked, company.eligible, company.is_hidden) == (1, 1, 2, True)
    assert report(accounts.person(Role.ADVISER, "95"), kind="review").rows == ()


@pytest.mark.parametrize("count", [1, 3])
def test_the_figures_cost_the_same_whatever_the_number_of_needs(count, django_assert_num_queries):
    officer = accounts.person(Role.OFFICER)
    for _ in range(count):
        need = held.closed_need(accounts.user(), days=20)
        held.survey(need, need.created_by, contacted=True)
    with django_assert_num_queries(5):
        report(officer)


# -- the page ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", PEOPLE)
def test_officers_and_advisers_open_the_page(client, who):
    by = person(who, make.SIREN)
    if who != "visitor":
        client.force_login(by)
    status = client.get(reverse("journeys:quality")).status_code
    readers = {"officer", "adviser", "officer_elsewhere", "adviser_elsewhere"}
    assert status == (200 if who in readers else 302 if who in ("visitor", "closed_account") else 403)


def test_the_page_and_its_file_say_the_same(client, chamber):
    officer = accounts.person(Role.OFFICER)
    client.force_login(officer)
    adviser = accounts.user()
    for days in (12, 13, 14, 15):
        at = timezone.now() - timedelta(days=days)
        need = held.closed_need(adviser, organisation=chamber)
        need.first_closed_at = need.closed_at = at
        need.save()
        held.survey(need, need.created_by, asked_at=at + timedelta(days=10), **({"contacted": days != 15} if days > 12 else {}))
    page = client.get(reverse("journeys:quality"))
    assert "3 réponses sur 4" in page.text
    assert "4 sur 4" in page.text
    file = client.get(reverse("journeys:quality") + "?format=csv").content.decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(file), delimiter=";") if line[0] == "Ensemble"]
    assert lines[0][2:10] == ["Entreprise", "Un échange a eu lieu", "67\u00a0%", "3", "4", "4", "75\u00a0%", "100\u00a0%"]
    assert lines[3][4:8] == ["aucune réponse", "0", "0", "4"]


@pytest.mark.parametrize(
    "query", ["?depuis=hier", "?question=magie", "?organisme=9999", "?sujet=rien", f"?jusqua={date(2020, 1, 1)}"]
)
def test_a_filter_that_says_nothing_is_said_and_breaks_nothing(client, query):
    client.force_login(accounts.person(Role.OFFICER))
    assert client.get(reverse("journeys:quality") + query).status_code == 200
