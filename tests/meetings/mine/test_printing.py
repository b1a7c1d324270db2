"""PDF that a screen reader reads: tagged, in its language, every code beside its text; whatever the names."""

from __future__ import annotations

import io

import pypdf
import pytest

from ensembleur.meetings.engine.badges import (
    Badge,
    Day,
    Line,
    Spot,
    agendas_pdf,
    badges_pdf,
    cards_pdf,
    drawn,
    plan_pdf,
    qr_svg,
)
from tests.factories.meetings import NOW

WORDS = {
    "title": "Badges", "event": "Rencontres fictives", "alt": "Code QR :", "version": "Version 1", "none": "Rien", "hour": "Heure",
    "with": "Avec", "place": "Où", "notes": "À savoir",
}  # fmt: skip
BADGE = Badge(
    "Camille Fictive", "Achats", "Atelier fictif", "Sous-traitant", "Table 4", "2M-7Q3KX9", "https://exemple.test/2M-7Q3KX9/"
)
DAY = Day(
    "Camille Fictive",
    "Atelier fictif",
    (Line("9 h 00", "Usinage fictif", "Dominique", "Table 4"), Line("9 h 20", "Pause", "", "")),
)
GIVEN = {"words": WORDS, "lang": "fr", "made_at": NOW}


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def is_accessible(pdf: bytes, lang: str = "fr") -> str:
    """Tagged, in its language, titled, declared PDF/UA; returns its words."""
    held = read(pdf)
    root = held.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == lang
    assert b"pdfuaid" in root["/Metadata"].get_data()
    return "\n".join(page.extract_text() for page in held.pages)


@pytest.mark.parametrize("large", [False, True])
def test_a_badge_pairs_its_code_with_readable_text(large):
    pdf = badges_pdf([BADGE] * 9, large=large, **GIVEN)
    words = is_accessible(pdf)
    assert words.count("2M-7Q3KX9") == 9
    assert "Atelier fictif" in words
    assert len(read(pdf).pages) == (5 if large else 2)
    assert "Code QR : 2M-7Q3KX9".encode("utf-16-be") in pdf or b"2M-7Q3KX9" in pdf


@pytest.mark.parametrize("large", [False, True])
def test_an_agenda_is_a_page_a_person_in_order(large):
    pdf = agendas_pdf([DAY, Day("Sans", "Rendez-vous", ())], large=large, words=WORDS, lang="en", made_at=NOW)
    words = is_accessible(pdf, "en")
    assert words.index("9 h 00") < words.index("9 h 20") < words.index("Rien")
    assert len(read(pdf).pages) == 2


def test_tables_have_cards_and_a_list():
    spots = [Spot("Table 1", ("Atelier fictif", "sans marche")), Spot("Salle bleue", ())]
    assert len(read(cards_pdf(spots, **GIVEN)).pages) == 2
    assert "Atelier fictif · sans marche" in is_accessible(plan_pdf(spots, **GIVEN))
    assert "Rien" in is_accessible(plan_pdf([], large=True, **GIVEN))


def test_hostile_names_are_drawn_as_text_and_what_no_font_draws_is_a_question_mark():
    mean = '#panic("x") = *gras* `x` $1$ 日本 😀 \u202e\x00' + "é" * 100
    badge = Badge(mean, mean, mean, mean, mean, "2M", "https://exemple.test/" + mean)
    words = is_accessible(badges_pdf([badge], words=dict.fromkeys(WORDS, mean), lang="fr", made_at=NOW))
    assert "#panic" in words
    assert drawn(("日", {"a": "é€ж", "qr": "日"})) == ["?", {"a": "é€ж", "qr": "日"}]


def test_every_sign_kept_is_drawn():
    from ensembleur.meetings.engine.badges import _UNDRAWN

    signs = "".join(sign for sign in map(chr, range(32, 0x2300)) if not _UNDRAWN.match(sign))
    lines = tuple(Line(signs[start : start + 60], "", "", "") for start in range(0, len(signs), 60))
    is_accessible(agendas_pdf([Day("x", "y", lines)], **GIVEN))


def test_the_same_badge_gives_the_same_bytes_and_the_code_holds_its_address():
    assert badges_pdf([BADGE], **GIVEN) == badges_pdf([BADGE], **GIVEN)
    assert qr_svg("a").startswith("<svg")
    assert qr_svg("a") != qr_svg("b")
