"""What an activity code is called: its own label, its nearest parent's, or nothing."""

from __future__ import annotations

import pytest

from ensembleur.territory.engine import activities


@pytest.fixture
def fresh():
    """The labels are read once: forgotten before and after."""
    activities.labels.cache_clear()
    yield
    activities.labels.cache_clear()


def test_a_code_without_label_of_its_own_takes_its_parents(monkeypatch):
    monkeypatch.setattr(activities, "labels", lambda: {"25": "Fabrication de produits métalliques"})
    assert activities.label_of("25.62B") == "Fabrication de produits métalliques"
    assert activities.label_of("99.99Z") == ""


def test_without_the_data_file_nothing_is_called_anything(fresh, monkeypatch, tmp_path):
    monkeypatch.setattr(activities, "LABELS_FILE", tmp_path / "absent.json.gz")
    assert activities.labels() == {}
    assert activities.label_of("25.62B") == ""
