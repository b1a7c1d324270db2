"""What an organiser owns leaves in tables that come back the same elsewhere; private refusals never leave."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed
from ensembleur.meetings.models import Attendee, ImportBatch, Refusal, Registration, Wish
from ensembleur.meetings.queries.exports import TABLES
from ensembleur.meetings.services.exporting import export_event
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    """Two sides, an establishment on both, several people, hostile words, wishes in every shape."""
    event = meetings.event(state="wishes")
    buyer = meetings.registration(event, "A", siret="00000001800010", name="=Acheteur", seeks='a\nb;"c"', sectors=["25"])
    supplier = meetings.registration(event, "B", people=2, name="Société Éloïse <b>", headcount=12, country="BE", origin="abroad")
    both = [meetings.registration(event, side, siret="00000002600013", name="Des deux côtés") for side in "AB"]
    alone = meetings.registration(event, "B", name="Camille", origin="person", people=0, status="waiting")
    meetings.attendee(
        alone, name="Camille", email="", phone="+33 1", absent_slots=[0, 2], is_host=True, home=event.places.get(code="2"),
        step_free=True, needs_note="Chaise haute", consented_at=None, group_size=3, group_age=12,
    )  # fmt: skip
    gone = meetings.attendee(supplier, name="Parti")
    Attendee.objects.filter(pk=gone.pk).update(erased_at=NOW, name="")
    meetings.wish(buyer, supplier, "accepted", level="must", note="-1", answer_level="like", named=meetings.first(supplier))
    meetings.wish(supplier, both[0])
    meetings.wish(both[1], buyer, "declined", sent_at=NOW + timedelta(hours=1))
    Refusal.objects.create(by=supplier, of=buyer, at=NOW)
    return event


def told_of(event):
    """All that an event says of its people and wishes, without keys nor hours."""
    people = [
        (r.name, r.siret, r.side, r.origin, r.country, r.headcount, r.seeks, r.offers, r.sectors, r.status, r.is_listed, a.name,
         a.email, a.phone, a.absent_slots, a.is_host, a.home and a.home.code, a.group_size, a.group_age, a.consented_at is None)
        for r in event.registrations.order_by("pk")
        for a in r.attendees.filter(erased_at__isnull=True).order_by("pk")
    ]  # fmt: skip
    wishes = [
        (w.sender.name, w.sender.side, w.receiver.name, w.level, w.state, w.answer_level, w.note, w.named and w.named.name)
        for w in Wish.objects.of_event(event).order_by("sent_at", "pk")
    ]
    return people, wishes


def test_people_and_wishes_come_back_the_same_in_another_event(forum, tmp_path, capsys):
    call_command("event_export", forum.slug, "--out", str(tmp_path / "sortie"))
    other = meetings.event(state="wishes")
    call_command("event_import", other.slug, str(tmp_path / "sortie/participants.csv"))
    call_command("event_import", other.slug, str(tmp_path / "sortie/voeux.csv"), "--kind", "wishes")
    assert told_of(other) == told_of(forum)
    assert (
        "6 lues · 6 ajoutées (5 inscriptions) · 0 mises à jour · 0 déjà connues · 0 écartées · fichier n° "
        in capsys.readouterr().out
    )
    assert Wish.objects.of_event(other).count() == 3


def test_every_table_has_its_columns_and_says_nothing_of_refusals_nor_needs(forum, tmp_path):
    buyer, supplier = forum.registrations.get(name="=Acheteur"), forum.registrations.get(headcount=12)
    met = meetings.meeting(buyer, supplier, group=meetings.first(supplier))
    meetings.version(forum, [(met, 1, "1")], published=True, score={"placed": 1, "breaks": 0})
    meetings.outcome(met, note="entre nous")
    call_command("event_export", forum.slug, "--out", str(tmp_path))
    call_command("event_export", forum.slug, "--out", str(tmp_path), "--format", "json")
    texts = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert len(texts) == 2 * len(TABLES)
    everything = "".join(text for name, text in texts.items() if not name.startswith("besoins"))
    assert "Chaise haute" not in everything
    assert "entre nous" not in everything
    assert "refus" not in everything.lower()
    for table in TABLES:
        rows = list(csv.DictReader(texts[f"{table.name}.csv"].removeprefix("\ufeff").splitlines(keepends=True), delimiter=";"))
        assert len(rows) == len(json.loads(texts[f"{table.name}.json"])) > 0
        assert tuple(rows[0]) == table.columns
    (row,) = json.loads(texts["rendez-vous.json"])
    assert (row["cote_a"], row["creneau"], row["debut"], row["place"]) == ("=Acheteur", "2", "2027-01-12T09:20:00+01:00", "1")
    assert "'=Acheteur" in texts["rendez-vous.csv"]
    assert json.loads(texts["besoins-confidentiel.json"])[0]["autre_besoin"] == "Chaise haute"
    assert json.loads(texts["suites.json"])[0]["participant"] == "=Acheteur"


def test_only_an_organiser_exports_and_the_journal_says_so():
    adviser = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=adviser)
    (sheet,) = export_event(event=event, by=adviser, now=NOW, only="participants")
    assert (sheet.name, sheet.rows) == ("participants", [])
    assert (Act.objects.get().verb, Act.objects.get().after) == ("export_event", {"participants": 0})
    with pytest.raises(NotAllowed):
        export_event(event=event, by=accounts.user(), now=NOW)


# -- commands ----------------------------------------------------------------------------------------------------------
def test_a_file_is_tried_then_imported_by_an_organiser_and_taken_back(tmp_path, capsys):
    adviser = accounts.person(Role.ADVISER, "95", email="elle@test.example")
    event, file, rejects = meetings.event(by=adviser), tmp_path / "a.csv", tmp_path / "ecartees.csv"
    file.write_text("cote;organisation;personne\nB;Un;Camille\nC;Deux;Ange\n", encoding="utf-8")
    call_command("event_import", event.slug, str(file), "--dry-run", "--rejects", str(rejects))
    said = capsys.readouterr()
    assert "2 lues · 1 ajoutées (1 inscriptions) · 0 mises à jour · 0 déjà connues · 1 écartées · à blanc" in said.out
    assert said.err.startswith("ligne 3 : « cote » ne connaît pas « C »")
    assert "Deux" in rejects.read_text(encoding="utf-8")
    call_command("event_import", event.slug, str(file), "--as", "ELLE@test.example", "--tell")
    batch = ImportBatch.objects.get()
    assert batch.by == adviser
    call_command("event_import", event.slug, "--undo", str(batch.pk))
    assert not Registration.objects.exists()


def test_what_a_command_is_asked_wrongly_is_one_sentence(tmp_path):
    event = meetings.event()
    for arguments, words in (
        (["inconnu", "a.csv"], "Aucun événement"),
        ([event.slug], "Donnez un fichier"),
        ([event.slug, str(tmp_path / "absent.csv")], "ne peut pas être lu"),
        ([event.slug, "--undo", "999"], "pas de fichier n° 999"),
        ([event.slug, "a.csv", "--as", "personne@test.example"], "Aucun compte actif"),
    ):
        with pytest.raises(BadInput, match=words):
            call_command("event_import", *arguments)
    (tmp_path / "occupe").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="ne peut pas être écrit"):
        call_command("event_export", event.slug, "--out", str(tmp_path / "occupe"))
