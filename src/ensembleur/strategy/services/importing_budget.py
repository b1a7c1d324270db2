"""A file of budget lines comes in: tried first, all of it or nothing, with a way back."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.strategy.choices import BatchKind
from ensembleur.strategy.engine.money_files import MONEY_TABLE, Amount, amount_in
from ensembleur.strategy.engine.tabular import Row, Unreadable, read_table
from ensembleur.strategy.models import Batch, BudgetLine, Node, Strategy
from ensembleur.strategy.permissions import may_keep_budget
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.queries.money_lines import amount_of, standing_lines
from ensembleur.strategy.services.budgeting import a_reason, drawn, said_already, why_not_kept
from ensembleur.strategy.services.proposing import hold_values

KINDS = ("added", "unchanged", "rejected")


@dataclass(frozen=True)
class Line:
    """What becomes of a row. what : added | unchanged | rejected.   why : one sentence for a rejected one."""

    row: Row
    what: str
    why: str = ""
    amount: Amount | None = None


@dataclass(frozen=True)
class Imported:
    """What importing a file did, or would do. batch : None for a trial, and when nothing was added."""

    lines: tuple[Line, ...]
    batch: Batch | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were read, and of each kind."""
        kinds = Counter(line.what for line in self.lines)
        return {"read": len(self.lines), **{kind: kinds[kind] for kind in KINDS}}

    def of(self, what: str) -> tuple[Line, ...]:
        """The lines of one kind."""
        return tuple(line for line in self.lines if line.what == what)


@transaction.atomic
def import_budget(
    *, strategy: Strategy, content: bytes, file_name: str, by: User, now: datetime, dry_run: bool = False
) -> Imported:
    """Write every new line of a file; those that already stand change nothing, those that may not enter are told why.

    dry_run : say what would happen, and write nothing. Raises BadInput when the file as a whole cannot be read, NotAllowed.
    """
    check(may_keep_budget, by, strategy)
    rows = read_table(content, MONEY_TABLE, language())
    hold_values(strategy)
    nodes = {node.code: node for node in Node.objects.filter(strategy=strategy)}
    found = Imported(tuple(_Reader(strategy, nodes).lines(rows)))
    fresh = found.of("added")
    if dry_run or not fresh:
        return found
    batch = Batch.objects.create(
        strategy=strategy,
        kind=BatchKind.BUDGET,
        file_name=file_name[-200:],
        file_hash=hashlib.sha256(content).hexdigest(),
        counts=found.counts,
        by=by,
        at=now,
    )
    amounts = [line.amount for line in fresh if line.amount is not None]
    BudgetLine.objects.bulk_create(drawn(node=nodes[amount.part], line=amount, by=by, now=now, batch=batch) for amount in amounts)
    record_act(by=by, verb="import_budget", thing=batch, now=now, after=found.counts)
    return Imported(found.lines, batch)


@transaction.atomic
def undo_budget(*, batch: Batch, reason: str, by: User, now: datetime) -> int:
    """Take back every line of a file that still stands, with a reason; returns how many. Raises Refused the second time."""
    check(may_keep_budget, by, batch.strategy)
    reason = a_reason(reason)
    hold_values(batch.strategy)
    batch = Batch.objects.select_related("strategy", "undone_by").get(pk=batch.pk)
    if batch.kind != BatchKind.BUDGET:
        raise Refused("not_a_budget", _("Ce fichier n'a apporté aucune ligne de budget."))
    if batch.undone_by is not None:
        raise Refused("already_undone", _("%(name)s a déjà retiré ce fichier.") % {"name": batch.undone_by.full_name})
    count = batch.lines.standing().update(withdrawn_at=now, withdrawn_by=f"user:{by.pk}", withdrawn_reason=reason)
    batch.undone_by, batch.undone_at = by, now
    batch.save(update_fields=["undone_by", "undone_at"])
    record_act(by=by, verb="undo_budget", thing=batch, now=now, after={"withdrawn": count, "reason": reason})
    return count


class _Reader:
    """Says what becomes of each row, beside what already stands and the rows before it."""

    def __init__(self, strategy: Strategy, nodes: dict[str, Node]) -> None:
        self.strategy, self.nodes, self.lang = strategy, nodes, language()
        standing = standing_lines(strategy)
        self.unmatched = Counter(amount_of(line) for line in standing)  # a text may say the same line twice
        self.standing = {amount_of(line).place: line for line in standing}
        self.told: dict[tuple[object, ...], int] = {}

    def lines(self, rows: list[Row]) -> list[Line]:
        """One for each row, in order."""
        return [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        try:
            amount = amount_in(row, self.lang)
        except Unreadable as error:
            return Line(row, "rejected", str(error))
        if self.unmatched[amount] > 0:
            self.unmatched[amount] -= 1
            return Line(row, "unchanged", amount=amount)
        node = self.nodes.get(amount.part)
        if node is None:
            says = _("La partie « %(code)s » n'existe pas dans cette stratégie : reprenez les codes d'un export.")
            return Line(row, "rejected", says % {"code": amount.part[:60]}, amount)
        if fault := why_not_kept(self.strategy, node, amount):
            return Line(row, "rejected", fault.says, amount)
        if same := self.standing.get(amount.place):
            return Line(row, "rejected", said_already(same), amount)
        if amount.place in self.told:
            says = _("La ligne %(n)s du fichier donne déjà ce montant : gardez-en une seule, ou citez une autre décision.")
            return Line(row, "rejected", says % {"n": self.told[amount.place]}, amount)
        self.told[amount.place] = row.line
        return Line(row, "added", amount=amount)
