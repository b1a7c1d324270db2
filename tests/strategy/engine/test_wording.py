"""Amounts as a person writes them, by what their indicator counts."""

from decimal import Decimal

import pytest

from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.wording import show_amount

NO_BREAK, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "unit", "lang", "shown"),
    [
        (Decimal("0.42"), Text("part", "share"), "fr", f"42{NO_BREAK}%"),
        (Decimal("0.42"), Text("part", "share"), "en", "42%"),
        (Decimal(12), Text("%", "%"), "en", "12%"),
        (Decimal(1302), Text("entreprises", "companies"), "fr", f"1{NARROW}302{NO_BREAK}entreprises"),
        (Decimal(7), Text("", ""), "fr", "7"),
        (Decimal(7), None, "fr", "7"),
    ],
)
def test_a_value_is_written_with_what_it_counts(value, unit, lang, shown):
    assert show_amount(value, unit, lang) == shown


def test_a_loss_keeps_its_sign():
    assert show_amount(Decimal(-1000), Text("€", "euros"), "fr").startswith("-")
