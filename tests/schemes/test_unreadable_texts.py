"""A release that drops a word of the rules: the texts that use it are set aside one by one, and nobody is answered wrong."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.urls import reverse

from ensembleur.logic import conditions
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.screening import screen
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries import published
from ensembleur.schemes.queries.drafts import faults_in, texts_to_mend
from ensembleur.schemes.queries.flips import known_frame, preview
from ensembleur.schemes.queries.published import published_scheme, published_schemes
from ensembleur.schemes.services import drafting, editing
from tests.factories import drafts, schemes
from tests.factories.drafts import NOW

pytestmark = pytest.mark.django_db
DAY, EVE, PAST = NOW.date(), NOW.date() - timedelta(days=1), date(2024, 5, 3)
FACTS = {"commune": Fact("95018"), "headcount": Fact(34), "project_started": Fact(False)}
IN_ZRE = {"id": "zre", "fact": "commune", "op": "in_zone", "value": "zre-idf", "source": "s1"}


@pytest.fixture(autouse=True)
def fresh_catalogue():
    """A release is a new process: nothing assembled under the former words is left."""
    published._assembled.cache_clear()
    yield
    published._assembled.cache_clear()


def release(monkeypatch, *, fact="", zone="", op=""):
    if fact:
        monkeypatch.delitem(VOCABULARY, fact)
    if zone:
        monkeypatch.delitem(ZONES, zone)
    if op:
        monkeypatch.setattr(conditions, "OPS", tuple(one for one in conditions.OPS if one != op))
    published._assembled.cache_clear()


def answer(slug="une", *, on=DAY, known_on=None, lang="fr"):
    return verdict_of(published_scheme(slug), FACTS, as_of=on, known_on=known_on, lang=lang)


def with_line(aid, line):
    by = drafts.officer()
    version = drafts.draft(aid, by=by)
    version = drafting.add_condition(draft=version, edition=version.edition, place="c", line=line, by=by, now=NOW)
    version = drafts.submitted(version, by=by)
    return editing.publish(version=version, seal=preview(version, now=NOW).seal, by=drafts.reader(), now=NOW)


FOUNDED = {"id": "age", "fact": "group_balance_eur", "op": "at_most", "value": 2_000_000, "source": "s1"}
DROPPED = [(FOUNDED, {"fact": "group_balance_eur"}), (IN_ZRE, {"zone": "zre-idf"}), (FOUNDED | {"op": "above"}, {"op": "above"})]


@pytest.mark.parametrize(("line", "dropped"), DROPPED, ids=["fact", "zone", "operation"])
def test_a_text_whose_word_is_dropped_is_to_be_confirmed_and_the_others_answer_as_before(monkeypatch, caplog, line, dropped):
    with_line(schemes.scheme("une"), line)
    schemes.scheme("autre")
    before = answer("autre").as_json(), answer(on=PAST).as_json(), answer(on=DAY, known_on=EVE).as_json()
    with caplog.at_level(logging.ERROR, logger="ensembleur.problems"):
        release(monkeypatch, **dropped)
        after = answer("autre").as_json(), answer(on=PAST).as_json(), answer(on=DAY, known_on=EVE).as_json()
    assert after == before
    [told] = [record.getMessage() for record in caplog.records]
    assert "une-revision-1" in told
    verdict = answer()
    assert (verdict.answer, verdict.missing, verdict.amount) == ("unknown", (), None)
    assert (verdict.state, verdict.state_text) == ("unknown", "À confirmer")
    assert "ne se lit plus" in verdict.sentence
    assert "ne se lit plus" in verdict.reasons[0].says
    assert "can no longer be read" in answer(lang="en").sentence


def test_no_company_is_answered_yes_or_no_by_a_text_set_aside(monkeypatch):
    schemes.showcase()
    with_line(schemes.scheme("une"), FOUNDED)
    release(monkeypatch, fact="group_balance_eur")
    table = screen(published_schemes(), known_frame(as_of=DAY), as_of=DAY)
    assert set(table["answer"]) == {"unknown"}


def test_the_cap_on_small_aids_says_no_more_for_a_text_set_aside(monkeypatch):
    edges = [{"kind": "counts_toward", "scheme": "de-minimis", "source": "s1"}]
    aid = schemes.scheme("une", version={"edges": edges})
    with_line(aid, FOUNDED)
    room = {**FACTS, "de_minimis_room_eur": Fact(0)}
    assert verdict_of(published_scheme("une"), room, as_of=DAY).answer == "no"
    release(monkeypatch, fact="group_balance_eur")
    assert verdict_of(published_scheme("une"), room, as_of=DAY).answer == "unknown"


def test_a_closed_text_stays_closed_and_its_sessions_stand(monkeypatch):
    windows = [{"opens": "2027-03-01", "closes": "2027-04-01", "source": "s1"}]
    schemes.scheme("close", version={"status": "ended", "conditions": {"all": [FOUNDED]}})
    schemes.scheme("session", version={"windows": windows, "conditions": {"all": [FOUNDED]}})
    release(monkeypatch, fact="group_balance_eur")
    assert answer("close").answer == "not_open"
    verdict = answer("session")
    assert (verdict.answer, verdict.opens_on) == ("not_open", date(2027, 3, 1))
    assert answer("session", on=date(2027, 3, 2)).answer == "unknown"


def test_a_bonus_or_the_expense_of_an_amount_that_is_lost_sets_the_text_aside_too(monkeypatch):
    amount = {"nature": "grant", "rule": "rate", "rate": {"value": 0.5}, "source": "s1"}
    bonus = {"id": "zre", "when": IN_ZRE, "ceiling": 7500, "source": "s1"}
    schemes.scheme("majoree", version={"amount": amount | {"ceiling": 5000, "bonuses": [bonus]}})
    schemes.scheme("etude", version={"amount": amount | {"base": "study_cost_eur"}})
    release(monkeypatch, fact="study_cost_eur", zone="zre-idf")
    assert [answer(slug).answer for slug in ("majoree", "etude")] == ["unknown", "unknown"]


def test_a_sheet_that_cannot_be_read_leaves_the_list_and_nothing_else(monkeypatch, client):
    schemes.scheme("une")
    Scheme.objects.filter(pk="une").update(content={**Scheme.objects.get(pk="une").content, "family": "gift"})
    schemes.scheme("autre")
    assert [one.id for one in published_schemes()] == ["autre"]
    [told] = texts_to_mend(on=DAY)
    assert (told.scheme.pk, told.version) == ("une", None)
    client.force_login(drafts.officer())
    assert client.get(reverse("schemes:rules")).status_code == 200
    assert client.get(reverse("schemes:history", args=["une"])).status_code == 200
    assert client.get(reverse("schemes:scheme", args=["une"])).status_code == 404


def test_the_desk_says_which_text_is_lost_and_how_to_mend_it_until_another_is_published(monkeypatch, client):
    aid = schemes.scheme("une")
    lost = with_line(aid, FOUNDED)
    release(monkeypatch, fact="group_balance_eur")
    by = drafts.officer()
    client.force_login(by)
    desk = client.get(reverse("schemes:rules")).content.decode()
    assert "ne sait plus lire" in desk
    assert "group_balance_eur" in desk
    for name, thing in (("history", aid.pk), ("version", lost.pk)):
        assert "ne sait plus lire" in client.get(reverse(f"schemes:{name}", args=[thing])).content.decode()
    draft = editing.start_draft(scheme=aid, by=by, now=NOW + timedelta(days=1))
    [fault] = faults_in(draft)
    assert (fault.code, fault.place) == ("unreadable", "c.3")
    assert client.get(reverse("schemes:draft", args=[draft.pk])).status_code == 200
    assert client.get(reverse("schemes:flips", args=[draft.pk])).status_code == 200
    later = NOW + timedelta(days=1)
    draft = drafting.remove_condition(draft=draft, edition=draft.edition, place="c.3", by=by, now=later)
    draft = drafts.submitted(draft, by=by, now=later)
    editing.publish(version=draft, seal=preview(draft, now=later).seal, by=drafts.reader(), now=later)
    assert answer(on=later.date()).answer == "yes"
    assert answer(on=DAY).answer == "unknown"
    assert texts_to_mend(on=later.date()) == []
    assert SchemeVersion.objects.get(pk=lost.pk).content == lost.content


def test_the_public_pages_stand_and_say_so_in_both_languages(monkeypatch, client):
    site = schemes.showcase()
    with_line(schemes.scheme("une"), FOUNDED)
    release(monkeypatch, fact="group_balance_eur")
    for lang, said in (("fr", "ne se lit plus"), ("en", "can no longer be read")):
        client.cookies["django_language"] = lang
        pages = [
            reverse("schemes:list"),
            reverse("schemes:scheme", args=["une"]),
            reverse("schemes:of_establishment", args=[site.siret]),
        ]
        answers = [client.get(page) for page in pages]
        assert [one.status_code for one in answers] == [200, 200, 200]
        assert all(said in one.content.decode() for one in answers[1:])
    assert client.get(reverse("schemes:national_csv")).status_code == 200
