"""A file of values becomes reports to approve: tried first, all of it or nothing, with a way back; never measurements at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import BatchKind, Origin, ProposalState
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.engine.tabular import Unreadable
from ensembleur.strategy.engine.value_files import Row, figures_in, read_rows
from ensembleur.strategy.models import Batch, Indicator, Measurement, Proposal, Strategy
from ensembleur.strategy.permissions import may_decide_batch, may_read_room, may_report, may_see_sheet, may_undo_values
from ensembleur.strategy.queries.content import Held, held_strategy, sheet_of
from ensembleur.strategy.queries.entry import Ground, Place, ground_of, is_same, language, place_of, why_not_entered
from ensembleur.strategy.queries.value_rows import source_title
from ensembleur.strategy.queries.values import hides
from ensembleur.strategy.services.proposing import draft_of, hold_values, measured_by, noted, why_not_approved
from ensembleur.strategy.services.telling import tell_approvers, tell_sender

STEP = 200  # rows of one statement
KINDS = ("added", "unchanged", "rejected")


@dataclass(frozen=True)
class Line:
    """What becomes of a line. what : added | unchanged | rejected.   why : one sentence for a rejected one.   before : what it corrects."""

    row: Row
    what: str
    why: str = ""
    figures: Figures | None = None
    indicator: Indicator | None = None
    sheet: Sheet | None = None
    before: Measurement | None = None


@dataclass(frozen=True)
class Imported:
    """What importing a file did, or would do. batch : None for a trial, and when nothing was added."""

    lines: tuple[Line, ...]
    batch: Batch | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many lines were read, and of each kind."""
        kinds = Counter(line.what for line in self.lines)
        return {"read": len(self.lines), **{kind: kinds[kind] for kind in KINDS}}

    def of(self, what: str) -> tuple[Line, ...]:
        """The lines of one kind."""
        return tuple(line for line in self.lines if line.what == what)


@dataclass(frozen=True)
class Undone:
    """What taking a file back did. kept : how many of its values had already been decided, and stay."""

    withdrawn: int
    kept: int


@transaction.atomic
def import_values(
    *, strategy: Strategy, content: bytes, file_name: str, by: User, now: datetime, dry_run: bool = False
) -> Imported:
    """Make a report of every new line of a file, and a correction of every line that changes a reported value and says why.

    dry_run : say what would happen, and write nothing. Lines that cannot enter are left out, each with its sentence.
    Raises BadInput when the file as a whole cannot be read, NotAllowed.
    """
    check(may_report, by, strategy)
    rows = read_rows(content, language())
    hold_values(strategy)
    held = held_strategy(strategy.pk)
    assert held is not None
    lines = tuple(_Reader(held, by, paris_day(now)).lines(rows))
    found = Imported(lines)
    fresh = found.of("added")
    if dry_run or not fresh:
        return found
    batch = Batch.objects.create(
        strategy=strategy,
        kind=BatchKind.VALUES,
        file_name=file_name[-200:],
        file_hash=hashlib.sha256(content).hexdigest(),
        counts=found.counts,
        by=by,
        at=now,
    )
    Proposal.objects.bulk_create([_draft(line, batch, by, now) for line in fresh], batch_size=STEP)
    record_act(by=by, verb="import_values", thing=batch, now=now, after=found.counts)
    tell_approvers(thing=batch, now=now)
    return Imported(lines, batch)


@transaction.atomic
def undo_batch(*, batch: Batch, by: User, now: datetime) -> Undone:
    """Take a file back: its reports that nobody has decided are withdrawn; those decided stay, and are counted."""
    check(may_undo_values, by, batch)
    hold_values(batch.strategy)
    batch = Batch.objects.select_related("strategy", "undone_by").get(pk=batch.pk)
    if batch.undone_by is not None:
        raise Refused("already_undone", _("%(name)s a déjà retiré ce fichier.") % {"name": batch.undone_by.full_name})
    kept = batch.proposals.exclude(state__in=[ProposalState.PROPOSED, ProposalState.WITHDRAWN]).count()
    withdrawn = batch.proposals.waiting().update(state=ProposalState.WITHDRAWN, decided_by=by, decided_at=now)
    batch.undone_by, batch.undone_at = by, now
    batch.save(update_fields=["undone_by", "undone_at"])
    record_act(by=by, verb="undo_batch", thing=batch, now=now, after={"withdrawn": withdrawn, "kept": kept})
    return Undone(withdrawn, kept)


@transaction.atomic
def decide_batch(*, batch: Batch, approve: bool, note: str = "", by: User, now: datetime) -> dict[int, str]:
    """Decide every report of a file that waits, each on its own merits. Returns, by report, why it could not be decided.

    Raises Refused when none waits, NotAllowed.
    """
    check(may_decide_batch, by, batch)
    note = noted(note, is_needed=not approve)
    hold_values(batch.strategy)
    everything = batch.proposals.waiting().select_related("indicator__strategy", "corrects", "organisation")
    waiting = list(everything.order_by("pk"))
    if not waiting:
        raise Refused("nothing_waits", _("Aucune valeur de ce fichier n'attend de décision."))
    left: dict[int, str] = {}
    if approve:
        left = _approved(batch, waiting, now)
    decided = [proposal for proposal in waiting if proposal.pk not in left]
    for proposal in decided:
        proposal.state = ProposalState.APPROVED if approve else ProposalState.REFUSED
        proposal.decided_by, proposal.decided_at, proposal.decision_note = by, now, note
    fields = ["state", "decided_by", "decided_at", "decision_note", "measurement"]
    Proposal.objects.bulk_update(decided, fields, batch_size=STEP)
    if decided:
        told = {"approve": approve, "proposals": [proposal.pk for proposal in decided], "left": len(left)}
        record_act(by=by, verb="decide_batch", thing=batch, now=now, after=told)
        tell_sender(batch=batch, count=len(decided), is_approved=approve, now=now)
    return left


def _approved(batch: Batch, waiting: list[Proposal], now: datetime) -> dict[int, str]:
    """Make measurements of the reports that may stand, beside one another; why the others may not, by report."""
    ground, today = ground_of(batch.strategy), paris_day(now)
    held = held_strategy(batch.strategy_id)
    sheets = {sheet.code: sheet for _part, sheet in held.content.indicators()} if held else {}
    left: dict[int, str] = {}
    for proposal in waiting:
        sheet = sheets.get(proposal.indicator.code) or sheet_of(proposal.indicator)
        if fault := why_not_approved(ground, proposal, sheet, today=today):
            left[proposal.pk] = fault.says
            continue
        proposal.measurement = measured_by(proposal=proposal, now=now)
        ground.values[place_of(proposal)].append(proposal.measurement)
    fresh = [proposal.measurement for proposal in waiting if proposal.measurement is not None]
    Measurement.objects.bulk_create(fresh, batch_size=STEP)
    for proposal in waiting:
        proposal.measurement = proposal.measurement  # its key is known from now on
    return left


def _draft(line: Line, batch: Batch, by: User, now: datetime) -> Proposal:
    assert line.indicator is not None
    assert line.figures is not None
    reason = line.row.cells["motif_correction"]
    return draft_of(
        indicator=line.indicator, figures=line.figures, by=by, now=now, corrects=line.before, reason=reason, batch=batch
    )


class _Reader:
    """Says what becomes of each line, beside what already stands and the lines before it."""

    def __init__(self, held: Held, by: User, today: date) -> None:
        strategy = held.row
        self.held, self.today, self.lang = held, today, language()
        self.sheets: Mapping[str, Sheet] = {
            sheet.code: sheet for _part, sheet in held.content.indicators() if may_see_sheet(by, strategy, sheet)
        }
        self.indicators = {row.code: row for row in Indicator.objects.filter(strategy=strategy)}
        self.ground: Ground = ground_of(strategy)
        self.sees_all = may_read_room(by, strategy)
        self.told: dict[Place, int] = {}

    def lines(self, rows: list[Row]) -> list[Line]:
        """One for each row, in order."""
        return [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        code, slug = row.cells["indicateur"], row.cells["strategie"]
        if slug != self.held.row.pk:
            says = _("Cette ligne est de la stratégie « %(slug)s » : importez-la sur sa page.") % {"slug": slug[:60]}
            return Line(row, "rejected", says)
        indicator, sheet = self.indicators.get(code), self.sheets.get(code)
        if indicator is None or (sheet is None and indicator.retired_at is None):
            says = _("L'indicateur « %(code)s » n'existe pas dans cette stratégie : reprenez les codes d'un export.")
            return Line(row, "rejected", says % {"code": code[:60]})
        if sheet is None:
            says = _("L'indicateur %(code)s n'est plus suivi : il ne reçoit plus de valeur.") % {"code": code}
            return Line(row, "rejected", says)
        if row.is_empty and not row.fault:
            return Line(row, "unchanged")
        try:
            figures = figures_in(row, self.lang)
        except Unreadable as error:
            return Line(row, "rejected", str(error))
        return self._beside(row, indicator, sheet, figures)

    def _beside(self, row: Row, indicator: Indicator, sheet: Sheet, figures: Figures) -> Line:
        place = (indicator.pk, figures.period_start, figures.period_end, figures.as_of, figures.label.value)
        if self._stands(place, sheet, figures):
            return Line(row, "unchanged", figures=figures, indicator=indicator, sheet=sheet)
        if place in self.told:
            says = _("La ligne %(n)s donne déjà une valeur des mêmes jours : gardez-en une seule.") % {"n": self.told[place]}
            return Line(row, "rejected", says)
        before, reason = self.ground.value_at(place, Origin.REPORTED), row.cells["motif_correction"]
        if before is not None and is_same(figures, before) and (self.sees_all or not hides(sheet, before)):
            says = _("Cette valeur est déjà validée avec ces chiffres : sa source et son commentaire ne changent plus.")
            return Line(row, "rejected", says)
        fault = why_not_entered(self.ground, indicator, sheet, figures, today=self.today, corrects=before, reason=reason)
        if fault is None and len(reason) > 500:
            return Line(row, "rejected", _("Le motif tient en %(n)s caractères.") % {"n": 500})
        if fault is not None:
            return Line(row, "rejected", fault.says)
        self.told[place] = row.line
        return Line(row, "added", figures=figures, indicator=indicator, sheet=sheet, before=before)

    def _stands(self, place: Place, sheet: Sheet, figures: Figures) -> bool:
        """Whether the platform already says all that this line says."""
        waits = self.ground.waiting.get(place)
        if waits is not None and all(
            (
                (waits.value, waits.numerator, waits.denominator, waits.units)
                == (figures.value, figures.numerator, figures.denominator, figures.units),
                (waits.source_title, waits.comment) == (figures.source_title, figures.comment),
            )
        ):
            return True
        for value in self.ground.values.get(place, ()):
            if not is_same(figures, value) or not (self.sees_all or not hides(sheet, value)):
                continue
            if value.origin != Origin.REPORTED:
                return True
            report = getattr(value, "proposal", None)
            words = (source_title(self.held, value), report.comment if report else "")
            if words == (figures.source_title, figures.comment):
                return True
        return False
