"""The subjects of advice: complete in both languages, and a mistake in the file is named."""

from __future__ import annotations

import pytest

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.subjects import OTHER_AXES, offered_subject, read_subjects, subject, subject_title, subjects
from ensembleur.journeys.engine.diagnosis import AXES

GOOD = {"code": "energy", "axis": "environment", "title": ["Énergie", "Energy"], "hint": ["Moins.", "Less."]}


def test_every_axis_has_subjects_in_both_languages():
    assert {held.axis for held in subjects()} == {*AXES, *OTHER_AXES}
    assert 20 <= len(subjects()) <= 40
    for held in subjects():
        assert all((held.title.fr, held.title.en, held.hint.fr, held.hint.en))
        assert bool(held.question.fr) == bool(held.question.en)


def test_a_subject_is_found_by_its_code_and_named_in_the_readers_language():
    assert subject("energy").axis == "environment"
    assert offered_subject("energy") is subject("energy")
    assert subject_title("energy", "en") == "Cutting the energy bill"
    assert subject_title("gone-since", "fr") == "gone-since"


def test_an_unknown_subject_is_refused():
    with pytest.raises(BadInput, match="n'est pas un sujet"):
        subject("astrology")


def test_a_retired_subject_is_readable_but_no_longer_offered(monkeypatch):
    (retired,) = read_subjects({"subjects": [{**GOOD, "retired": True}]})
    monkeypatch.setattr("ensembleur.journeys.catalogue.subjects._by_code", lambda: {"energy": retired})
    assert subject("energy").retired
    with pytest.raises(BadInput, match="plus proposé"):
        offered_subject("energy")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "liste"),
        ({"subjects": []}, "liste"),
        ({"subjects": ["energy"]}, "sujet 1"),
        ({"subjects": [GOOD, GOOD]}, "deux fois"),
        ({"subjects": [{**GOOD, "axis": "weather"}]}, "weather"),
        ({"subjects": [{**GOOD, "code": "Énergie !"}]}, "minuscules"),
        ({"subjects": [{**GOOD, "code": "x" * 41}]}, "40 caractères"),
        ({"subjects": [{**GOOD, "color": "red"}]}, "color"),
        ({"subjects": [{**GOOD, "title": ["Énergie"]}]}, "title"),
        ({"subjects": [{**GOOD, "question": ["Combien ?", ""]}]}, "question"),
    ],
)
def test_a_mistake_in_the_file_is_named(data, says):
    with pytest.raises(BadInput, match=says):
        read_subjects(data)
