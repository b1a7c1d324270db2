"""What is called impossible cannot be met, what is called certain always is: drawn against the answers themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ensembleur.logic.answers import Answer
from ensembleur.logic.checks import certainties, contradictions, pushed_down
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import All, AnyOf, Not
from ensembleur.logic.explain import answer_of
from ensembleur.logic.facts import Interval
from tests.factories import logic

SETTING = Setting(logic.AS_OF, "fr", logic.PARAMETERS, logic.VOCABULARY, logic.ZONES)
GROUPS = st.lists(logic.leaves(), min_size=1, max_size=5).map(tuple)


def is_possible(facts):
    """Nothing we count goes below zero."""
    for fact in facts.values():
        low, high = (fact.value.low, fact.value.high) if isinstance(fact.value, Interval) else (fact.value, fact.value)
        if any(isinstance(end, int) and not isinstance(end, bool) and end < 0 for end in (low, high)):
            return False
    return True


FACTS = logic.facts().filter(is_possible)


@given(GROUPS, FACTS)
def test_no_fact_meets_conditions_called_impossible_together(leaves, facts):
    for group in contradictions(All(leaves), vocabulary=logic.VOCABULARY, values=logic.PARAMETERS):
        assert answer_of(All(group), facts, SETTING) is not Answer.YES


@given(GROUPS, FACTS)
def test_no_fact_fails_conditions_called_certain(leaves, facts):
    for group in certainties(AnyOf(leaves), vocabulary=logic.VOCABULARY, values=logic.PARAMETERS):
        assert answer_of(All(group), facts, SETTING) is not Answer.YES
        assert answer_of(AnyOf(tuple(Not(leaf) for leaf in group)), facts, SETTING) is not Answer.NO


@given(logic.conditions(), logic.facts(), st.booleans())
def test_a_rule_with_its_negations_pushed_down_answers_as_before(condition, facts, negated):
    held = answer_of(condition, facts, SETTING)
    pushed = answer_of(pushed_down(condition, negated), facts, SETTING)
    expected = ~held if negated else held
    # A range of numbers pushed down is told by its two ends, which an interval across it can only leave more open.
    assert pushed is expected or pushed is Answer.UNKNOWN
