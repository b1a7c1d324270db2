"""The search index follows the register: written beside the one in use, then switched to by one rename."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings

from ensembleur.territory.engine.search_index import VERSION, write_index
from ensembleur.territory.engine.search_score import SearchDocument
from ensembleur.territory.models import Establishment, ImportRun
from ensembleur.territory.queries.search_documents import document_of
from ensembleur.territory.queries.search_reader import POINTER, read_pointer

KEPT = 2  # the index in use and the one before it, for readers that are still inside


def rebuild_index(*, on_rows: Callable[[int], None] | None = None) -> int:
    """Write the index of the whole register and switch readers to it; returns how many establishments it holds.

    Safe beside readers and beside another rebuild: the last to finish wins, nobody sees half an index.
    """
    establishments = Establishment.objects.findable().select_related("unit").order_by("siret").iterator(chunk_size=2000)
    return write_and_switch(
        Path(settings.SEARCH_INDEX), map(document_of, establishments), register=register_token(), on_rows=on_rows
    )


def ensure_index() -> Path:
    """The folder of the index in use, built now when there is none or when the register has changed since."""
    home = Path(settings.SEARCH_INDEX)
    if _is_fresh(home):
        return home
    with _alone(home):
        if not _is_fresh(home):  # another process may have built it while this one waited
            rebuild_index()
    return home


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
    os.replace(waiting, home / POINTER)
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
