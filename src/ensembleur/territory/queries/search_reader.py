"""The index in use: written beside the one before from the register, switched to by one rename, opened again by readers.

Like the database, the index is reached through the settings in this one place.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from ensembleur.territory.engine.search_index import VERSION, SearchIndex, write_index
from ensembleur.territory.engine.search_score import SearchDocument
from ensembleur.territory.models import ImportRun
from ensembleur.territory.queries.search_documents import documents

POINTER = "current.json"
KEPT = 2  # the index in use and the one before it, for readers that are still inside

_lock = threading.Lock()
_opened: dict[str, tuple[tuple[int, int], SearchIndex]] = {}


def current_index() -> SearchIndex:
    """The index in use; built now when there is none yet, or when the register has changed without it."""
    home = Path(settings.SEARCH_INDEX)
    mark = _mark(home)
    known = _opened.get(str(home))
    if known and mark == known[0]:
        return known[1]
    with _lock:
        ensure_index()
        mark = _mark(home)
        index = SearchIndex(home / read_pointer(home)["folder"])
        _opened[str(home)] = (mark, index)
    return index


def ensure_index() -> Path:
    """The home of the index in use, built now when there is none or when the register has changed since."""
    home = Path(settings.SEARCH_INDEX)
    if _is_fresh(home):
        return home
    with _alone(home):
        if not _is_fresh(home):  # another process may have built it while this one waited
            build_index()
    return home


def build_index(*, on_rows: Callable[[int], None] | None = None) -> int:
    """Write the index of the whole register and switch readers to it; returns how many establishments it holds."""
    return write_and_switch(Path(settings.SEARCH_INDEX), documents(), register=register_token(), on_rows=on_rows)


def read_pointer(home: Path) -> dict[str, Any]:
    """What the pointer says: folder, register, version, establishments; empty when there is none or it cannot be read."""
    try:
        pointer = json.loads((home / POINTER).read_text())
    except (OSError, ValueError):
        return {}
    return pointer if isinstance(pointer, dict) and (home / str(pointer.get("folder"))).is_dir() else {}


def register_token() -> str:
    """What names the state of the register: the token of the last change."""
    token = ImportRun.objects.order_by("-pk").values_list("token", flat=True).first()
    return str(token or "")


def write_and_switch(
    home: Path, documents: Iterable[SearchDocument], *, register: str, on_rows: Callable[[int], None] | None = None
) -> int:
    """Write `documents`, in order of SIRET, to a new folder of `home`, then point readers at it."""
    name = f"v{VERSION}-{uuid.uuid4().hex}"
    folder = home / name
    try:
        count = write_index(folder, documents, on_rows=on_rows)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    waiting = home / f".{name}"
    waiting.write_text(json.dumps({"folder": name, "register": register, "version": VERSION, "establishments": count}))
    waiting.replace(home / POINTER)
    _forget_old(home, name)
    return count


def _is_fresh(home: Path) -> bool:
    pointer = read_pointer(home)
    return bool(pointer) and pointer["version"] == VERSION and pointer["register"] == register_token()


def _forget_old(home: Path, current: str) -> None:
    folders = [path for path in home.iterdir() if path.is_dir() and path.name != current]
    for path in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _mark(home: Path) -> tuple[int, int]:
    try:
        status = (home / POINTER).stat()
    except FileNotFoundError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_ino)
