"""The pages of values: what waits, one value typed, read, decided, corrected, contested, locked; files out and in."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.strategy.models import Batch, Dispute, PeriodLock, Proposal
from tests.factories import accounts, values
from tests.factories.strategy import NOW, SLUG, measurement, tiny
from tests.strategy.test_importing_values import file

pytestmark = pytest.mark.django_db
TYPED = {
    "du": "2026-01-01", "au": "2026-10-31", "situation": "2026-10-31", "valeur": "1 250,5", "connu": "declared",
    "unites": "", "source": "Bilan", "commentaire": "",
}  # fmt: skip


@pytest.fixture
def strategy(settings):
    return tiny()


@pytest.fixture
def partner():
    return values.partner()


@pytest.fixture
def officer():
    return accounts.person(Role.OFFICER)


@pytest.fixture
def reader():
    return accounts.person(Role.SECOND_READER)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Pages speak of the day of the factories."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda value=None, zone=None: (value or NOW).date())
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def enter(client):
    def entered(person):
        client.force_login(person)
        return client

    return entered


def at(name, *arguments):
    return reverse(f"strategy:{name}", args=arguments)


def text_of(answer):
    """What is read, every space alike."""
    bare = re.sub(r"<[^>]+>", "", answer.text.replace("<br>", " "))
    return re.sub(r"\s+", " ", html.unescape(bare))


# -- the desk ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_whatever_waits(enter, strategy, partner, officer, count, django_assert_num_queries):
    for month in range(1, count + 1):
        values.proposal(partner, as_of=values.AS_OF.replace(day=month))
        values.proposal(officer, as_of=values.AS_OF.replace(day=month), label="observed")
    client = enter(officer)
    client.get(at("values"))  # the strategy is parsed once for all
    with django_assert_num_queries(12):
        answer = client.get(at("values"))
    assert len(answer.context["to_decide"]) == len(answer.context["own"]) == count


def test_an_officer_is_led_to_what_waits_for_their_decision(enter, strategy, partner, officer):
    proposal = values.proposal(partner)
    answer = enter(officer).get(at("values"))
    assert answer.context["step"]["url"] == at("proposal", proposal.pk)
    assert "Personnes formées : 120 personnes" in text_of(answer)


def test_a_partner_is_led_to_what_is_to_be_reported(enter, strategy, partner):
    answer = enter(partner).get(at("values"))
    assert answer.context["step"]["url"] == at("value_form", SLUG, values.CODE)
    assert "première valeur attendue" in text_of(answer)
    values.proposal(partner)
    answer = enter(partner).get(at("values"))
    assert answer.context["step"] is None
    assert "1 indicateur a déjà une valeur qui attend" in text_of(answer)


def test_a_late_value_comes_first(enter, strategy, partner, monkeypatch):
    from django.utils import timezone

    values.reported(120)
    monkeypatch.setattr(timezone, "localdate", lambda: NOW.date().replace(year=2028))
    answer = enter(partner).get(at("values"))
    assert [(due["code"], due["is_late"]) for due in answer.context["first"]] == [(values.CODE, True)]
    assert "en retard" in text_of(answer)


def test_the_desk_is_narrowed_by_strategy_and_by_measure(enter, strategy, partner, officer):
    values.proposal(partner)
    client = enter(officer)
    for query, count in (("", 1), ("?strategie=essai", 1), ("?strategie=essai&mesure=A2", 1), ("?strategie=essai&mesure=A1", 0)):
        assert len(client.get(at("values") + query).context["to_decide"]) == count
    assert client.get(at("values") + "?strategie=essai&mesure=nulle").context["to_decide"] == []


def test_those_who_only_read_decide_and_report_nothing(enter, strategy, partner):
    values.proposal(partner)
    answer = enter(accounts.person(Role.EVALUATOR)).get(at("values"))
    assert (answer.context["to_decide"][0]["decides"], answer.context["reports"]) == (False, False)


# -- one value ---------------------------------------------------------------------------------------------------------
def test_the_form_says_what_to_count_what_is_known_and_what_is_aimed_at(enter, strategy, partner):
    values.reported(120)
    text = text_of(enter(partner).get(at("value_form", SLUG, values.CODE)))
    assert "120 personnes (déclaré), situation au 31 octobre 2026" in text
    assert "1 000 personnes au 31 décembre 2030 (un autre passage dit 1 200 personnes)" in text
    assert "Personnes formées." in text


def test_a_value_is_typed_as_people_write_it_and_sent(enter, strategy, partner):
    answer = enter(partner).post(at("value_form", SLUG, values.CODE), TYPED)
    proposal = Proposal.objects.get()
    assert answer.url == at("proposal", proposal.pk)
    assert str(proposal.value) == "1250.5000"


def test_what_was_typed_is_kept_when_it_is_refused(enter, strategy, partner):
    client = enter(partner)
    answer = client.post(at("value_form", SLUG, values.CODE), {**TYPED, "situation": "2027-01-01"})
    assert answer.status_code == 422
    assert "hors de la période" in text_of(answer)
    assert 'value="1 250,5"' in answer.text
    answer = client.post(at("value_form", SLUG, values.CODE), {**TYPED, "valeur": "beaucoup"})
    assert answer.status_code == 400
    assert not Proposal.objects.exists()


def test_what_is_computed_has_no_form_and_says_why(enter, strategy, officer):
    measurement("A1.companies", 12)
    client = enter(officer)
    assert "est calculé par la plateforme" in text_of(client.get(at("value_form", SLUG, "A1.companies")))
    assert client.post(at("value_form", SLUG, "A1.companies"), TYPED).status_code == 200
    assert client.get(at("value_form", SLUG, "Z9")).status_code == 404
    assert client.get(at("value_form", "nulle", "Z9")).status_code == 404


def test_a_reported_value_is_corrected_from_its_own_figures(enter, strategy, partner):
    held = values.reported(120)
    client = enter(partner)
    page = client.get(at("correct", held.pk))
    assert page.context["form"].initial["valeur"] == 120
    assert client.post(at("correct", held.pk), {**TYPED, "motif": ""}).status_code == 400
    answer = client.post(at("correct", held.pk), {**TYPED, "motif": "Un centre oublié."})
    assert answer.url == at("proposal", Proposal.objects.get().pk)
    assert Proposal.objects.get().corrects == held
    assert "Elle corrigerait 120 personnes" in text_of(client.get(answer.url))


def test_a_computed_value_has_no_page_of_correction(enter, strategy, partner):
    assert enter(partner).get(at("correct", measurement("A1.companies", 12).pk)).status_code == 404


# -- one decision ------------------------------------------------------------------------------------------------------
def test_an_officer_reads_and_approves(enter, strategy, partner, officer):
    proposal = values.proposal(partner, comment="Relu deux fois.", units=40)
    client = enter(officer)
    text = text_of(client.get(at("proposal", proposal.pk)))
    assert all(word in text for word in ("Bilan annuel du centre", "Relu deux fois.", "Votre décision"))
    assert client.post(at("proposal", proposal.pk), {"act": "approve", "motif": ""}).status_code == 302
    text = text_of(client.get(at("proposal", proposal.pk)))
    assert "validé" in text
    assert "Votre décision" not in text


def test_a_refusal_without_a_word_asks_for_one(enter, strategy, partner, officer):
    proposal = values.proposal(partner)
    client = enter(officer)
    answer = client.post(at("proposal", proposal.pk), {"act": "refuse", "motif": ""})
    assert (answer.status_code, "Dites pourquoi la valeur est refusée" in text_of(answer)) == (422, True)
    assert client.post(at("proposal", proposal.pk), {"act": "nothing"}).status_code == 400
    assert client.post(at("proposal", proposal.pk), {"act": "refuse", "motif": "Trop ancien."}).status_code == 302
    assert "Trop ancien." in text_of(client.get(at("proposal", proposal.pk)))


def test_a_partner_withdraws_and_sees_no_decision(enter, strategy, partner):
    proposal = values.proposal(partner)
    client = enter(partner)
    assert "Retirer cette valeur" in text_of(client.get(at("proposal", proposal.pk)))
    assert client.post(at("proposal", proposal.pk), {"act": "approve"}).status_code == 403
    assert client.post(at("proposal", proposal.pk), {"act": "withdraw"}).status_code == 302
    assert client.post(at("proposal", proposal.pk), {"act": "withdraw"}).status_code == 422


# -- files -------------------------------------------------------------------------------------------------------------
def upload(client, content, name="valeurs.csv"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(at("import_values", SLUG), {"fichier": SimpleUploadedFile(name, content, content_type="text/csv")})


def test_a_file_is_tried_then_confirmed(enter, strategy, partner):
    client = enter(partner)
    trial = upload(client, file({}, {"indicateur": "Z9"}))
    assert trial.context["counts"] == {"read": 2, "added": 1, "unchanged": 0, "rejected": 1}
    assert not Proposal.objects.exists()
    rejects = client.post(at("import_values", SLUG), {"act": "rejects", "seal": trial.context["seal"]})
    assert "Z9" in rejects.text
    assert rejects.text.splitlines()[0].endswith(";ligne;pourquoi")
    answer = client.post(at("import_values", SLUG), {"act": "confirm", "seal": trial.context["seal"]})
    assert answer.url == at("batch", Batch.objects.get().pk)
    assert "Personnes formées" in text_of(client.get(answer.url))
    again = client.post(at("import_values", SLUG), {"act": "confirm", "seal": trial.context["seal"]})
    assert again.url == at("import_values", SLUG)
    assert Proposal.objects.count() == 1


def test_a_wrong_file_says_what_is_wrong_and_a_large_one_is_not_read(enter, strategy, partner):
    client = enter(partner)
    assert "Il manque" not in text_of(client.get(at("import_values", SLUG)))
    assert "il manque du, au" in text_of(upload(client, b"strategie;indicateur\n"))
    assert "dépasse 2 Mo" in text_of(upload(client, b"x" * 2_000_001))
    assert client.post(at("import_values", SLUG), {}).status_code == 400


def test_a_sealed_file_serves_its_person_and_its_strategy_only(enter, strategy, partner):
    seal = upload(enter(partner), file({})).context["seal"]
    client = enter(values.partner())
    for told in (seal, "abc", ""):
        answer = client.post(at("import_values", SLUG), {"act": "confirm", "seal": told})
        assert answer.status_code == 400
        assert "n'est plus en attente" in text_of(answer)
    assert not Proposal.objects.exists()


def test_an_export_is_a_file_of_the_strategy(enter, strategy, partner):
    answer = enter(partner).get(at("export_values", SLUG))
    assert answer["Content-Disposition"] == 'attachment; filename="valeurs-essai.csv"'
    assert answer.text.startswith("\ufeffstrategie;indicateur;")


def test_all_that_a_file_brought_is_decided_or_taken_back(enter, strategy, partner, officer):
    batch = values.batch(strategy, partner, counts={"added": 2})
    for label in ("declared", "observed"):
        values.proposal(partner, label=label, batch=batch)
    client = enter(officer)
    assert client.post(at("batch", batch.pk), {"act": "refuse"}).status_code == 422
    assert client.post(at("batch", batch.pk), {"act": "nothing"}).status_code == 400
    lock = values.lock(strategy, officer)
    locked = client.post(at("batch", batch.pk), {"act": "approve"}, follow=True)
    assert "est verrouillée" in text_of(locked)
    lock.delete()
    batch.proposals.filter(label="observed").update(state="withdrawn", decided_at=NOW)
    assert client.post(at("batch", batch.pk), {"act": "approve"}).status_code == 302
    values.proposal(partner, as_of=values.START, batch=batch)
    answer = client.post(at("batch", batch.pk), {"act": "undo"}, follow=True)
    assert "1 valeur est retirée ; 1 était déjà examinée" in text_of(answer)


# -- locks and disputes ------------------------------------------------------------------------------------------------
def test_an_officer_closes_a_period_a_reader_opens_it_again(enter, strategy, partner, officer, reader):
    values.proposal(partner)
    client = enter(officer)
    assert client.get(at("locks", "nulle")).status_code == 404
    form = {"du": "2026-01-01", "au": "2026-10-31", "motif": "Rapport adopté."}
    assert client.post(at("locks", SLUG), {**form, "au": "2027-12-31"}).status_code == 422
    assert client.post(at("locks", SLUG), {}).status_code == 400
    assert client.post(at("locks", SLUG), form).status_code == 302
    lock = PeriodLock.objects.get()
    assert "Rapport adopté." in text_of(client.get(at("locks", SLUG)))
    assert client.get(at("lift_lock", lock.pk)).status_code == 403
    client = enter(reader)
    assert at("lift_lock", lock.pk) in client.get(at("locks", SLUG)).text
    assert client.get(at("lift_lock", lock.pk)).status_code == 200
    assert client.post(at("lift_lock", lock.pk), {}).status_code == 400
    assert client.post(at("lift_lock", lock.pk), {"motif": "Un centre oublié."}).status_code == 302
    assert client.post(at("lift_lock", lock.pk), {"motif": "Encore."}).status_code == 422
    assert "Un centre oublié." in text_of(client.get(at("locks", SLUG)))


def test_the_year_proposed_is_the_last_whole_one_that_is_open(enter, strategy, officer, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda: NOW.date().replace(year=2028))
    client, years = enter(officer), []
    for start in (2027, 2026):
        form = client.get(at("locks", SLUG)).context["form"]
        years.append((form.initial["du"].year, form.initial["au"].isoformat()))
        values.lock(strategy, officer, values.START.replace(year=start), values.START.replace(year=start + 1))
    assert years == [(2027, "2027-12-31"), (2026, "2026-12-31")]
    assert client.get(at("locks", SLUG)).context["form"].initial["du"].year == 2027


def test_a_value_is_contested_and_answered(enter, strategy, partner, officer):
    held = measurement("A1.companies", 12)
    client = enter(partner)
    assert "12 entreprises" in text_of(client.get(at("dispute", held.pk)))
    assert client.post(at("dispute", held.pk), {}).status_code == 400
    answer = client.post(at("dispute", held.pk), {"mots": "Nous en comptons 9."})
    dispute = Dispute.objects.get()
    assert answer.url == at("settle", dispute.pk)
    assert client.post(at("dispute", held.pk), {"mots": "Encore."}).status_code == 422
    assert "Un agent de la Région répondra" in text_of(client.get(answer.url))
    assert client.post(answer.url, {"mots": "Non."}).status_code == 403
    client = enter(officer)
    assert "Contestée" in text_of(client.get(at("value_form", SLUG, "A1.companies")))
    assert client.post(answer.url, {}).status_code == 400
    assert client.post(answer.url, {"mots": "Vérifié."}).status_code == 302
    assert client.post(answer.url, {"mots": "Encore."}).status_code == 422
    assert "Vérifié." in text_of(client.get(answer.url))


def test_a_value_of_two_companies_is_not_shown_to_a_partner(enter, strategy, partner, officer):
    held = measurement("A1.companies", 2)
    client = enter(partner)
    assert client.get(at("dispute", held.pk)).status_code == 404
    assert "2 entreprises" not in text_of(client.get(at("value_form", SLUG, "A1.companies")))
    reported = values.reported(2, code="A1.companies", units=2, as_of=values.START, label="agreed")
    assert client.get(at("correct", reported.pk)).status_code == 404
    assert enter(officer).get(at("correct", reported.pk)).status_code == 200


# -- quality -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_quality_page_costs_the_same_whatever_is_wrong(enter, strategy, partner, officer, count, django_assert_num_queries):
    for month in range(1, count + 1):
        former = values.reported(month, as_of=values.AS_OF.replace(day=month))
        values.dispute(values.reported(9, as_of=former.as_of, replaces=former, reason="Un centre oublié."), partner)
    client = enter(officer)
    client.get(at("quality"))
    with django_assert_num_queries(11):
        answer = client.get(at("quality"))
    counts = {line["kind"]: line["count"] for line in answer.context["counts"]}
    assert (counts["disputed"], counts["changed"], counts["texts"], counts["missing"]) == (count, count, 1, 3)


def test_each_trouble_says_what_would_mend_it_and_leaves_as_a_file(enter, strategy, officer, partner):
    values.dispute(values.reported(120), partner)
    measurement("A1.companies", 12, as_of=values.START)
    client = enter(officer)
    text = text_of(client.get(at("quality") + "?strategie=essai"))
    for told in ("La plateforme le calcule : prenez les mesures.", "Notre registre en compte 90.", "périmé",
                 "1 000 personnes (Partie unique) ; 1 200 personnes (Partie unique)"):  # fmt: skip
        assert told in text
    lines = client.get(at("quality") + "?format=csv").text.splitlines()
    assert lines[0] == "\ufeffgenre;code;titre;constat;date"
    assert any(line.startswith("Contestées;A2.people;Personnes formées;Notre registre") for line in lines)


def test_what_needs_a_source_says_which_and_what_nobody_reports_says_so(enter, strategy, officer):
    text = text_of(enter(officer).get(at("quality")))
    assert "Il faudrait : les entrées en formation, que les centres rapportent." in text


def test_a_locked_period_is_compared_with_operations_on_demand(enter, strategy, officer):
    measurement("A1.companies", 12, as_of=values.AS_OF)
    values.lock(strategy, officer)
    client = enter(officer)
    assert "comparer=1" in client.get(at("quality")).text
    text = text_of(client.get(at("quality") + "?comparer=1"))
    assert "Verrouillé : 12 entreprises ; les opérations disent aujourd'hui : inconnu." in text


def test_without_a_strategy_the_pages_say_what_to_do(enter, officer):
    client = enter(officer)
    assert "Chargez une stratégie" in text_of(client.get(at("quality")))
    assert "Rien n'attend de votre part" in text_of(client.get(at("values")))
