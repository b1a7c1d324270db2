"""Matching: who is asked, in which order, and why each one is or is not."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.journeys.engine.matching import Candidate, Place, Standing, asked, match, reserve
from ensembleur.logic.answers import Answer
from ensembleur.logic.conditions import parse
from ensembleur.logic.facts import Fact, Interval
from ensembleur.logic.words import Words
from ensembleur.schemes.engine.vocabulary import VOCABULARY

TODAY = date(2026, 11, 21)
ARGENTEUIL = Place("000340182", "95018", "95", "11")
TITLES = {"energy": Words("Énergie", "Energy"), "hiring": Words("Recruter", "Hiring")}
FROM_20 = parse({"all": [{"id": "size", "fact": "headcount", "op": "at_least", "value": "20"}]}, vocabulary=VOCABULARY)


def candidate(number, *subjects, area=("departement", "95"), **fields):
    return Candidate(number, "Organisme fictif", frozenset(subjects), (area,) if area else (), **fields)


def matched(*candidates, place=ARGENTEUIL, facts=None, **fields):
    return match(
        candidates, subject="energy", place=place, facts=facts or {}, as_of=TODAY, titles=TITLES, vocabulary=VOCABULARY, **fields
    )


def numbers(matches):
    return [one.candidate.adviser for one in matches]


def standings(matches):
    return {one.candidate.adviser: one.standing for one in matches}


def says(one):
    return [reason.says.replace("\xa0", " ") for reason in one.reasons]


def test_an_adviser_of_the_subject_and_the_place_is_asked_with_a_reason_for_each():
    (one,) = matched(candidate(1, "energy"))
    assert (one.standing, one.answer) == (Standing.ASKED, Answer.YES)
    assert says(one) == ["Sujet demandé « Énergie » : il faut « Énergie »", "Département 95 : il faut 95"]


def test_another_subject_or_another_place_excludes_and_says_why():
    matches = matched(
        candidate(1, "hiring"), candidate(2, "energy", area=("departement", "77")), candidate(3, "energy", area=None)
    )
    assert asked(matches) == ()
    assert set(standings(matches).values()) == {Standing.EXCLUDED}
    by_number = {one.candidate.adviser: one for one in matches}
    assert [reason.answer for reason in by_number[1].reasons] == [Answer.NO, Answer.YES]
    assert [reason.answer for reason in by_number[2].reasons] == [Answer.YES, Answer.NO]


def test_the_narrowest_perimeter_comes_first_then_the_least_loaded():
    matches = matched(
        candidate(1, "energy", area=("region", "11")),
        candidate(2, "energy", load=4),
        candidate(3, "energy", load=1),
        candidate(4, "energy", area=("commune", "95018"), load=9),
        candidate(5, "energy", area=("company", "000340182"), load=30),
        at_once=5,
    )
    assert numbers(matches) == [5, 4, 3, 2, 1]


def test_three_are_asked_and_the_others_are_held_in_reserve():
    matches = matched(*(candidate(number, "energy") for number in range(5, 0, -1)))
    assert numbers(asked(matches)) == [1, 2, 3]
    assert numbers(reserve(matches)) == [4, 5]


def test_an_unknown_fact_never_excludes_but_comes_after_the_sure_ones():
    matches = matched(candidate(1, "energy", area=("commune", "95018"), condition=FROM_20), candidate(2, "energy"))
    assert numbers(asked(matches)) == [2, 1]
    unsure = asked(matches)[1]
    assert (unsure.answer, unsure.missing) == (Answer.UNKNOWN, ("headcount",))
    assert "Effectif non renseigné" in says(unsure)[-1]


@pytest.mark.parametrize(
    ("headcount", "standing"),
    [(34, Standing.ASKED), (5, Standing.EXCLUDED), (Interval(10, 49), Standing.ASKED), (Interval(6, 9), Standing.EXCLUDED)],
)
def test_an_organisations_filter_is_read_on_what_is_known(headcount, standing):
    (one,) = matched(candidate(1, "energy", condition=FROM_20), facts={"headcount": Fact(headcount)})
    assert one.standing == standing


def test_an_absent_adviser_is_set_aside_with_the_day_of_return():
    matches = matched(candidate(1, "energy", away=date(2026, 12, 1)), candidate(2, "energy"))
    assert standings(matches) == {1: Standing.AWAY, 2: Standing.ASKED}
    assert says(matches[-1])[-1] == "Absent jusqu'au 01/12/2026"


def test_generalists_are_asked_only_when_no_specialist_can():
    generalist, specialist = candidate(1), candidate(2, "energy")
    assert numbers(asked(matched(generalist, specialist))) == [2]
    assert numbers(reserve(matched(generalist, specialist))) == [1]
    alone = asked(matched(generalist, candidate(3, "hiring")))
    assert numbers(alone) == [1]
    assert says(alone[0])[0].startswith("Conseiller généraliste")
    assert numbers(asked(matched(generalist, candidate(2, "energy", away=date(2026, 12, 1))))) == [1]


def test_a_project_without_a_known_place_excludes_nobody_by_place():
    matches = matched(candidate(1, "energy"), candidate(2, "energy", area=("region", "11")), place=Place(region="11"))
    assert numbers(asked(matches)) == [2, 1]
    assert asked(matches)[1].answer is Answer.UNKNOWN
    assert says(asked(matches)[1])[1] == "Département non renseigné : il faut 95"


def test_a_project_known_by_its_departement_excludes_the_communes_of_another():
    place = Place(departement="95", region="11")
    matches = matched(
        candidate(1, "energy", area=("commune", "95018")), candidate(2, "energy", area=("commune", "77288")), place=place
    )
    assert standings(matches) == {1: Standing.ASKED, 2: Standing.EXCLUDED}


def test_several_perimeters_count_by_their_narrowest_that_may_hold():
    two = Candidate(1, "", frozenset({"energy"}), (("commune", "77288"), ("region", "11")))
    (one,) = matched(two)
    assert (one.standing, one.width) == (Standing.ASKED, 3)


def test_reasons_are_told_in_english():
    one = matched(candidate(1), candidate(2, "energy", away=date(2026, 12, 1)), lang="en")
    assert one[0].reasons[0].says == "Generalist adviser: open to any subject"
    assert one[1].reasons[-1].says == "Away until 01/12/2026"


def test_nobody_at_all_gives_nobody():
    assert matched() == ()
