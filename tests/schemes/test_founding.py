"""A scheme created on the screen: its sheet, its first draft, the same two people, and the same demands as a file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.logic.facts import Fact
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries.drafts import faults_in
from ensembleur.schemes.queries.flips import preview
from ensembleur.schemes.queries.published import published_scheme, published_schemes
from ensembleur.schemes.services import drafting, editing, founding
from tests.factories import accounts, drafts, schemes
from tests.factories.drafts import NOW

pytestmark = pytest.mark.django_db
DAY, LATER = NOW.date(), NOW + timedelta(days=1)
SCHEMA = json.loads((Path(loader.__file__).parent / "scheme.schema.json").read_text(encoding="utf-8"))
SHEET = {
    "title": {"fr": "Chèque exemple", "en": "Example cheque"},
    "summary": {"fr": "Payer un conseil.", "en": "Pay for advice."},
    "family": "grant",
    "level": "regional",
    "audience": "company",
    "operator": {"name": "Région de test"},
    "topics": ["digital"],
    "sources": {"texte-1": {"title": "Délibération de test", "confidence": "primary", "checked": date(2026, 11, 20)}},
}
TYPED = {
    "title_fr": "Chèque exemple", "title_en": "Example cheque", "summary_fr": "Payer un conseil.", "summary_en": "Pay for advice.",
    "family": "grant", "level": "regional", "audience": "company", "topics": ["digital", "market"], "operator": "Région de test",
    "operator_siren": "", "funders": "État\nEurope", "url": "", "source_title": "Délibération de test", "source_confidence": "primary",
    "source_checked": "2026-11-20", "first": "2026-12-01", "slug": "",
}  # fmt: skip
SMALL = {**schemes.SMALL, "source": "texte-1"}
AMOUNT = {"nature": "grant", "rule": "rate", "rate": {"value": 0.5}, "ceiling": 5000, "source": "texte-1"}


def founded(by, *, slug="cheque-exemple", sheet=SHEET, first_day=DAY):
    return founding.found_scheme(slug=slug, sheet=sheet, first_day=first_day, by=by, now=NOW)


def written(draft, by):
    draft = drafting.add_condition(draft=draft, edition=draft.edition, place="c", line=SMALL, by=by, now=NOW)
    return drafting.set_parts(draft=draft, edition=draft.edition, parts={"amount": AMOUNT}, by=by, now=NOW)


def published(by):
    version = drafts.submitted(written(founded(by), by), by=by)
    return editing.publish(version=version, seal=preview(version, now=NOW).seal, by=drafts.reader(), now=NOW)


def test_a_new_scheme_is_nobodys_business_until_a_second_person_publishes_it(client):
    schemes.showcase()
    by = drafts.officer()
    draft = founded(by)
    public = reverse("schemes:scheme", args=["cheque-exemple"])
    assert published_schemes() == ()
    assert client.get(public).status_code == 404
    version = drafts.submitted(written(draft, by), by=by)
    with pytest.raises(NotAllowed):
        editing.publish(version=version, seal=preview(version, now=NOW).seal, by=by, now=NOW)
    seen = preview(version, now=NOW)
    assert seen.before is None
    editing.publish(version=version, seal=seen.seal, by=drafts.reader(), now=NOW)
    verdict = verdict_of(published_scheme("cheque-exemple"), {"headcount": Fact(34)}, as_of=DAY)
    assert (verdict.answer, verdict.title) == ("yes", "Chèque exemple")
    assert client.get(public).status_code == 200
    verbs = [act.verb for act in Act.objects.order_by("number")]
    assert verbs == [
        "found_scheme",
        "start_draft",
        "add_condition",
        "set_parts",
        "set_note",
        "submit_for_second_reading",
        "publish_rule",
    ]


def test_what_is_published_is_a_file_the_catalogue_would_take():
    held = published(drafts.officer())
    body = {**held.scheme.content, "sources": {**held.scheme.content["sources"], **held.sources}, "versions": [held.content]}
    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(body)] == []
    assert loader.scheme_faults(published_scheme("cheque-exemple"), known=()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"family": "gift"}, "gift"), ({"title": None}, "title"), ({"operator": {}}, "operator"), ({"topics": ["space"]}, "space"),
     ({"sources": {}}, "sources"), ({"colour": "red"}, "colour")],
)  # fmt: skip
def test_a_sheet_the_catalogue_would_refuse_is_refused_with_the_field(changed, said):
    with pytest.raises(BadInput) as error:
        founded(drafts.officer(), sheet=SHEET | changed)
    assert said in error.value.sentence
    assert not Scheme.objects.exists()


@pytest.mark.parametrize("slug", ["Chèque", "a--b", "-a", "a/b", "", "a" * 61])
def test_an_identifier_is_plain(slug):
    with pytest.raises(BadInput):
        founded(drafts.officer(), slug=slug)


@pytest.mark.parametrize("slug", ["verifier", "redaction", "pour", "de-minimis", "une"])
def test_an_identifier_that_is_taken_or_is_an_address_is_refused(slug):
    schemes.scheme("une")
    with pytest.raises(Refused, match="déjà pris"):
        founded(drafts.officer(), slug=slug)


@pytest.mark.parametrize("role", list(Role))
def test_officers_and_administrators_create_a_scheme_and_change_its_sheet(role):
    person = accounts.person(role)
    draft = founded(drafts.officer(), slug="autre")
    acts = (
        lambda: founded(person),
        lambda: founding.change_sheet(draft=draft, edition=draft.edition, sheet=SHEET, by=person, now=NOW),
    )
    for act in acts:
        if role in {Role.OFFICER, Role.ADMIN}:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


def test_who_writes_the_sheet_does_not_publish_it_and_a_published_sheet_stays():
    by, other = drafts.officer(), accounts.person(Role.ADMIN)
    draft = founded(by)
    draft = founding.change_sheet(
        draft=draft, edition=draft.edition, sheet=SHEET | {"title": {"fr": "Autre", "en": "Other"}}, by=other, now=NOW
    )
    assert draft.hands == sorted([by.pk, other.pk])
    version = drafts.submitted(written(draft, by), by=by)
    with pytest.raises(NotAllowed):
        editing.publish(version=version, seal=preview(version, now=NOW).seal, by=other, now=NOW)
    editing.publish(version=version, seal=preview(version, now=NOW).seal, by=drafts.reader(), now=NOW)
    assert published_scheme("cheque-exemple").title.fr == "Autre"
    later = editing.start_draft(scheme=version.scheme, by=by, now=LATER)
    with pytest.raises(Refused):
        founding.change_sheet(draft=later, edition=later.edition, sheet=SHEET, by=by, now=LATER)


def test_a_first_text_given_up_can_be_taken_up_again():
    by = drafts.officer()
    draft = written(founded(by), by)
    editing.withdraw_draft(version=draft, by=by, now=NOW)
    again = editing.start_draft(scheme=draft.scheme, by=by, now=LATER)
    assert again.base == draft
    assert again.content["conditions"] == draft.content["conditions"]


def test_no_link_leads_to_a_scheme_that_is_not_published():
    by = drafts.officer()
    founded(by)
    draft = drafts.draft(schemes.scheme("une"), by=by)
    edges = [{"kind": "exclusive", "scheme": "cheque-exemple", "source": "s1"}]
    draft = drafting.set_parts(draft=draft, edition=draft.edition, parts={"edges": edges}, by=by, now=NOW)
    assert [fault.code for fault in faults_in(draft)] == ["unknown_scheme"]


def test_the_screen_creates_the_scheme_shows_its_sheet_and_lets_it_change(client):
    by = drafts.officer()
    client.force_login(by)
    assert client.get(reverse("schemes:found_scheme")).status_code == 200
    answer = client.post(reverse("schemes:found_scheme"), TYPED)
    draft = SchemeVersion.objects.get()
    assert answer.url == reverse("schemes:draft", args=[draft.pk])
    assert (draft.scheme_id, str(draft.effective_from)) == ("cheque-exemple", "2026-12-01")
    assert draft.scheme.content["funders"] == ["État", "Europe"]
    shown = client.get(answer.url).content.decode()
    for words in ("Chèque exemple · Example cheque", "Région de test", "La règle est vide", "Modifier la fiche"):
        assert words in shown
    sheet = reverse("schemes:draft_sheet", args=[draft.pk])
    assert 'value="Chèque exemple"' in client.get(sheet).content.decode()
    changed = {**TYPED, "title_fr": "Chèque conseil", "edition": draft.edition}
    assert client.post(sheet, changed).status_code == 302
    assert Scheme.objects.get().content["title"]["fr"] == "Chèque conseil"
    assert client.post(sheet, changed).status_code == 400  # written on an older page
    history = client.get(reverse("schemes:history", args=["cheque-exemple"])).content.decode()
    assert "aucune page publique" in history
    assert client.get(reverse("schemes:version", args=[draft.pk])).status_code == 302


def test_the_screen_says_which_field_is_wrong_and_keeps_what_was_typed(client):
    schemes.scheme("une")
    client.force_login(drafts.officer())
    for wrong, said in (
        ({"title_en": ""}, "title_en"), ({"operator_siren": "123456789"}, "clé de contrôle"), ({"slug": "une"}, "déjà pris"),
        ({"slug": "Une Aide"}, "Minuscules"), ({"title_fr": "!!!"}, "Donnez un identifiant"), ({"family": ""}, "family"),
    ):  # fmt: skip
        answer = client.post(reverse("schemes:found_scheme"), {**TYPED, **wrong})
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert "Région de test" in answer.content.decode()
    assert Scheme.objects.count() == 1


def test_the_second_reader_sees_the_sheet_beside_the_rule(client):
    by = drafts.officer()
    version = drafts.submitted(written(founded(by), by), by=by)
    client.force_login(drafts.reader())
    shown = client.get(reverse("schemes:version", args=[version.pk])).content.decode()
    assert "sera publiée avec ce premier texte" in shown
    assert "Modifier la fiche" not in shown
