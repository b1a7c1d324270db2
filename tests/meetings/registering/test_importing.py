"""A file of people or of wishes enters once, line by line, and may be taken back as long as nothing stands on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.models import Attendee, Booking, ImportBatch, Letter, Refusal, Registration, Wish
from ensembleur.meetings.services.events import move_event
from ensembleur.meetings.services.importing import import_file, undo_import
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW
from tests.meetings.registering.told import people_csv

pytestmark = pytest.mark.django_db
BY = "command:event_import"
SIRET = "00000001800010"


def bring(event, content, kind="people", by=BY, **options):
    return import_file(event=event, kind=kind, content=content, file_name="a.csv", by=by, now=NOW, **options)


def wishes_csv(*lines, headings="de;vers"):
    return "\n".join((headings, *lines)).encode()


def why(done):
    return [(line.number, line.why) for line in done.of("rejected")]


# -- people ------------------------------------------------------------------------------------------------------------
def test_several_people_of_one_establishment_make_one_participation():
    event = meetings.event()
    done = bring(
        event,
        people_csv(
            f"B;{SIRET};Atelier fictif;Camille;un@test.example;tôlerie;25 28;1 3-4;oui",
            f"Sous-traitant ou fournisseur;{SIRET};;Dominique;;;;;",
            headings="Côté;SIRET;organisation;personne;courriel;cherche;secteurs;creneaux_absents;accord",
        ),
    )
    assert done.counts == {"read": 2, "added": 2, "updated": 0, "unchanged": 0, "rejected": 0, "organisations": 1}
    held = Registration.objects.get()
    assert (held.name, held.siret, held.side, held.origin, held.status) == ("Atelier fictif", SIRET, "B", "company", "accepted")
    assert (held.seeks, held.sectors, held.is_listed, held.batch) == ("tôlerie", ["25", "28"], True, done.batch)
    one, other = Attendee.objects.order_by("pk")
    assert (one.absent_slots, one.consented_at, other.consented_at) == ([0, 2, 3], NOW, None)
    assert not Letter.objects.exists()
    assert (Act.objects.get().who, Act.objects.get().verb) == (BY, "import_people")


def test_a_trial_writes_nothing_and_the_same_file_twice_adds_nothing():
    event, content = meetings.event(), people_csv("B;;Atelier;Camille;un@test.example", "B;;;Dominique;deux@test.example")
    assert bring(event, content, dry_run=True).counts["added"] == 2
    assert not Registration.objects.exists()
    assert bring(event, content).counts["added"] == 2
    again = bring(event, content)
    assert (again.counts["unchanged"], again.batch) == (2, None)
    assert (Registration.objects.count(), ImportBatch.objects.count()) == (2, 1)
    assert Registration.objects.get(name="Dominique").origin == "person"


def test_a_new_person_joins_a_participation_that_is_there():
    event = meetings.event()
    bring(event, people_csv(f"B;{SIRET};Atelier;Camille;un@test.example"))
    done = bring(event, people_csv(f"B;{SIRET};Atelier;Camille;un@test.example", f"B;{SIRET};Atelier;Dominique;"))
    assert done.counts == {"read": 2, "added": 1, "updated": 0, "unchanged": 1, "rejected": 0, "organisations": 0}
    assert Registration.objects.get().attendees.count() == 2
    assert undo_import(batch=done.batch, by=BY, now=NOW) == 1
    assert Registration.objects.get().attendees.count() == 1


def test_two_people_of_one_name_are_told_apart_by_their_address():
    done = bring(meetings.event(), people_csv("B;;;Camille;un@test.example", "B;;;Camille;deux@test.example"))
    assert done.counts["organisations"] == 2


def test_everything_a_file_may_say_is_kept():
    event = meetings.event(kind="job_dating")
    line = "Candidat;Personne;;;Belgique;95018;3;Moi;Un poste;Mes mains;25;H2903 H2912;CDI,CDD;Liste d'attente;non;"
    line += "Camille;Tourneur;un@test.example;+33 1 02;anglais;oui;2;5;3;oui;4;2;17"
    done = bring(event, people_csv(line, headings=";".join(HEADINGS)))
    assert why(done) == []
    held, one = Registration.objects.get(), Attendee.objects.get()
    assert (held.name, held.country, held.commune, held.headcount, held.status) == ("Camille", "BE", "95018", 3, "waiting")
    assert (held.occupations, held.contracts, held.is_listed) == (["H2903", "H2912"], ["permanent", "fixed"], False)
    assert (one.function, one.phone, one.language, one.absent_slots) == ("Tourneur", "+33 1 02", "en", [1])
    assert (one.max_meetings, one.max_consecutive, one.is_host, one.home.code) == (5, 3, True, "4")
    assert (one.group_size, one.group_age) == (2, 17)


HEADINGS = (
    "cote", "origine", "siret", "organisation", "pays", "commune", "effectif", "presentation", "cherche", "propose", "secteurs",
    "metiers", "contrats", "statut", "affiche", "personne", "fonction", "courriel", "telephone", "langue", "accord",
    "creneaux_absents", "rendez_vous_max", "pause_apres", "recoit", "place", "taille_groupe", "age_groupe",
)  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"cote": "C"}, "« cote » ne connaît pas « C »"),
        ({"cote": ""}, "« cote » ne connaît pas"),
        ({"siret": "123"}, "n'est pas un SIRET"),
        ({"commune": "Argenteuil"}, "n'est pas un code commune"),
        ({"personne": ""}, "« personne » est vide"),
        ({"personne": "Nul\x00"}, "caractère illisible"),
        ({"personne": "a" * 121}, "121 caractères : 120 au plus"),
        ({"personne": "\u202egnp.exe"}, "retourne le texte"),
        ({"courriel": "pas une adresse"}, "n'est pas une adresse électronique"),
        ({"telephone": "appelez-moi"}, "n'est pas un numéro de téléphone"),
        ({"effectif": "beaucoup"}, "un nombre entier de 0 à"),
        ({"taille_groupe": "0"}, "un nombre entier de 1 à 1000"),
        ({"creneaux_absents": "9"}, "numéros de 1 à 6"),
        ({"creneaux_absents": "1-6"}, "aucun créneau"),
        ({"metiers": "soudeur"}, "n'est pas un code ROME"),
        ({"metiers": " ".join(f"H29{n:02d}" for n in range(11))}, "10 codes au plus"),
        ({"secteurs": "métal"}, "les deux premiers chiffres"),
        ({"contrats": "ami"}, "« contrats » ne connaît pas « ami »"),
        ({"accord": "peut-être"}, "oui, non"),
        ({"place": "99"}, "n'existe pas dans cet événement"),
        ({"place": "1"}, "déjà gardée"),
        ({"courriel": "prise@test.example"}, "déjà celle d'une autre inscription"),
        ({"age_groupe": "12;de trop"}, "plus de cellules que de titres"),
    ],
)
def test_a_line_that_cannot_enter_says_why_and_the_others_enter(cells, words):
    event = meetings.event()
    held = meetings.registration(event, people=0)
    meetings.attendee(held, email="prise@test.example", home=event.places.get(code="1"))
    bad = {"cote": "B", "organisation": "Atelier", "personne": "Camille", **cells}
    good = {"cote": "B", "organisation": "Autre", "personne": "Dominique"}
    lines = [";".join(one.get(name, "") for name in HEADINGS) for one in (bad, good)]
    done = bring(event, people_csv(*lines, headings=";".join(HEADINGS)))
    assert [(line.number, words in line.why) for line in done.of("rejected")] == [(2, True)], why(done)
    assert Registration.objects.filter(name="Autre").exists()
    assert done.batch.rejects[0][:2] == [2, done.of("rejected")[0].why]


def test_two_lines_that_tell_one_organisation_apart_are_not_mixed():
    headings = "cote;organisation;personne;effectif"
    done = bring(meetings.event(), people_csv("B;Atelier;Camille;12", "B;atelier;Dominique;13", headings=headings))
    assert why(done) == [(3, "« effectif » diffère de la ligne 2, pour la même organisation : gardez une seule valeur.")]


def test_a_file_of_windows_is_read_and_one_that_is_no_table_says_so():
    event = meetings.event()
    bring(event, "cote,organisation,personne\nB,Société Éloïse,Éloïse".encode("cp1252"))
    assert Registration.objects.get().name == "Société Éloïse"
    for content, words in ((b"", "titres"), (b"\xff\xfeo\x00r\x00", "titres"), (b"a" * 3_000_001, "3 Mo"), (b"personne;organisation\n", "aucune ligne")):  # fmt: skip
        with pytest.raises(BadInput, match=words):
            bring(event, content)


def test_who_no_longer_fits_waits_in_the_order_of_the_file():
    event = meetings.event(max_people=2)
    bring(event, people_csv("B;;Un;Camille;", "B;;Deux;Ange;", "B;;Deux;Dominique;", "B;;Trois;Sacha;"))
    assert dict(Registration.objects.values_list("name", "status")) == {"Un": "accepted", "Deux": "waiting", "Trois": "waiting"}
    everybody = meetings.event(max_people=9)
    bring(everybody, people_csv("B;;Un;Camille;", "B;;Deux;Ange;"))
    assert set(everybody.registrations.values_list("status", flat=True)) == {"accepted"}


def test_everybody_receives_a_link_when_it_is_asked():
    event = meetings.event()
    bring(event, people_csv("B;;Un;Camille;un@test.example", "B;;Deux;Ange;"), tell=True)
    assert [letter.attendee.name for letter in Letter.objects.all()] == ["Camille"]


def test_only_an_organiser_imports_and_never_into_an_event_that_is_over():
    adviser = accounts.person(Role.ADVISER, "95")
    event = meetings.event(by=adviser)
    assert bring(event, people_csv("B;;Un;Camille;"), by=adviser).batch.by == adviser
    with pytest.raises(NotAllowed):
        bring(event, people_csv("B;;Deux;Ange;"), by=accounts.user())
    with pytest.raises(Refused, match="terminé"):
        bring(meetings.event(state="closed"), b"")
    with pytest.raises(BadInput, match="people"):
        bring(event, b"", kind="outcomes")


def test_a_thousand_hostile_names_are_kept_as_they_are_or_refused_one_by_one():
    seeds = [
        "=HYPERLINK(\"http://x\")", "+33", "-1", "@SUM(A1)", "<script>alert(1)</script>", "{{ 7*7 }}", "Robert'); DROP TABLE--",
        "مرحبا", "שלום", "🙂🙂", "Ѕосіété", "a\u200db", "é" * 160, "é" * 161, "nul\x00", "\u202eabc", "\u200b", "ligne\u2028", "\ufffd",
        "%s %(x)s", "../../etc/passwd", "\u0301\u0301",
    ]  # fmt: skip
    names = [f"{seeds[n % len(seeds)]}" if n < len(seeds) else f"{seeds[n % 13][:100]} {n}" for n in range(1000)]
    event = meetings.event(two_sided=False)
    quoted = ['"' + name.replace('"', '""') + '";P' + str(n) for n, name in enumerate(names)]
    done = bring(event, people_csv(*quoted, headings="organisation;personne"))
    assert done.counts["read"] == 1000
    refused = {line.row.line - 2 for line in done.of("rejected")}
    assert refused == {13, 14, 15, 16, 18, 21}
    assert all(line.why.endswith((".", "clavier.")) for line in done.of("rejected"))
    kept = set(Registration.objects.values_list("name", flat=True))
    assert kept == {name.strip() for n, name in enumerate(names) if n not in refused}


# -- wishes ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def forum():
    event = meetings.event(state="wishes", answer_days=5)
    buyer = meetings.registration(event, "A", siret=SIRET, name="Acheteur")
    both = [meetings.registration(event, side, siret="00000002600013", name="Des deux côtés") for side in "AB"]
    supplier = meetings.registration(event, "B", name="Fournisseur", people=2)
    return event, buyer, both, supplier


def test_wishes_name_people_by_siret_address_or_name(forum):
    event, buyer, (both_a, _both_b), supplier = forum
    one = meetings.first(supplier)
    done = bring(
        event,
        wishes_csv(
            f"{SIRET[:9]} {SIRET[9:]};{one.email.upper()};indispensable;Bonjour;accepté;souhaité;;",
            f"00000002600013/A;fournisseur;;;;;;{one.name}",
            f"{one.email};00000002600013 / a;must;;declined;;{one.name};",
            headings="de;vers;niveau;message;etat;niveau_reponse;groupe;personne",
        ),
        "wishes",
    )
    assert why(done) == []
    told = [(w.sender, w.receiver, w.level, w.state, w.answer_level, w.group, w.named) for w in Wish.objects.order_by("pk")]
    assert told == [
        (buyer, supplier, "must", "accepted", "like", None, None),
        (both_a, supplier, "like", "sent", "", None, one),
        (supplier, both_a, "must", "declined", "", one, None),
    ]
    first, second, _third = Wish.objects.order_by("pk")
    assert (first.answered_at, second.answered_at, second.expires_at, first.note) == (
        NOW,
        None,
        NOW + timedelta(days=5),
        "Bonjour",
    )
    assert done.batch.counts["kind"] == "wishes"
    assert bring(event, wishes_csv(f"{SIRET};Fournisseur"), "wishes").counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Inconnu;Fournisseur", "« de » : aucune inscription acceptée ne répond"),
        ("Acheteur;00000002600013", "2 inscriptions répondent"),
        ("Fournisseur;fournisseur", "la même inscription"),
        ("Acheteur;00000002600013/A", "du même côté (Donneur d'ordres)"),
        ("Acheteur;", "« vers » est vide"),
        ("Acheteur;Fournisseur;parfois", "« niveau » ne connaît pas"),
        ("Acheteur;Fournisseur;;Personne d'ici", "n'est pas une seule personne de Fournisseur"),
        ("Acheteur;Fournisseur;;;de trop", "plus de cellules"),
    ],
)
def test_a_wish_that_cannot_enter_says_why(forum, line, words):
    done = bring(forum[0], wishes_csv(line, "Acheteur;00000002600013/B", headings="de;vers;niveau;personne"), "wishes")
    assert [(line.number, words in line.why) for line in done.of("rejected")] == [(2, True)], why(done)
    assert Wish.objects.count() == 1


def test_wishes_no_longer_enter_once_the_timetable_is_told():
    with pytest.raises(Refused, match="planning est publié"):
        bring(meetings.event(state="published"), b"", "wishes")


@pytest.mark.parametrize("fields", [{"state": "timetable"}, {"state": "wishes", "wishes_close_at": NOW}])
def test_a_wish_brought_in_once_wishes_are_over_has_its_answer_or_is_left_out(fields):
    event = meetings.event(**fields)
    for side, name in zip("ABB", ("Un", "Deux", "Trois"), strict=True):
        meetings.registration(event, side, name=name)
    done = bring(event, wishes_csv("Un;Deux;accepté", "Un;Trois;", headings="de;vers;etat"), "wishes")
    assert (done.counts["added"], "Les vœux sont clos" in done.of("rejected")[0].why) == (1, True)
    assert bring(event, wishes_csv("Un;Deux"), "wishes").counts["unchanged"] == 1
    event.asks_both = False  # a wish that nobody declined is enough
    event.save()
    assert bring(event, wishes_csv("Un;Trois"), "wishes").counts["added"] == 1
    assert Wish.objects.get(state="sent").expires_at is None


def test_a_wish_brought_in_before_wishes_open_has_its_days_from_then_and_never_past_their_end():
    event = meetings.event(answer_days=5, registration_closes_at=NOW)
    meetings.registration(event, "A", name="Un")
    meetings.registration(event, name="Deux")
    bring(event, wishes_csv("Un;Deux"), "wishes")
    assert Wish.objects.get().expires_at is None
    then = NOW + timedelta(days=30)
    event = move_event(event=event, to="wishes", by=event.created_by, now=then)
    assert Wish.objects.get().expires_at == then + timedelta(days=5)
    event.wishes_close_at = then + timedelta(days=1)
    event.save()
    import_file(event=event, kind="wishes", content=wishes_csv("Deux;Un"), file_name="v.csv", by=BY, now=then)
    assert Wish.objects.get(sender__name="Deux").expires_at == event.wishes_close_at


# -- the way back ------------------------------------------------------------------------------------------------------
def test_a_file_is_taken_back_whole_and_once():
    event = meetings.event(max_people=1)
    done = bring(event, people_csv("B;;Un;Camille;"))
    waiting = meetings.registration(event, status="waiting")
    Refusal.objects.create(by=waiting, of=Registration.objects.get(name="Un"), at=NOW)  # a private refusal is no reason told
    assert undo_import(batch=done.batch, by=BY, now=NOW) == 1
    waiting.refresh_from_db()
    assert (Registration.objects.get(), waiting.status, ImportBatch.objects.get().state) == (waiting, "accepted", "undone")
    with pytest.raises(Refused, match="déjà été retiré"):
        undo_import(batch=done.batch, by=BY, now=NOW)
    with pytest.raises(NotAllowed):
        undo_import(batch=done.batch, by=accounts.user(), now=NOW)


def test_a_file_on_which_something_stands_is_not_taken_back():
    event = meetings.event(state="wishes")
    people = bring(event, people_csv("A;;Un;Camille;", "B;;Deux;Ange;")).batch
    one, other = Registration.objects.order_by("pk")
    wishes = bring(event, wishes_csv("Un;Deux"), "wishes").batch
    wish = Wish.objects.get()
    with pytest.raises(Refused, match=r"\(vœux : 1\)"):
        undo_import(batch=people, by=BY, now=NOW)
    Wish.objects.update(answered_at=NOW + timedelta(days=1), state="accepted")
    with pytest.raises(Refused, match="vœux : 1"):
        undo_import(batch=wishes, by=BY, now=NOW)
    Wish.objects.update(answered_at=None, state="sent")
    met = meetings.meeting(one, other, wish=wish)
    with pytest.raises(Refused, match="rendez-vous : 1"):
        undo_import(batch=wishes, by=BY, now=NOW)
    met.delete()
    assert undo_import(batch=wishes, by=BY, now=NOW) == 1
    meetings.attendee(one)
    Booking.objects.create(session=meetings.session(event), attendee=meetings.first(other), booked_at=NOW)
    meetings.visit(one)
    with pytest.raises(Refused, match="personnes venues ou engagées depuis : 1, réservations : 1, offres de visite : 1"):
        undo_import(batch=people, by=BY, now=NOW)
