"""The pages of money and of the committee's room: what they say first, who reads what, and what each form does."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.strategy.models import Batch, BudgetLine, CycleMark, Decision, Question
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.room import owner_of, room_of, room_strategies
from tests.factories import accounts, room, values
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
TODAY, DAY, SLUG = make.TODAY, timedelta(days=1), make.SLUG
ROOM, MONEY, LINES, IMPORT = (
    "/pilotage/", f"/strategie/{SLUG}/argent/", f"/pilotage/strategies/{SLUG}/argent/", f"/pilotage/strategies/{SLUG}/argent/importer/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages are read on the day the factories speak of."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


@pytest.fixture
def strategy(db):
    return make.tiny()


@pytest.fixture
def officer(strategy):
    return accounts.person(Role.OFFICER)


@pytest.fixture
def member(strategy):
    return accounts.person(Role.COMMITTEE)


def words(answer) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").replace("\u202f", " ")
    return " ".join(text.split())


def read(client, url, person=None, language="fr") -> str:
    client.cookies["django_language"] = language
    if person is not None:
        person.language = language
        person.save()
        client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return words(answer)


def send(client, person, url, follow=True, **data):
    client.force_login(person)
    return client.post(url, data, follow=follow)


# -- the public page of money ------------------------------------------------------------------------------------------
def test_the_money_page_shows_stages_apart_and_says_what_nobody_knows(client, officer):
    room.line(officer, amount=400)
    text = read(client, MONEY)
    assert "programmé 1 M€ voté 400 € engagé inconnu payé inconnu" in text.replace("1,0 M€", "1 M€")
    assert "on ne les ajoute jamais" in text
    assert "Prévision 2026 inconnue" in text
    assert "Aucune ligne du FEDER ou du FSE+ n'est connue." in text
    english = read(client, MONEY, language="en")
    assert "voted €400" in english
    assert "Forecast for 2026 unknown" in english


def test_a_strategy_without_money_says_so(client, strategy):
    BudgetLine.objects.all().delete()
    assert "Aucun montant n'est connu" in read(client, MONEY)


def test_what_contradicts_itself_and_what_may_be_lost_is_on_the_money_page(client, officer):
    room.line(officer, amount=2_000_000)
    room.line(officer, amount=1000, year=2021, fund="erdf", stage="programmed")
    room.line(officer, amount=400, year=2023, fund="erdf", stage="paid")
    room.line(officer, amount=7, year=None, fund="esf", stage="programmed")
    room.line(officer, amount=3, code="O1", fund="esf", stage="programmed", year=None, decision="ensemble")
    text = read(client, MONEY)
    assert "Ce qui se contredit" in text
    assert "Perdu Tranche 2021 : 1 000 € à couvrir au 31 décembre 2024 ; 600 € non couverts à l'échéance." in text
    assert "Aucun montant n'est programmé pour une année de 2021 à 2027" in text
    assert "non vérifiée" in text
    assert "ce sont les mêmes euros" in text
    chart = client.get(reverse("strategy:budget_chart", args=[SLUG])).json()
    assert chart["layer"]


def test_the_money_is_taken_away_in_the_columns_an_import_reads(client, officer):
    room.line(officer, amount="1234.5", note="=1+1")
    answer = client.get(reverse("strategy:budget_csv", args=[SLUG]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "partie;annee;financeur;etape;montant_eur;decision;note"
    assert "A1;2026;Région;voté;1234,50;;'=1+1" in lines


# -- lines, files ------------------------------------------------------------------------------------------------------
def test_an_officer_adds_a_line_and_takes_it_back_with_a_reason(client, officer):
    given = {"partie": "A1", "annee": "2026", "financeur": "region", "etape": "voted", "montant": "1 500,50 €", "decision": "CP"}
    text = words(send(client, officer, LINES, **given))
    assert "La ligne est enregistrée." in text
    [line] = BudgetLine.objects.filter(origin="entered")
    assert line.amount_eur == Decimal("1500.50")
    again = send(client, officer, LINES, **given)
    assert again.status_code == 422
    assert "Une ligne dit déjà" in words(again)
    url = reverse("strategy:withdraw_line", args=[line.pk])
    assert "Rien n'est effacé" in read(client, url, officer)
    assert send(client, officer, url, motif="").status_code == 400
    assert "La ligne est retirée" in words(send(client, officer, url, motif="doublon"))
    assert send(client, officer, url, motif="encore").status_code == 422
    assert "1 500,50 €" not in read(client, LINES)
    assert "Retirée le 27 novembre 2026 : doublon" in read(client, f"{LINES}?toutes=1")


def test_a_line_typed_wrong_is_shown_back_with_its_fault(client, officer):
    given = {"partie": "A1", "annee": "1900", "financeur": "region", "etape": "voted", "montant": "12", "note": "gardé"}
    answer = send(client, officer, LINES, **given)
    assert answer.status_code == 422
    assert 'value="gardé"' in answer.text
    assert send(client, officer, LINES, **{**given, "montant": "mille"}).status_code == 400


def test_the_committee_reads_the_lines_and_writes_none(client, member):
    assert "Ajouter une ligne" not in read(client, LINES, member)
    assert send(client, member, LINES).status_code == 403
    assert client.get(IMPORT).status_code == 403


def upload(client, officer, text, name="argent.csv"):
    return send(client, officer, IMPORT, fichier=SimpleUploadedFile(name, text.encode(), "text/csv"))


def test_a_file_is_tried_then_confirmed_then_taken_back(client, officer):
    text = "partie;annee;financeur;etape;montant_eur\nA1;2026;Région;voté;10\nA1;2026;Région;voté;onze\n"
    answer = upload(client, officer, text)
    assert "2 lignes lues 1 à ajouter 0 déjà connue 1 écartée" in words(answer)
    assert not Batch.objects.exists()
    seal = re.search(r'name="seal" value="([^"]+)"', answer.text)[1]
    rejects = send(client, officer, IMPORT, act="rejects", seal=seal)
    assert rejects.content.decode("utf-8-sig").splitlines()[1].startswith("A1;2026;Région;voté;onze;;;3;")
    assert "1 ligne est ajoutée." in words(send(client, officer, IMPORT, act="confirm", seal=seal))
    assert "Rien à importer" in words(send(client, officer, IMPORT, act="confirm", seal=seal))
    url = reverse("strategy:undo_budget", args=[Batch.objects.get().pk])
    assert "Retirer ce fichier : argent.csv" in read(client, url, officer)
    assert "1 ligne est retirée." in words(send(client, officer, url, motif="mauvais fichier"))


def test_a_file_that_cannot_be_read_or_a_seal_of_another_changes_nothing(client, officer):
    assert "il manque" in words(upload(client, officer, "a;b\n1;2\n"))
    assert send(client, officer, IMPORT).status_code == 400
    answer = send(client, officer, IMPORT, act="confirm", seal="rompu")
    assert answer.status_code == 400
    assert "n'est plus en attente" in words(answer)


# -- the room ----------------------------------------------------------------------------------------------------------
def test_the_room_says_first_what_to_do_and_each_alert_with_its_rule(client, member, officer):
    values.reported(110, code="A2.people")
    text = read(client, ROOM, member)
    assert "À faire d'abord" in text
    assert "Demander à qui en répond" in text
    assert "Règle : En retard de plus de 20 points" in text or "Règle : Aucune valeur n'a jamais été donnée." in text
    assert "Le texte demande un suivi par un comité" in text
    assert "Deux chiffres pour une même chose" in text
    english = read(client, ROOM, member, "en")
    assert "Two figures for one thing" in english


def test_internal_and_small_values_are_told_in_the_room_and_not_outside(client, member):
    make.measurement(value=2, units=2)
    held = held_strategy(SLUG)
    seen = room_of(held, member, as_of=TODAY, lang="fr").now.seen["A1.companies"]
    assert (seen.is_hidden, seen.value, len(seen.points)) == (False, 2, 1)
    assert "valeur tenue secrète" in read(client, f"/strategie/{SLUG}/mesure/A1/")


def test_an_answer_awaited_comes_first_for_officers(client, officer, member):
    kept = room.question(member, due_on=TODAY - DAY)
    text = read(client, ROOM, officer)
    assert "1 question du comité attend sa réponse Pourquoi ce retard ?" in text
    assert "Réponse en retard" in text
    url = reverse("strategy:question", args=[kept.pk])
    assert "Organisme d'essai" in read(client, url, officer)
    assert send(client, officer, url, texte="").status_code == 400
    assert "La réponse est envoyée." in words(send(client, officer, url, texte="Faute de crédits."))
    assert "Faute de crédits." in read(client, ROOM, member)


def test_a_late_decision_comes_first_and_is_followed_to_its_end(client, officer, member):
    kept = room.decision(officer, due_on=TODAY - DAY)
    assert "1 décision a passé son échéance Relancer les aides." in read(client, ROOM, member)
    url = reverse("strategy:decision", args=[kept.pk])
    assert send(client, member, url, texte="x", act="follow").status_code == 403
    assert "Échéance passée" in read(client, url, officer)
    assert send(client, officer, url, texte="", act="follow").status_code == 400
    send(client, officer, url, texte="Lettre partie.", act="follow")
    send(client, officer, url, texte="Fait.", act="done")
    assert Decision.objects.get().done_on == TODAY
    assert "Rouvrir" in read(client, url, officer)
    send(client, officer, url, texte="Non.", act="reopen")
    assert Decision.objects.get().done_on is None


def test_a_decision_is_written_and_corrected(client, officer):
    url = reverse("strategy:new_decision", args=[SLUG])
    assert 'value="A1" selected' in client_get(client, officer, f"{url}?partie=A1").text
    given = {"partie": "A1", "texte": "Relancer.", "qui": "La direction", "prise": "2026-11-27"}
    assert send(client, officer, url, **{**given, "prise": "2026-11-28"}).status_code == 422
    assert "La décision est notée." in words(send(client, officer, url, **given))
    kept = Decision.objects.get()
    again = reverse("strategy:correct_decision", args=[kept.pk])
    assert "Relancer." in client_get(client, officer, again).text
    send(client, officer, again, **{**given, "texte": "Relancer vite.", "publique": "on"})
    kept.refresh_from_db()
    assert (kept.text, kept.is_public) == ("Relancer vite.", True)


def client_get(client, person, url):
    client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer


def test_a_question_is_asked_with_the_owner_the_texts_name_and_taken_back(client, member):
    url = reverse("strategy:ask", args=[SLUG])
    assert 'value="Organisme d&#x27;essai"' in client_get(client, member, f"{url}?partie=A1&indicateur=A1.companies").text
    assert "Aucun texte ne nomme" in words(client_get(client, member, f"{url}?partie=A2"))
    given = {"partie": "A1", "indicateur": "A1.companies", "qui": "Elle", "texte": "Pourquoi ?", "echeance": "2026-11-26"}
    assert send(client, member, url, **given).status_code == 422
    assert "La question est posée" in words(send(client, member, url, **{**given, "echeance": ""}))
    kept = Question.objects.get()
    assert kept.indicator.code == "A1.companies"
    page = reverse("strategy:question", args=[kept.pk])
    assert "La question est retirée." in words(send(client, member, page, act="withdraw"))
    assert not Question.objects.exists()
    answered = room.question(member, answer="Voilà.", answered_at=make.NOW, answered_by=member)
    text = words(send(client, member, reverse("strategy:question", args=[answered.pk]), act="withdraw"))
    assert "a reçu sa réponse" in text


def test_a_step_of_the_year_is_marked_and_the_mark_taken_back(client, officer):
    url = reverse("strategy:step", args=[SLUG, 2026, "measure"])
    assert "marquée comme faite" in words(send(client, officer, url, act="mark", fait="2026-11-26"))
    assert CycleMark.objects.get().done_on == date(2026, 11, 26)
    assert "déjà marquée" in words(send(client, officer, url, act="mark"))
    assert "Fait Mesurer les valeurs au 31 décembre le 26 novembre 2026" in read(client, ROOM, officer)
    assert "La marque est retirée" in words(send(client, officer, url, act="unmark"))


def test_the_room_is_filtered_by_strategy_and_by_objective(client, officer, member):
    room.decision(officer, "A1")
    room.decision(officer, "A2", text="Former mieux.")
    text = read(client, f"{ROOM}?strategie={SLUG}&objectif=O2", member)
    assert "Former mieux." in text
    assert "Relancer les aides." not in text
    assert "Soutenir autrement" not in text
    assert client.get(f"{ROOM}?strategie=ailleurs").status_code == 404


def test_the_alerts_are_taken_to_the_meeting_as_a_table(client, member):
    client.force_login(member)
    lines = client.get(f"{reverse('strategy:alerts_csv')}?strategie={SLUG}&objectif=O2").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "genre;regle;partie;titre;indicateur;constat;depuis"
    assert {line.split(";")[2] for line in lines[1:]} == {"A2"}


def test_without_a_strategy_the_room_says_what_to_do(client, db):
    assert "Aucune stratégie" in read(client, ROOM, accounts.person(Role.COMMITTEE))
    assert client.get(reverse("strategy:alerts_csv")).status_code == 404


def test_a_strategy_of_another_region_is_not_of_this_room(member):
    make.load_strategy(data=make.raw(slug="ailleurs", region="99", is_current=True), by="command:test", now=make.NOW)
    assert [held.row.pk for held in room_strategies(member)] == [SLUG]
    assert room_strategies(accounts.person(Role.ADVISER)) == []


def test_money_that_is_not_spent_a_target_moved_and_a_doubt_are_alerts(officer, member):
    make.measurement(value=40, units=40)
    values.dispute(values.reported(110), member, says="Deux doublons.")
    data = make.raw()
    target = data["challenges"][0]["objectives"][0]["measures"][0]["indicators"][0]["targets"][0]
    target["statements"][0]["value"], target["reason"] = 80, "moins de crédits"
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    room.line(officer, amount=10, stage="paid")
    held = held_strategy(SLUG)
    found = room_of(held, member, as_of=date(2028, 7, 1), lang="fr")
    assert {alert.code for alert in found.alerts} >= {"unspent", "contested", "stale"}
    [moved] = [alert for alert in room_of(held, member, as_of=TODAY, lang="fr").alerts if alert.code == "target_changed"]
    assert "moins de crédits" in moved.says
    assert moved.since == TODAY


def test_the_owner_of_a_part_is_its_own_or_of_what_holds_it(strategy):
    held = held_strategy(SLUG)
    assert owner_of(held, "A1") == "Organisme d'essai"
    assert owner_of(held, "A2") == ""
    assert owner_of(held, "S") == owner_of(held, "absente") == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_costs_the_same_queries_with_one_measure_or_three(client, officer, member, count, django_assert_num_queries):
    data = make.raw()
    objectives = data["challenges"][0]["objectives"]
    if count == 1:
        objectives.pop()
        objectives[0]["measures"].pop()
        objectives[0]["indicators"] = []
        make.load_strategy(data=data, by="command:test", now=make.NOW, reason="essai")
    for _ in range(count):
        kept = room.decision(officer)
        kept.follow_ups.create(text="Fait.", by=officer, at=make.NOW)
        room.question(member)
        room.line(officer, stage="paid", decision=str(_))
    client.force_login(member)
    client.get(ROOM)
    with django_assert_num_queries(QUERIES):
        assert client.get(ROOM).status_code == 200


QUERIES = 16
