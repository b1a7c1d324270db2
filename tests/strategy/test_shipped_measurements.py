"""The strategies shipped name measurements that exist, with parameters they understand, about schemes that are in the catalogue."""

from datetime import UTC, date, datetime

import pytest

from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.strategy.catalogue.loader import FILES, load_files, read_file
from ensembleur.strategy.engine import registry
from ensembleur.strategy.engine.registry import Reading, measure_named
from ensembleur.strategy.services.loading import load_strategy
from ensembleur.strategy.services.measuring import take_measurements
from tests.factories import journeys

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
SHIPPED = [(content, sheet) for content in load_files() for _part, sheet in content.indicators() if sheet.measured_by]


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "sheet"), SHIPPED, ids=[f"{content.slug}-{sheet.code}" for content, sheet in SHIPPED])
def test_each_sheet_is_understood(content, sheet, monkeypatch):
    known = load_schemes()
    monkeypatch.setattr("ensembleur.schemes.queries.published.published_schemes", lambda: tuple(known))
    reading = Reading(date(2026, 11, 27), start=content.period.start, region=content.region)
    measure_named(sheet.measured_by).take(reading, sheet.parameters)
    schemes = {scheme.id for scheme in known}
    assert set(sheet.parameters.get("schemes", ())) <= schemes
    assert set(sheet.parameters.get("levels", ())) <= {scheme.level for scheme in known}
    assert set(sheet.parameters.get("families", ())) <= {scheme.family for scheme in known}


def test_every_measurement_that_counts_files_understands_the_same_filters():
    of_files = [one for one in registry._known.values() if "schemes" in one.parameters]
    assert len(of_files) == 6
    assert all({"schemes", "families", "levels", "programme"} <= set(one.parameters) for one in of_files)


@pytest.mark.django_db
def test_all_of_them_are_taken_in_one_go():
    for path in sorted(FILES.glob("*.yaml")):
        load_strategy(data=read_file(path), by="command:test", now=NOW)
    journeys.application(journeys.journey(), "agreed", scheme="pm-up")
    taken = take_measurements(as_of=date(2026, 11, 27), by="command:test", now=NOW)
    found = {(line.strategy, line.code): line for line in taken.lines}
    assert taken.counts()["added"] > 20
    assert found["plan-2022-2028", "P9.companies"].value == 1
    assert take_measurements(as_of=date(2026, 11, 27), by="command:test", now=NOW).counts()["same"] == taken.counts()["added"]
