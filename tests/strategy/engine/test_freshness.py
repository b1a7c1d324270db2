"""A value is fresh, due, late or stale beside what its sheet promises."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.strategy.engine.freshness import Freshness, freshness

LAST = date(2024, 12, 31)


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2025, 12, 31), Freshness.FRESH),
        (date(2026, 1, 1), Freshness.DUE),
        (date(2026, 3, 31), Freshness.DUE),
        (date(2026, 4, 1), Freshness.LATE),
        (date(2027, 3, 31), Freshness.LATE),
        (date(2027, 4, 1), Freshness.STALE),
    ],
)
def test_a_yearly_value_has_three_months_to_come(as_of, state):
    found = freshness(LAST, 12, 3, as_of)
    assert (found.state, found.due_on, found.last_end) == (state, date(2026, 3, 31), LAST)


@pytest.mark.parametrize(
    ("as_of", "french", "english"),
    [
        (
            date(2025, 6, 1),
            "Mesuré jusqu'au 31 décembre 2024 : à jour, prochaine valeur attendue le 31 mars 2026 au plus tard.",
            "Measured up to 31 December 2024: up to date, next value due by 31 March 2026.",
        ),
        (
            date(2026, 2, 1),
            "Mesuré jusqu'au 31 décembre 2024 : nouvelle valeur attendue le 31 mars 2026 au plus tard.",
            "Measured up to 31 December 2024: a new value is due by 31 March 2026.",
        ),
        (
            date(2026, 6, 1),
            "Mesuré jusqu'au 31 décembre 2024 : valeur attendue le 31 mars 2026, en retard.",
            "Measured up to 31 December 2024: a value was due by 31 March 2026 and is late.",
        ),
        (
            date(2028, 6, 1),
            "Mesuré jusqu'au 31 décembre 2024 : périmé, au moins deux valeurs manquent, la première attendue le 31 mars 2026.",
            "Measured up to 31 December 2024: stale, two values at least are missing, the first due by 31 March 2026.",
        ),
    ],
)
def test_freshness_is_one_sentence_in_both_languages(as_of, french, english):
    assert freshness(LAST, 12, 3, as_of).says.replace("\xa0", " ") == french
    assert freshness(LAST, 12, 3, as_of, lang="en").says.replace("\xa0", " ") == english


def test_what_was_never_measured_says_since_when_it_is_expected():
    assert freshness(None, 12, 3, LAST).says == "Jamais mesuré."
    assert freshness(None, 12, 3, LAST).due_on is None
    coming = freshness(None, 12, 3, LAST, since=date(2024, 1, 1))
    assert (coming.state, coming.due_on) == (Freshness.NEVER, date(2025, 3, 31))
    assert coming.says.replace("\xa0", " ") == "Jamais mesuré ; première valeur attendue au plus tard le 31 mars 2025."
    past = freshness(None, 12, 3, date(2025, 4, 1), since=date(2024, 1, 1))
    assert past.says.replace("\xa0", " ") == "Jamais mesuré ; première valeur attendue depuis le 31 mars 2025."
    english = freshness(None, 12, 3, date(2025, 4, 1), since=date(2024, 1, 1), lang="en")
    assert english.says.replace("\xa0", " ") == "Never measured; a first value was expected by 31 March 2025."
    english = freshness(None, 12, 3, LAST, since=date(2024, 1, 1), lang="en")
    assert english.says.replace("\xa0", " ") == "Never measured; a first value is expected by 31 March 2025."


@pytest.mark.parametrize(("frequency", "delay"), [(0, 3), (12, -1)])
def test_a_rhythm_that_means_nothing_is_refused(frequency, delay):
    with pytest.raises(ValueError, match="A value is due"):
        freshness(LAST, frequency, delay, LAST)
