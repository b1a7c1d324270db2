"""A list of companies leaves as a file: capped, and the journal says who took it."""

from __future__ import annotations

from datetime import datetime

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.permissions import may_edit_schemes
from ensembleur.schemes.queries.flips import FlipRow, Preview, flip_rows, flipped_rows

MOST = 2000  # rows of a file
STEP = 500


def export_flips(
    *, version: SchemeVersion, seen: Preview, transition: str = "", lang: str = "fr", by: User, now: datetime
) -> list[FlipRow]:
    """The establishments that change answer, at most MOST of them, named inside the reader's perimeter only."""
    check(may_edit_schemes, by)
    rows = flipped_rows(seen, transition)
    taken = [
        row
        for start in range(0, min(rows.height, MOST), STEP)
        for row in flip_rows(seen, rows.slice(start, STEP), by=by, lang=lang)
    ]
    told = {"transition": transition, "rows": len(taken), "of": rows.height}
    record_act(by=by, verb="export_flips", thing=version, now=now, after=told)
    return taken
