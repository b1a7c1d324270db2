"""Who may steer: read the room, report, approve, lock, record money and decisions."""

from __future__ import annotations

from typing import Any

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.permissions import holds, live_mandates
from ensembleur.strategy.engine.content import Confidentiality
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.models import Batch, Measurement, Node, PeriodLock, Proposal, Question, Strategy

READERS = (Role.OFFICER, Role.SECOND_READER, Role.EVALUATOR, Role.COMMITTEE, Role.ADMIN)


def _steers(user: Any, strategy: Strategy, *roles: Role) -> bool:
    return holds(user, *roles, region=strategy.region)


def read_regions(user: Any) -> set[str]:
    """The regions whose room this person may read."""
    return {
        mandate.perimeter_code
        for mandate in live_mandates(user)
        if mandate.role in READERS and mandate.perimeter_kind == PerimeterKind.REGION
    }


def reporting_bodies(user: Any) -> set[int]:
    """The organisations for which this person reports, as an adviser."""
    return {
        mandate.organisation_id for mandate in live_mandates(user) if mandate.role == Role.ADVISER and mandate.organisation_id
    }


def may_enter_room(user: Any) -> bool:
    """Whether the committee's room has a sense for this person: those who steer a region."""
    return bool(read_regions(user))


def may_read_room(user: Any, strategy: Strategy) -> bool:
    """Alerts, questions, internal values, data quality: those who steer this region."""
    return _steers(user, strategy, *READERS)


def may_enter_values(user: Any) -> bool:
    """Whether the pages of values have a sense for this person: who reports for a body, and who steers a region."""
    return bool(reporting_bodies(user)) or may_enter_room(user)


def may_report(user: Any, strategy: Strategy) -> bool:
    """Report what the platform does not see: officers of the region, and advisers of any place for their own body."""
    return _steers(user, strategy, Role.OFFICER) or (holds(user, Role.ADVISER) and bool(reporting_bodies(user)))


def may_decide_value(user: Any, proposal: Proposal) -> bool:
    """Approve or refuse: an officer or a second reader of the region, never on their own entry."""
    if proposal.proposed_by_id == getattr(user, "pk", None):
        return False
    return _steers(user, proposal.indicator.strategy, Role.OFFICER, Role.SECOND_READER)


def may_withdraw_value(user: Any, proposal: Proposal) -> bool:
    """Take one's own entry back while nobody has decided."""
    return bool(getattr(user, "is_authenticated", False)) and user.is_active and proposal.proposed_by_id == user.pk


def may_lock(user: Any, strategy: Strategy) -> bool:
    """Close a period: officers of the region."""
    return _steers(user, strategy, Role.OFFICER)


def may_lift_lock(user: Any, lock: PeriodLock) -> bool:
    """Open a period again: a second reader or an administrator, never who locked it."""
    if lock.locked_by_id == getattr(user, "pk", None):
        return False
    return _steers(user, lock.strategy, Role.SECOND_READER, Role.ADMIN)


def may_dispute(user: Any, measurement: Measurement) -> bool:
    """Contest a value: who steers, and advisers who report."""
    strategy = measurement.indicator.strategy
    return may_read_room(user, strategy) or may_report(user, strategy)


def may_settle(user: Any, measurement: Measurement) -> bool:
    """Answer a contested value: officers of the region."""
    return _steers(user, measurement.indicator.strategy, Role.OFFICER)


def may_keep_budget(user: Any, strategy: Strategy) -> bool:
    """Record and import money: officers of the region."""
    return _steers(user, strategy, Role.OFFICER)


def may_record_decision(user: Any, node: Node) -> bool:
    """Write what the committee decided: officers of the region."""
    return _steers(user, node.strategy, Role.OFFICER)


def may_ask(user: Any, node: Node) -> bool:
    """Ask who answers for a part: the committee, the evaluator, officers."""
    return _steers(user, node.strategy, Role.COMMITTEE, Role.EVALUATOR, Role.OFFICER)


def may_answer(user: Any, question: Question) -> bool:
    """Answer the committee: officers of the region."""
    return _steers(user, question.node.strategy, Role.OFFICER)


def may_withdraw_question(user: Any, question: Question) -> bool:
    """Take one's own question back."""
    return bool(getattr(user, "is_authenticated", False)) and user.is_active and question.asked_by_id == user.pk


def may_mark_cycle(user: Any, strategy: Strategy) -> bool:
    """Say that a step of the year is done: officers of the region."""
    return _steers(user, strategy, Role.OFFICER)


def may_measure(user: Any, strategy: Strategy) -> bool:
    """Take the measurements now, and release tables: officers of the region."""
    return _steers(user, strategy, Role.OFFICER)


def may_load_strategy(user: Any, region: str) -> bool:
    """Load a new version of a strategy: administrators of the region; otherwise the command, by who runs the installation."""
    return holds(user, Role.ADMIN, region=region)


def may_undo_values(user: Any, batch: Batch) -> bool:
    """Take a file of values back: who sent it, and officers of the region."""
    is_sender = bool(getattr(user, "is_authenticated", False)) and user.is_active and batch.by_id == user.pk
    return is_sender or _steers(user, batch.strategy, Role.OFFICER)


def may_decide_batch(user: Any, batch: Batch) -> bool:
    """Approve or refuse all that a file brought: an officer or a second reader of the region, never on their own file."""
    return batch.by_id != getattr(user, "pk", None) and _steers(user, batch.strategy, Role.OFFICER, Role.SECOND_READER)


def may_see_sheet(user: Any, strategy: Strategy, sheet: Sheet) -> bool:
    """Whether the values of this indicator may be told to this person: internal ones to those who read the room only."""
    return sheet.confidentiality is not Confidentiality.INTERNAL or may_read_room(user, strategy)
