"""The officers' pages: who enters, what each page shows, every change by plain forms, and what is refused stays on screen."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.queries.flips import preview
from tests.factories import accounts, drafts, schemes
from tests.factories.drafts import NOW

pytestmark = pytest.mark.django_db
WRITERS, READERS = {Role.OFFICER, Role.ADMIN}, {Role.OFFICER, Role.SECOND_READER, Role.ADMIN}


@pytest.fixture(autouse=True)
def showcase():
    return schemes.showcase()


@pytest.fixture
def draft():
    return drafts.draft(schemes.scheme("une"))


@pytest.fixture
def officer(client):
    person = drafts.officer()
    client.force_login(person)
    return person


def url(name, *args):
    return reverse(f"schemes:{name}", args=args)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("&#x27;", "'")


def fresh(draft):
    return SchemeVersion.objects.get(pk=draft.pk)


def pages_of(draft):
    pk = draft.pk
    own = [("draft", pk), ("draft_note", pk), ("add_condition", pk), ("change_condition", pk, "c.1"), ("move_condition", pk, "c.1"),
           ("remove_condition", pk, "c.1"), ("group_condition", pk, "c.1"), ("draft_dates", pk), ("draft_windows", pk), ("draft_amount", pk),
           ("draft_criteria", pk), ("draft_edges", pk), ("add_parameter", pk), ("draft_parameter", pk, "seuil"), ("add_source", pk),
           ("draft_source", pk, "s1")]  # fmt: skip
    shared = [
        ("rules",),
        ("history", draft.scheme_id),
        ("version", pk),
        ("version", draft.base_id),
        ("flips", pk),
        ("flips_csv", pk),
    ]
    return own, shared


@pytest.mark.parametrize("role", [None, *Role])
def test_each_page_opens_for_its_readers_and_for_nobody_else(client, draft, role):
    if role:
        client.force_login(accounts.person(role))
    own, shared = pages_of(draft)
    for names, readers in ((own, WRITERS), (shared, READERS)):
        for name, *args in names:
            answer = client.get(url(name, *args))
            if role is None:
                assert answer.status_code == 302, name
                assert "connexion" in answer.url, name
            elif role in readers:
                assert answer.status_code in {200, 302}, name
                assert answer.status_code == 200 or answer.url == url("draft", draft.pk), name
            else:
                assert answer.status_code == 403, name


@pytest.mark.parametrize("role", [None, *Role])
def test_each_act_is_for_those_who_may_and_changes_nothing_for_the_others(client, draft, role):
    before = fresh(draft).content_hash, fresh(draft).state, Act.objects.count()
    if role in WRITERS:
        return
    if role:
        client.force_login(accounts.person(role))
    own, _shared = pages_of(draft)
    acts = [*own, ("start_draft", "une"), ("settle_files", "une"), ("return_to", draft.base_id), ("withdraw_draft", draft.pk),
            ("submit_draft", draft.pk), ("publish_version", draft.pk), ("send_back", draft.pk)]  # fmt: skip
    for name, *args in acts:
        answer = client.post(url(name, *args), {"edition": draft.edition})
        assert answer.status_code in {302, 403, 405, 422}, name
        assert answer.status_code != 302 or "connexion" in answer.url, name
    assert (fresh(draft).content_hash, fresh(draft).state, Act.objects.count()) == before


def test_the_draft_shows_its_rule_in_words_with_what_to_do_at_each_line(client, officer, draft):
    page = text_of(client.get(url("draft", draft.pk)))
    for words in (
        "Effectif : moins de 50 salariés",
        "Établissement en Île-de-France",
        "Règlement de test",
        "Déplacer",
        "Voir qui change de réponse",
    ):
        assert words in page.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("fact", "typed", "line"),
    [
        ("headcount", {"op": "between", "value": "5", "value_to": "1 249"}, {"op": "between", "value": {"from": 5, "to": 1249}}),
        ("group_turnover_eur", {"op": "at_most", "value": "50 000 000"}, {"op": "at_most", "value": 50_000_000}),
        ("revenue_share_net_zero_chains", {"op": "at_least", "value": "12,5"}, {"op": "at_least", "value": 0.125}),
        ("naf", {"op": "starts_with", "codes": "25, 26.11Z\n28"}, {"op": "starts_with", "value": ["25", "26.11Z", "28"]}),
        ("commune", {"op": "not_in_zone", "zone": "zre-idf"}, {"op": "not_in_zone", "value": "zre-idf"}),
        ("commune", {"op": "is", "codes": "95018"}, {"op": "is", "value": "95018"}),
        ("project_kind", {"op": "in", "codes": ["ai", "cyber"]}, {"op": "in", "value": ["ai", "cyber"]}),
        ("in_zre", {"op": "is_false"}, {"op": "is_false"}),
        ("created_on", {"op": "at_least_months_old", "months": "36"}, {"op": "at_least_months_old", "value": 36}),
        ("created_on", {"op": "before", "day": "2025-01-01"}, {"op": "before", "value": "2025-01-01"}),
    ],
)  # fmt: skip
def test_a_condition_of_each_kind_is_written_by_a_form_and_found_again_in_it(client, officer, draft, fact, typed, line):
    page = client.get(url("add_condition", draft.pk), {"place": "c", "fait": fact})
    assert page.status_code == 200
    address = f"{url('add_condition', draft.pk)}?place=c&fait={fact}"
    answer = client.post(address, {"edition": draft.edition, "source": "s1", **typed})
    assert answer.status_code == 302, text_of(answer)
    kept = fresh(draft).content["conditions"]["all"][-1]
    assert {name: kept.get(name) for name in line} == line
    assert (kept["fact"], kept["source"]) == (fact, "s1")
    again = client.get(url("change_condition", draft.pk, "c.3"))
    assert again.context["form"].initial["op"] == line["op"]
    form = again.context["form"]
    posted = {name: value for name, value in form.initial.items() if value not in (None, "")}
    answer = client.post(url("change_condition", draft.pk, "c.3"), {"edition": fresh(draft).edition, **posted})
    assert answer.status_code == 302, text_of(answer)
    assert fresh(draft).content["conditions"]["all"][-1] == kept


@pytest.mark.parametrize(
    ("fact", "typed", "said"),
    [
        ("headcount", {"op": "below"}, "donnez une valeur"),
        ("headcount", {"op": "below", "value": "beaucoup"}, "attend un nombre"),
        ("headcount", {"op": "below", "value": "3..9"}, "un seul nombre"),
        ("headcount", {"op": "between", "value": "9", "value_to": "3"}, "dépasse la seconde"),
        ("headcount", {"op": "in_zone", "value": "9"}, "choix valide"),
        ("naf", {"op": "is", "codes": "25 26"}, "un seul code"),
        ("commune", {"op": "in_zone"}, "donnez une valeur"),
    ],
)
def test_what_cannot_be_read_stays_on_screen_with_what_to_mend(client, officer, draft, fact, typed, said):
    address = f"{url('add_condition', draft.pk)}?place=c&fait={fact}"
    answer = client.post(address, {"edition": draft.edition, "source": "s1", **typed})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert fresh(draft).edition == draft.edition


def test_conditions_are_moved_grouped_and_removed_by_plain_forms(client, officer, draft):
    def post(page, *args, **data):
        answer = client.post(url(page, draft.pk, *args), {"edition": fresh(draft).edition, **data})
        assert answer.status_code == 302, text_of(answer)
        return [line.get("id") or next(iter(line)) for line in fresh(draft).content["conditions"]["all"]]

    assert post("move_condition", "c.2", where="c:0") == ["not-started", "in-region", "size"]
    assert post("group_condition", "c.1", head="any") == ["not-started", "any", "size"]
    assert post("move_condition", "c.2", where="c.1:1") == ["not-started", "any"]
    assert post("group_condition", "c.1", head="at_least", count=2) == ["not-started", "at_least"]
    assert post("group_condition", "c.1", head="dissolve") == ["not-started", "in-region", "size"]
    assert post("remove_condition", "c.0") == ["in-region", "size"]


def test_the_other_parts_are_written_by_plain_forms(client, officer, draft):
    def post(page, *args, **data):
        answer = client.post(url(page, draft.pk, *args), {"edition": fresh(draft).edition, **data})
        assert answer.status_code == 302, text_of(answer)
        return fresh(draft)

    held = post(
        "draft_dates", first="2027-01-01", last="2027-12-31", status="uncertain", source="s1", status_note_fr="À vérifier"
    )
    assert held.content["effective"] == {"from": "2027-01-01", "to": "2028-01-01"}
    assert str(held.effective_to) == "2028-01-01"
    held = post("draft_windows", opens_0="2027-02-01", closes_0="2027-03-31", source_0="s1")
    assert held.content["windows"] == [{"opens": "2027-02-01", "closes": "2027-03-31", "source": "s1"}]
    held = post(
        "add_parameter",
        name="plafond_eur",
        kind="number",
        **{"valeur-value_0": "80 000", "valeur-from_0": "2027-01-01", "valeur-source_0": "s1"},
    )
    assert held.content["parameters"]["plafond_eur"] == [{"value": 80000, "from": "2027-01-01", "source": "s1"}]
    held = post("draft_amount", nature="grant", rule="rate", base="project_cost_eur", rate_min="40", ceiling="plafond_eur", source="s1",
                **{"bonus-ceiling_0": "90000", "bonus-source_0": "s1"})  # fmt: skip
    assert held.content["amount"]["rate"] == {"value": 0.4}
    assert held.content["amount"]["ceiling"] == {"param": "plafond_eur"}
    assert held.content["amount"]["bonuses"][0]["when"] == {"all": []}
    page = client.get(url("draft", draft.pk))
    assert "Ce groupe est vide" in text_of(page)
    assert 'id="place-b0"' in page.content.decode()
    held = post("draft_criteria", fr_0="impact écologique", source_0="s1")
    assert held.content["jury"][0]["says"] == {"fr": "impact écologique"}
    held = post("draft_edges", kind_0="counts_toward", scheme_0="de-minimis", source_0="s1")
    assert held.content["edges"] == [{"kind": "counts_toward", "scheme": "de-minimis", "source": "s1"}]
    held = post("add_source", title="Délibération du 3 mars", confidence="primary", checked="2026-11-20")
    assert held.sources["texte-1"]["title"] == "Délibération du 3 mars"


def test_who_writes_on_an_older_page_is_told_and_keeps_what_was_typed(client, officer, draft):
    address = f"{url('add_condition', draft.pk)}?place=c&fait=in_zre"
    data = {"edition": draft.edition, "op": "is_true", "source": "s1"}
    assert client.post(address, data).status_code == 302
    answer = client.post(address, data)
    assert answer.status_code == 400
    assert "Quelqu'un a modifié ce brouillon" in text_of(answer)
    assert len(fresh(draft).content["conditions"]["all"]) == 4


def test_the_preview_names_who_changes_and_why_and_the_text_leaves_from_there(client, officer, draft):
    drafts.smaller(draft, by=officer, below=20)
    client.post(url("draft_note", draft.pk), {"edition": fresh(draft).edition, "note": "Délibération."})
    page = client.get(url("flips", draft.pk))
    assert "1 établissement sur 1 change de réponse" in text_of(page)
    [row] = page.context["rows"]
    assert (row.before, row.after, row.name) == ("unknown", "no", "Fictive Mécanique")
    assert "moins de 20" in row.causes[0].after
    assert "moins de 50" in row.causes[0].before
    seal = page.context["seen"].seal
    answer = client.post(url("submit_draft", draft.pk), {"edition": fresh(draft).edition, "seal": seal})
    assert answer.url == url("version", draft.pk)
    reader = drafts.reader()
    client.force_login(reader)
    assert [line.waiting.pk for line in client.get(url("rules")).context["to_read"]] == [draft.pk]
    seal = client.get(url("flips", draft.pk)).context["seen"].seal
    assert client.post(url("publish_version", draft.pk), {"seal": seal}).status_code == 302
    history = client.get(url("history", "une"))
    assert "En vigueur" in text_of(history)
    assert "Délibération." in text_of(history)
    assert fresh(draft).flips["counts"] == {"unknown-no": 1}


def test_outside_the_perimeter_and_under_masking_nobody_is_named(client, draft):
    person = drafts.officer()
    drafts.smaller(draft, by=person, below=20)
    stranger = accounts.person(Role.OFFICER, "75")
    client.force_login(stranger)
    for address in (url("flips", draft.pk), url("flips_csv", draft.pk)):
        page = client.get(address).content.decode()
        assert "Fictive Mécanique" not in page
        assert "entre 20 et 49" not in page
        assert "hors de votre périmètre" in page
        assert "moins de 20" in page.replace("\xa0", " ")
    from ensembleur.territory.models import Establishment

    Establishment.objects.update(masking="natural")
    client.force_login(person)
    page = client.get(url("flips", draft.pk)).content.decode()
    assert "Fictive Mécanique" not in page


def test_the_file_is_capped_journaled_and_harmless(client, officer, draft):
    drafts.smaller(draft, by=officer, below=20)
    answer = client.get(url("flips_csv", draft.pk))
    assert answer["Content-Type"].startswith("text/csv")
    assert "Fictive Mécanique" in answer.content.decode()
    act = Act.objects.order_by("-number").first()
    assert (act.verb, act.after["rows"]) == ("export_flips", 1)


def test_a_draft_that_cannot_be_read_says_what_to_mend_instead_of_a_preview(client, officer, draft):
    for place in ("c.2", "c.1", "c.0"):
        client.post(url("remove_condition", draft.pk, place), {"edition": fresh(draft).edition})
    assert "La règle est vide" in text_of(client.get(url("flips", draft.pk)))
    assert "La règle est vide" in text_of(client.get(url("draft", draft.pk)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_and_the_history_cost_the_same_whatever_their_length(client, officer, count, django_assert_num_queries):
    for number in range(count):
        aid = schemes.scheme(f"aide-{number}")
        drafts.published(aid, below=20)
    for _ in range(count - 1):
        drafts.published(aid, below=20)
    client.get(url("rules"))
    with django_assert_num_queries(7):
        client.get(url("rules"))
    with django_assert_num_queries(8):
        client.get(url("history", "aide-0"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_costs_the_same_whatever_the_number_of_companies(client, officer, draft, count, django_assert_num_queries):
    for number in range(count - 1):
        schemes.showcase(siret=f"00000{number}10000017"[:14])
    drafts.smaller(draft, by=officer, below=20)
    client.get(url("flips", draft.pk))
    with django_assert_num_queries(18):
        page = client.get(url("flips", draft.pk))
    assert len(page.context["rows"]) == count


def test_the_register_changing_is_counted_again_before_publication(client):
    by = drafts.officer()
    version = drafts.submitted(drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by), by=by)
    seal = preview(version, now=NOW).seal
    schemes.showcase(siret="00000000100017")
    client.force_login(drafts.reader())
    page = client.get(url("flips", version.pk))
    assert "Les comptes ont changé depuis l'envoi" in text_of(page)
    assert page.context["seen"].seal != seal
    assert client.post(url("publish_version", version.pk), {"seal": seal}).status_code == 422
