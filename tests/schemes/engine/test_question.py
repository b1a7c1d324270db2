"""One question at a time: the one that may unlock the most money."""

from __future__ import annotations

from ensembleur.schemes.engine.question import next_question
from ensembleur.schemes.engine.verdict import advise
from tests.factories.rules import SIZE, TODAY, facts, scheme

STARTED = {"id": "started", "fact": "project_started", "op": "is_false"}
INDUSTRY = {"id": "cost", "fact": "project_cost_eur", "op": "at_least", "value": 1}


def paying(name, most, *leaves, nature="grant"):
    return scheme(
        name, version={"conditions": {"all": list(leaves)}, "amount": {"nature": nature, "rule": "range", "max_eur": most}}
    )


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_the_fact_that_may_unlock_the_most_money_is_asked():
    aids = [paying("small", 5_000, STARTED), paying("large", 250_000, SIZE), paying("other", 90_000, SIZE)]
    question = next_question(aids, {}, as_of=TODAY)
    assert (question.key.key, question.unlocks_eur, question.schemes) == ("group_headcount", 250_000, ("large", "other"))
    assert plain(question.why).startswith("Cette réponse peut débloquer jusqu'à 250 000 € : Aide large et 1 autre aide.")
    english = next_question(aids, {}, as_of=TODAY, lang="en", verdicts=advise(aids, {}, as_of=TODAY, lang="en"))
    assert english.why.startswith("This answer may unlock up to €250,000: Aid large and 1 more aid.")
    assert question.as_json()["fact"] == "group_headcount"
    assert question.as_json()["unlocks_eur"] == 250_000


def test_a_scheme_one_question_away_weighs_more_than_one_far_away():
    aids = [paying("near", 100_000, STARTED), paying("far", 150_000, SIZE, INDUSTRY)]
    assert next_question(aids, {}, as_of=TODAY).key.key == "project_started"


def test_money_to_give_back_weighs_less():
    aids = [paying("loan", 500_000, SIZE, nature="loan"), paying("grant", 60_000, STARTED)]
    assert next_question(aids, {}, as_of=TODAY).key.key == "project_started"


def test_a_question_already_declined_is_not_asked_again():
    aids = [paying("large", 250_000, SIZE), paying("small", 5_000, STARTED)]
    assert next_question(aids, {}, as_of=TODAY, skip={"group_headcount"}).key.key == "project_started"
    assert next_question(aids, {}, as_of=TODAY, skip={"group_headcount", "project_started"}) is None


def test_nothing_is_asked_when_no_answer_would_change_anything():
    assert next_question([paying("a", 5, SIZE)], facts(group_headcount=3), as_of=TODAY) is None
    assert next_question([], {}, as_of=TODAY) is None


def test_the_same_company_is_always_asked_the_same_thing():
    aids = [paying("a", 1_000, STARTED), paying("b", 1_000, SIZE)]
    assert next_question(aids, {}, as_of=TODAY).key.key == next_question(aids[::-1], {}, as_of=TODAY).key.key == "group_headcount"


def test_once_eligible_the_cost_of_the_project_settles_the_amount():
    question = next_question([scheme()], facts(group_headcount=3), as_of=TODAY)
    assert question.key.key == "project_cost_eur"
    assert plain(question.why).startswith("Cette réponse précise un montant allant jusqu'à 250 000 € : Aide aid.")


def test_an_aid_without_amount_still_deserves_its_question():
    aids = [scheme(version={"conditions": STARTED, "amount": None}), scheme("b", version={"conditions": STARTED, "amount": None})]
    question = next_question([*aids, scheme("c", version={"conditions": STARTED, "amount": None})], {}, as_of=TODAY)
    assert plain(question.why).startswith("Cette réponse fait avancer : Aide aid et 2 autres aides.")
