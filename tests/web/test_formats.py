"""Numbers, amounts and days in two languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from ensembleur.web import formats

NARROW, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "call", "written"),
    [
        ("fr", lambda: formats.euros(250000), f"250{NARROW}000{NBSP}€"),
        ("en", lambda: formats.euros(250000), "€250,000"),
        ("fr", lambda: formats.euros(Decimal("1234.50")), f"1{NARROW}234,50{NBSP}€"),
        ("fr", lambda: formats.euros(0.1 + 0.2), f"0,30{NBSP}€"),
        ("fr", lambda: formats.euros(None), ""),
        ("fr", lambda: formats.number(45000), f"45{NARROW}000"),
        ("fr", lambda: formats.number(12345.6), f"12{NARROW}345,6"),
        ("en", lambda: formats.number(Decimal("12345.60")), "12,345.6"),
        ("fr", lambda: formats.number(2, 1), "2,0"),
        ("fr", lambda: formats.number(1000, 0), f"1{NARROW}000"),
        ("fr", lambda: formats.number(-1234), f"-1{NARROW}234"),
        ("fr", lambda: formats.number(None), ""),
        ("fr", lambda: formats.share(0.945, 1), f"94,5{NBSP}%"),
        ("en", lambda: formats.share(0.94), "94%"),
        ("fr", lambda: formats.share(None), ""),
        ("fr", lambda: formats.day(date(2026, 3, 12)), f"12{NBSP}mars 2026"),
        ("fr", lambda: formats.day(date(2026, 3, 1)), f"1er{NBSP}mars 2026"),
        ("en", lambda: formats.day(date(2026, 3, 1)), f"1{NBSP}March 2026"),
        ("fr", lambda: formats.day(None), ""),
        ("fr", lambda: formats.day(datetime(2026, 3, 11, 23, 30, tzinfo=UTC)), f"12{NBSP}mars 2026"),
        ("fr", lambda: formats.instant(datetime(2026, 3, 12, 13, 5, tzinfo=UTC)), f"12{NBSP}mars 2026 à 14{NBSP}h{NBSP}05"),
        ("en", lambda: formats.instant(datetime(2026, 3, 12, 13, 5, tzinfo=UTC)), f"12{NBSP}March 2026, 14:05"),
        ("fr", lambda: formats.instant(None), ""),
    ],
)
def test_a_figure_is_written_as_its_reader_writes_it(language, call, written):
    with translation.override(language):
        assert call() == written


def test_what_is_not_finite_is_shown_as_it_is():
    assert formats.number(float("inf")) == "inf"
