"""What domains register, and what a reading keeps."""

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.errors import BadInput
from ensembleur.strategy.engine import registry
from ensembleur.strategy.engine.registry import Measured, Reading, measure_named, measures


@pytest.fixture(autouse=True)
def _apart(monkeypatch):
    monkeypatch.setattr(registry, "_known", {})


def test_a_registered_measurement_is_found_by_its_name():
    @measures("widgets", version=2, dimensions=("size",), parameters=("colours",))
    def widgets(reading, given):
        return Measured(Decimal(len(given.get("colours", ()))))

    found = measure_named("widgets")
    assert (found.version, found.dimensions) == (2, ("size",))
    assert found.take(Reading(date(2026, 1, 1)), {"colours": ["red"]}).value == 1
    assert registry.is_measured("widgets")
    measures("widgets", version=3)(widgets)  # the module is read again
    assert measure_named("widgets").version == 3


def test_a_name_is_taken_once():
    measures("widgets")(lambda reading, given: Measured(None))
    with pytest.raises(ValueError, match="already measured"):

        @measures("widgets")
        def others(reading, given):
            return Measured(None)


def test_a_misspelt_parameter_is_refused_rather_than_counting_everything():
    found = registry.Measure("widgets", 1, lambda reading, given: Measured(None), parameters=("schemes",))
    with pytest.raises(BadInput, match="« widgets » ne connaît pas « scheme » ; ses paramètres : schemes"):
        found.take(Reading(date(2026, 1, 1)), {"scheme": "x"})
    with pytest.raises(BadInput, match="ses paramètres : aucun"):
        registry.Measure("widgets", 1, found.function).take(Reading(date(2026, 1, 1)), {"scheme": "x"})


@pytest.mark.parametrize("known", [(), ("widgets",)])
def test_an_unknown_name_says_which_exist(known):
    for name in known:
        measures(name)(lambda reading, given: Measured(None))
    with pytest.raises(BadInput, match=", ".join(known) or "aucune"):
        measure_named("gadgets")
    assert not registry.is_measured("gadgets")


def test_what_is_read_for_one_indicator_serves_the_others():
    reading, reads = Reading(date(2026, 1, 1)), []
    later = reading.since(date(2025, 6, 1))
    assert reading.once("files", lambda: reads.append(1) or "frame") == later.once("files", lambda: reads.append(2)) == "frame"
    assert reads == [1]
    assert (later.as_of, later.start) == (date(2026, 1, 1), date(2025, 6, 1))
    assert Measured(None).members == frozenset()
