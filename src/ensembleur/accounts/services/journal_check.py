"""The journal is verified line by line against its own chain, its head, and the anchors dropped outside the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from ensembleur.accounts.engine.chain import COLUMNS, Fault, Verification, Wrong, verify
from ensembleur.accounts.models import Act, JournalHead
from ensembleur.accounts.models.guard import missing_guards
from ensembleur.errors import BadInput

CHUNK = 2_000


def verify_journal(*, anchors: dict[int, str] | None = None, on_lines: Callable[[int], None] | None = None) -> Verification:
    """Read the whole journal in bounded memory; lines written meanwhile are left for the next time.

    anchors : number → hash, as `read_anchors` gives them.
    """
    head = JournalHead.objects.values_list("number", "hash").first()
    lines = Act.objects.order_by("number")
    if head is not None:
        beyond = _unaccounted(head[0])
        lines = lines.filter(number__lte=max(head[0], beyond))
    return verify(lines.values_list(*COLUMNS).iterator(chunk_size=CHUNK), head=head, anchors=anchors, on_lines=on_lines)


def _unaccounted(number: int) -> int:
    """The last line beyond this head that no later head explains: 0 when somebody has simply written meanwhile."""
    last = Act.objects.order_by("-number").values_list("number", flat=True).first() or 0
    now = JournalHead.objects.values_list("number", flat=True).first() or 0
    return last if last > max(now, number) else 0


def sentence_of(*, fault: Fault) -> str:
    """What the fault means, in one sentence that names the line."""
    sentences = {
        Wrong.CHANGED: _("Ligne %(n)s : son contenu a été modifié après coup."),
        Wrong.MOVED: _("Ligne %(n)s : elle ne suit pas la ligne précédente ; l'une des deux a été remplacée ou déplacée."),
        Wrong.REMOVED: _("Ligne %(n)s : elle a été supprimée."),
        Wrong.REWRITTEN: _("Ligne %(n)s : elle n'est plus celle qui avait été constatée ; la chaîne a été récrite."),
        Wrong.ADDED: _("Ligne %(n)s : elle a été ajoutée sans passer par la plateforme."),
        Wrong.HEADLESS: _("Ligne %(n)s : la tête du journal, qui dit où il finit, a été supprimée."),
    }
    return sentences[fault.wrong] % {"n": fault.number}


def unguarded_sentence() -> str:
    """A warning when the database would let somebody change a line, else ""."""
    missing = sorted(missing_guards(connection))
    if not missing:
        return ""
    return _("La base ne protège plus le journal (%(names)s) : lancez « ensembleur migrate ».") % {"names": ", ".join(missing)}


def read_anchors(*, path: Path) -> dict[int, str]:
    """The anchors dropped so far; none when the file is absent. Raises BadInput on a line that is not an anchor."""
    anchors: dict[int, str] = {}
    if not path.exists():
        return anchors
    for position, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            anchor = json.loads(text)
            number, value = anchor["number"], anchor["hash"]
            if not (isinstance(number, int) and isinstance(value, str)):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(
                "bad_anchor",
                _("La ligne %(line)s de %(file)s n'est pas une ancre : comparez ce fichier à sa sauvegarde.")
                % {"line": position, "file": path.name},
            ) from error
        anchors[number] = value
    return anchors


def drop_anchor(*, path: Path, verification: Verification, now: datetime) -> bool:
    """Note the last verified line outside the database; says whether there was something new to note."""
    if verification.fault is not None or not verification.lines or verification.lines in read_anchors(path=path):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    anchor = {"number": verification.lines, "hash": verification.last_hash, "at": now.astimezone(UTC).isoformat()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(anchor) + "\n")
    return True
