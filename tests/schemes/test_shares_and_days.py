"""An amount shared, an envelope, and a text that would reach back: each changed on its page, each told in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.errors import NotAllowed, Refused
from ensembleur.schemes.engine.differences import differences
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.queries.flips import preview
from ensembleur.schemes.services import drafting, editing
from tests.factories import accounts, drafts, schemes
from tests.factories.drafts import NOW
from tests.factories.rules import scheme_data

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def draft():
    schemes.showcase()
    return drafts.draft(schemes.scheme("une"))


@pytest.fixture
def officer(client):
    person = drafts.officer()
    client.force_login(person)
    return person


def fresh(draft):
    return SchemeVersion.objects.get(pk=draft.pk)


def post(client, name, draft, **data):
    return client.post(reverse(f"schemes:{name}", args=[draft.pk]), {"edition": fresh(draft).edition, **data})


def test_an_amount_is_shared_and_no_longer_shared_on_its_page(client, officer, draft):
    sent = {"nature_0": "grant", "share_0": "60", "nature_1": "advance", "share_1": "40 %"}
    assert post(client, "draft_split", draft, **sent).status_code == 302
    assert fresh(draft).content["amount"]["split"] == {"grant": 0.6, "advance": 0.4}
    assert 'value="60"' in client.get(reverse("schemes:draft_split", args=[draft.pk])).content.decode()
    assert "Partagé" in client.get(reverse("schemes:draft", args=[draft.pk])).content.decode()
    assert (
        post(
            client, "draft_amount", draft, nature="mixed", rule="flat", max_eur="900", base="project_cost_eur", source="s1"
        ).status_code
        == 302
    )
    assert fresh(draft).content["amount"]["split"] == {"grant": 0.6, "advance": 0.4}
    assert post(client, "draft_split", draft, nature_0="", share_0="").status_code == 302
    assert "split" not in fresh(draft).content["amount"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"nature_0": "grant", "share_0": "60", "nature_1": "advance", "share_1": "30"}, "Les parts font 90 %"),
     ({"nature_0": "grant", "share_0": "60", "nature_1": "grant", "share_1": "40"}, "Ligne 2"),
     ({"nature_0": "grant", "share_0": "beaucoup"}, "Ligne 1"), ({"share_0": "100"}, "Ligne 1"),
     ({"nature_0": "grant", "share_0": "-5", "nature_1": "advance", "share_1": "105"}, "Ligne 1")],
)  # fmt: skip
def test_shares_that_do_not_make_one_hundred_are_refused_with_the_line(client, officer, draft, sent, said):
    answer = post(client, "draft_split", draft, **sent)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_text_without_amount_is_not_shared(client, officer, draft):
    drafting.set_parts(draft=draft, edition=draft.edition, parts={"amount": None}, by=officer, now=NOW)
    answer = post(client, "draft_split", draft, nature_0="grant", share_0="100")
    assert answer.status_code == 400
    assert "pas encore de montant" in answer.content.decode()


def test_an_envelope_is_written_and_taken_away_on_its_page(client, officer, draft):
    assert post(client, "draft_envelope", draft, eur="2 500 000", year="2027", source="s1").status_code == 302
    assert fresh(draft).content["envelope"] == {"eur": 2500000, "year": 2027, "source": "s1"}
    page = client.get(reverse("schemes:draft", args=[draft.pk])).content.decode()
    assert "(2027)" in page
    assert 'value="2500000"' in client.get(reverse("schemes:draft_envelope", args=[draft.pk])).content.decode()
    for wrong in (
        {"eur": "beaucoup", "source": "s1"},
        {"eur": "0", "source": "s1"},
        {"eur": "10", "source": ""},
        {"eur": "10", "year": "12", "source": "s1"},
    ):
        assert post(client, "draft_envelope", draft, **wrong).status_code == 400
    assert post(client, "draft_envelope", draft, eur="", source="").status_code == 302
    assert "envelope" not in fresh(draft).content


def test_shares_and_envelopes_that_change_are_told_in_both_languages():
    amount = scheme_data()["versions"][0]["amount"]
    texts = [
        parse_scheme(scheme_data(version={"amount": amount | {"split": split}, "envelope": envelope}))
        for split, envelope in (
            ({"grant": 0.6, "advance": 0.4}, {"eur": 1000000}), ({"grant": 0.5, "loan": 0.5}, {"eur": 2000000, "year": 2027}),
        )
    ]  # fmt: skip
    one, two = ((text, text.versions[0]) for text in texts)
    told = {change.part: (change.before, change.after) for change in differences(one, two)}
    assert told["amount"] == (
        "Partagé : 60 % subvention, 40 % avance".replace(" :", "\u00a0:"),
        "Partagé : 50 % subvention, 50 % prêt".replace(" :", "\u00a0:"),
    )
    assert told["envelope"][1].endswith("(2027)")
    english = {change.part: change.after for change in differences(one, two, lang="en")}
    assert english["amount"] == "Shared: 50% grant, 50% loan"


# -- a text that reaches back ------------------------------------------------------------------------------------------


def reaching_back(by, *, end=None):
    version = drafts.draft(schemes.scheme("une"), by=by)
    version = drafts.smaller(version, by=by)
    effective = {"from": date(2026, 1, 1), "to": end}
    return drafting.set_parts(draft=version, edition=version.edition, parts={"effective": effective}, by=by, now=NOW)


def test_a_draft_that_reaches_back_starts_today_in_one_act_and_must_be_seen_again():
    by = drafts.officer()
    version = reaching_back(by)
    version = drafting.set_note(draft=version, edition=version.edition, note="Le seuil change.", by=by, now=NOW)
    seen = preview(version, now=NOW).seal
    version = editing.start_today(version=version, edition=version.edition, by=by, now=NOW)
    assert fresh(version).effective_from == DAY
    with pytest.raises(Refused):
        editing.submit_for_second_reading(draft=version, edition=version.edition, seal=seen, by=by, now=NOW)
    drafts.submitted(fresh(version), by=by)


def test_in_second_reading_the_text_goes_back_with_that_reason_and_its_words_stay():
    by, reader = drafts.officer(), drafts.reader()
    version = drafts.submitted(reaching_back(by), by=by)
    held = editing.start_today(version=version, edition=0, by=reader, now=NOW)
    assert (held.state, str(held.effective_from)) == ("draft", "2026-01-01")
    assert "01/01/2026" in held.returned_why
    assert reader.pk not in held.hands


def test_a_text_of_today_or_of_past_days_only_has_nothing_to_change():
    by = drafts.officer()
    version = drafts.draft(schemes.scheme("autre"), by=by)
    with pytest.raises(Refused, match="pas dans le passé"):
        editing.start_today(version=version, edition=version.edition, by=by, now=NOW)
    past = reaching_back(by, end=date(2026, 6, 1))
    with pytest.raises(Refused, match="jours passés"):
        editing.start_today(version=past, edition=past.edition, by=by, now=NOW)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_make_a_text_start_today(role):
    version = reaching_back(drafts.officer())
    person = accounts.person(role)
    if role in {Role.OFFICER, Role.ADMIN}:
        editing.start_today(version=version, edition=version.edition, by=person, now=NOW)
    else:
        with pytest.raises(NotAllowed):
            editing.start_today(version=version, edition=version.edition, by=person, now=NOW)


def test_the_page_warns_offers_today_in_one_click_and_warns_no_more(client, officer):
    schemes.showcase()
    version = reaching_back(officer)
    page = reverse("schemes:flips", args=[version.pk])
    shown = client.get(page).content.decode()
    assert "Rétroactif" in shown
    assert "commencer aujourd'hui" in shown
    answer = client.post(reverse("schemes:start_today", args=[version.pk]), {"edition": fresh(version).edition})
    assert answer.url == page
    assert fresh(version).effective_from == timezone.localdate()
    assert "Rétroactif" not in client.get(page).content.decode()


def test_the_second_reader_is_offered_to_send_it_back_for_that(client):
    schemes.showcase()
    by = drafts.officer()
    version = drafts.submitted(reaching_back(by), by=by)
    client.force_login(drafts.reader())
    page = client.get(reverse("schemes:flips", args=[version.pk])).content.decode()
    assert "Renvoyer pour le faire commencer" in page
    assert client.post(reverse("schemes:start_today", args=[version.pk])).url == reverse("schemes:rules")
    assert fresh(version).state == "draft"


def test_days_passed_since_a_text_was_written_do_not_stop_it():
    by = drafts.officer()
    version = drafts.submitted(drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by), by=by)
    later = NOW + timedelta(days=3)
    held = editing.publish(version=version, seal=preview(version, now=later).seal, by=drafts.reader(), now=later)
    assert held.state == "published"
