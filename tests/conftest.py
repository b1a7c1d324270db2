"""What every test lives with: a home thrown away at the end, one language, no network, the tests of one database only."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault, and a draw that fails only on some days stops nobody: what it finds is written as a literal test.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

REAL_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
LOCAL = ("127.0.0.1", "::1", "localhost")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this database cannot play, and skip what needs the real records when they are absent."""
    from django.db import connection

    import_everything()
    on_postgres = connection.vendor == "postgresql"
    left_out = [item for item in items if not (is_for_postgres(item) if on_postgres else not item.get_closest_marker("postgres"))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if not REAL_DATA.is_dir():
        absent = pytest.mark.skip(reason="les données réelles sont absentes (../shared/data)")
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(absent)


def import_everything() -> None:
    """Import every module now: one first imported while a test replaces what it reads would keep the replacement for ever."""
    import ensembleur

    for module in pkgutil.walk_packages(ensembleur.__path__, "ensembleur."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)


def is_for_postgres(item: pytest.Item) -> bool:
    """Whether PostgreSQL can tell anything: what touches no database, or only asks who may, was played on SQLite."""
    if item.get_closest_marker("once"):
        return False
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Throw the home away; a worker leaves that to the run that started it."""
    if not hasattr(config, "workerinput") and Path(os.environ.get("ENSEMBLEUR_HOME", "")).name.startswith("ensembleur-test-"):
        shutil.rmtree(os.environ["ENSEMBLEUR_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real records; ask for it together with the marker `real_data`."""
    return REAL_DATA


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches out of this machine fails at once instead of waiting."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple) and address[0] not in LOCAL:
            raise AssertionError(f"un test appelle {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """Each test starts in French, whatever the one before it spoke."""
    from django.utils import translation

    with translation.override("fr"):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test starts with an empty cache."""
    from django.core.cache import cache

    from ensembleur.strategy.queries.states import forget_situations

    cache.clear()
    forget_situations()
