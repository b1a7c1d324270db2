"""The search index follows the register."""

from __future__ import annotations

from collections.abc import Callable

from ensembleur.territory.queries import search_reader


def rebuild_index(*, on_rows: Callable[[int], None] | None = None) -> int:
    """Write the index of the whole register anew and switch readers to it; returns how many establishments it holds.

    Safe beside readers and beside another rebuild: the last to finish wins, nobody sees half an index.
    on_rows : called with a number of rows as they are written.
    """
    return search_reader.build_index(on_rows=on_rows)
