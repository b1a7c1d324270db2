"""A file of wishes has the same columns wherever it is taken, and comes back the same wherever it is brought."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ensembleur.accounts.models import Act
from ensembleur.meetings.choices import WishLevel, WishState
from ensembleur.meetings.engine.people_files import WISHES, Fault, check_name
from ensembleur.meetings.models import Event, Wish
from ensembleur.meetings.queries.exports import wish_rows
from ensembleur.meetings.services.exporting import export_event
from ensembleur.meetings.services.importing import import_file
from ensembleur.strategy.engine.tabular import plain
from ensembleur.strategy.views.tables import table_csv
from tests.factories import meetings
from tests.factories.meetings import NOW

pytestmark = pytest.mark.django_db
MEAN = ["=Acheteur", "'=Acheteur", "Atelier/A", "Atelier", "00000001800010", "12 34", 'a;b"c', "é/B", "+33", "L’/b", "-", "مرحبا"]


def fits(text):
    try:
        check_name(text, 80)
    except Fault:
        return False
    return True


def words(most):
    visible = st.characters(codec="utf-8", exclude_categories=["C"])
    return st.text(visible, max_size=most).map(lambda text: " ".join(text.split()))


names = st.lists(st.sampled_from(MEAN) | words(20).filter(fits), min_size=2, max_size=4, unique_by=plain)
people = st.lists(st.booleans(), min_size=1, max_size=3)  # whether each has an address
minutes = st.integers(0, 60 * 24 * 60).map(lambda n: timedelta(minutes=n, microseconds=n))


@st.composite
def forums(draw):
    """Participations of each side, [(side, name, SIRET, people)], and wishes between them, by rank."""
    sides = [("A", draw(names)), ("B", draw(names))]
    sirets = st.sampled_from(["", "00000002600013", "00000003400017"])
    told, used = [], set()
    for side, kept in sides:
        for name in kept:
            siret = draw(sirets)
            siret = "" if (side, siret) in used else siret
            used.add((side, siret))
            told.append((side, name, siret, draw(people)))
    ones = [rank for rank, one in enumerate(told) if one[0] == "A"]
    others = [rank for rank, one in enumerate(told) if one[0] == "B"]
    pair = st.tuples(st.sampled_from(ones), st.sampled_from(others)).flatmap(lambda both: st.sampled_from([both, both[::-1]]))
    note = words(30)
    wish = st.tuples(
        pair, st.sampled_from(WishLevel.values), st.sampled_from(WishState.values), st.sampled_from(["", *WishLevel.values]), note,
        st.booleans(), st.booleans(), minutes, minutes,
    )  # fmt: skip
    return told, draw(st.lists(wish, max_size=5, unique_by=lambda one: one[0]))


def gathered(told):
    """An event with these participations."""
    event = meetings.event(state="wishes")
    rows = []
    for number, (side, name, siret, addresses) in enumerate(told):
        one = meetings.registration(event, side, people=0, name=name, siret=siret)
        for rank, has in enumerate(addresses):
            meetings.attendee(one, name=f"Personne {rank}", email=f"p{number}.{rank}@test.example" if has else "")
        rows.append(one)
    return event, rows


SENT = ("like", "sent", "", "", False, False, timedelta(), timedelta(1))
LIKE_A_SIDE = [(side, name, "", [False]) for side, name in (("A", "Atelier"), ("B", "Atelier"), ("B", "Atelier/A"))]


@settings(max_examples=40, deadline=None)
@given(forums())
@example((LIKE_A_SIDE, [((0, 2), *SENT), ((1, 0), *SENT)]))
def test_wishes_come_back_the_same_whatever_the_names(forum):
    told, wishes = forum
    (event, rows), (other, _same) = gathered(told), gathered(told)
    for (sender, receiver), level, state, answer, note, has_group, is_named, since, left in wishes:
        group = meetings.first(rows[sender]) if has_group else None
        named = rows[receiver].attendees.last() if is_named else None
        meetings.wish(
            rows[sender], rows[receiver], state, level=level, answer_level=answer, note=note, group=group, named=named,
            sent_at=NOW - since, expires_at=NOW + left + timedelta(minutes=1),
        )  # fmt: skip
    before = list(wish_rows(event))
    assert len(before) == len(wishes)
    if wishes:
        content = table_csv(WISHES.all, before).encode()
        done = import_file(event=other, kind="wishes", content=content, file_name="v.csv", by="command:test", now=NOW)
        assert [line.why for line in done.of("rejected")] == []
    assert list(wish_rows(other)) == before


def test_the_page_the_export_the_model_and_the_lines_left_out_have_one_set_of_columns(client):
    event, (buyer, supplier) = gathered([("A", "Acheteur", "", [True]), ("B", "Fournisseur", "", [True])])
    meetings.wish(buyer, supplier)
    meetings.wish(supplier, buyer, "declined")
    client.force_login(event.organisers.get().user)
    page = reverse("meetings:desk_wishes_export", args=[event.slug])
    told = {}
    for name, address in (
        ("page", page), ("filtered", f"{page}?etat=declined"), ("model", reverse("meetings:desk_import_template", args=[event.slug, "wishes"])),
    ):  # fmt: skip
        lines = client.get(address).content.decode("utf-8-sig").splitlines()
        told[name] = list(csv.DictReader(lines, delimiter=";"))
        assert tuple(lines[0].split(";")) == WISHES.all
    (sheet,) = export_event(event=event, by="command:test", now=NOW, only="voeux")
    assert (sheet.columns, sheet.rows) == (WISHES.all, told["page"])
    assert told["filtered"] == [row for row in sheet.rows if row["etat"] == "Décliné"]
    assert told["model"] == []
    assert Act.objects.filter(verb="export_event").count() == 3
    assert WISHES.of_rejects[: len(WISHES.all)] == WISHES.all


@pytest.mark.parametrize(
    ("sent", "expires", "kept"),
    [
        ("2026-11-20T10:00:00+01:00", "", (NOW - timedelta(days=1), NOW + timedelta(days=10))),
        ("20/11/2026 10:00", "22/11/2026 10:00", (NOW - timedelta(days=1), NOW + timedelta(days=1))),
        ("2026-11-20 10:00", "2026-11-20", (NOW - timedelta(days=1), NOW + timedelta(days=10))),  # over: time is left to answer
        ("2050-01-01", "", (NOW, NOW + timedelta(days=10))),  # nobody asked tomorrow
    ],
)
def test_the_instants_of_a_wish_are_kept_as_exports_and_spreadsheets_write_them(sent, expires, kept):
    event, _rows = gathered([("A", "Un", "", [True]), ("B", "Deux", "", [True])])
    content = f"de;vers;envoye_le;expire_le\nUn;Deux;{sent};{expires}".encode()
    import_file(event=event, kind="wishes", content=content, file_name="v.csv", by="command:test", now=NOW)
    wish = Wish.objects.get()
    assert (wish.sent_at, wish.expires_at) == kept


def test_no_wish_of_a_file_lapses_before_wishes_open_nor_after_they_close():
    content = b"de;vers;expire_le\nUn;Deux;22/11/2026 10:00"
    for state, closing, kept in (
        ("draft", None, None),
        ("wishes", NOW + timedelta(hours=3), NOW + timedelta(hours=3)),
        ("wishes", NOW + timedelta(days=9), NOW + timedelta(days=1)),
    ):
        event, _rows = gathered([("A", "Un", "", [True]), ("B", "Deux", "", [True])])
        Event.objects.filter(pk=event.pk).update(state=state, wishes_close_at=closing)
        import_file(event=event, kind="wishes", content=content, file_name="v.csv", by="command:test", now=NOW)
        assert Wish.objects.of_event(event).get().expires_at == kept


@pytest.mark.parametrize("said", ["demain", "1999-12-31", "9999-12-31", "32/01/2027 10:00"])
def test_an_instant_that_cannot_be_read_says_how_to_write_it(said):
    event, _rows = gathered([("A", "Un", "", [True]), ("B", "Deux", "", [True])])
    content = f"de;vers;envoye_le\nUn;Deux;{said}".encode()
    done = import_file(event=event, kind="wishes", content=content, file_name="v.csv", by="command:test", now=NOW)
    assert [line.why for line in done.of("rejected")] == [
        "« envoye_le » demande un jour et une heure, par exemple 2027-01-12 09:20."
    ]
