"""A search index of its own for each test of the territory that asks for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def index_home(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for the index: it is built at first use, from what the test has stored by then."""
    settings.SEARCH_INDEX = tmp_path / "index"
    return tmp_path / "index"


@pytest.fixture
def rebuilt(db: Any, index_home: Path) -> Callable[[], int]:
    """`rebuilt()` after the last change of the register, before searching."""
    from ensembleur.territory.services.index import rebuild_index

    return rebuild_index
