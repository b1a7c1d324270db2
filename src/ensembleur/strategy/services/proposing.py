"""A value is reported by one person and approved by another; it then becomes a measurement, or a correction of one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import Origin, ProposalState
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.engine.wording import Fault
from ensembleur.strategy.models import Batch, Indicator, Measurement, Proposal, Strategy
from ensembleur.strategy.permissions import (
    may_decide_value,
    may_report,
    may_see_sheet,
    may_withdraw_value,
    reporting_bodies,
)
from ensembleur.strategy.queries.content import sheet_of
from ensembleur.strategy.queries.entry import Ground, figures_of, ground_of, why_not_entered
from ensembleur.strategy.services.telling import tell_approvers, tell_proposer

LONGEST_REASON = 500


@transaction.atomic
def propose_value(
    *,
    indicator: Indicator,
    figures: Figures,
    by: User,
    now: datetime,
    corrects: Measurement | None = None,
    reason: str = "",
) -> Proposal:
    """Report a value that the platform does not see; somebody else will approve it.

    corrects : the reported value it is to replace, with a reason that stays public. Raises Refused with one sentence, and the
    field it concerns in `details["at"]`; NotAllowed.
    """
    strategy = indicator.strategy
    check(may_report, by, strategy)
    sheet = sheet_of(indicator)
    check(may_see_sheet, by, strategy, sheet)
    hold_values(strategy)
    ground = ground_of(strategy, [indicator])
    refuse(why_not_entered(ground, indicator, sheet, figures, today=paris_day(now), corrects=corrects, reason=reason))
    proposal = draft_of(indicator=indicator, figures=figures, by=by, now=now, corrects=corrects, reason=reason)
    proposal.save()
    told = {"indicator": indicator.code, "value": str(figures.value), "corrects": corrects and corrects.pk}
    record_act(by=by, verb="propose_value", thing=proposal, now=now, after=told)
    tell_approvers(thing=proposal, now=now)
    return proposal


@transaction.atomic
def withdraw_value(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Take one's own report back while nobody has decided."""
    check(may_withdraw_value, by, proposal)
    proposal = _still_waiting(proposal)
    _end(proposal, ProposalState.WITHDRAWN, by, now)
    record_act(by=by, verb="withdraw_value", thing=proposal, now=now)
    return proposal


@transaction.atomic
def decide_value(*, proposal: Proposal, approve: bool, note: str = "", by: User, now: datetime) -> Proposal:
    """Approve a report, which then becomes a measurement, or refuse it with a note; never one's own.

    Of two people who decide at once, one does and the other is told who. Raises Refused when the period was locked, the
    indicator retired or the value replaced since; NotAllowed.
    """
    check(may_decide_value, by, proposal)
    proposal = _still_waiting(proposal)
    note = noted(note, is_needed=not approve)
    if approve:
        ground = ground_of(proposal.indicator.strategy, [proposal.indicator])
        refuse(why_not_approved(ground, proposal, sheet_of(proposal.indicator), today=paris_day(now)))
        proposal.measurement = measured_by(proposal=proposal, now=now)
        proposal.measurement.save()
    proposal.decision_note = note
    _end(proposal, ProposalState.APPROVED if approve else ProposalState.REFUSED, by, now)
    told = {"state": proposal.state, "measurement": proposal.measurement_id}
    record_act(by=by, verb="decide_value", thing=proposal, now=now, after=told)
    tell_proposer(proposal=proposal, now=now)
    return proposal


def noted(note: str, *, is_needed: bool) -> str:
    """The word that goes with a decision. Raises Refused when it lacks or is too long."""
    note = note.strip()
    if is_needed and not note:
        raise Refused("no_note", _("Dites pourquoi la valeur est refusée : la personne qui l'a rapportée le lira."), at="note")
    if len(note) > LONGEST_REASON:
        raise Refused("too_long", _("Le motif tient en %(n)s caractères.") % {"n": LONGEST_REASON}, at="note")
    return note


def why_not_approved(ground: Ground, proposal: Proposal, sheet: Sheet, *, today: date) -> Fault | None:
    """What happened since the report that forbids it to stand, None when nothing did."""
    return why_not_entered(
        ground,
        proposal.indicator,
        sheet,
        figures_of(proposal),
        today=today,
        corrects=proposal.corrects,
        reason=proposal.reason,
        besides=proposal.pk,
    )


def hold_values(strategy: Strategy) -> None:
    """Make whoever else changes this strategy's values or locks wait for the end of this transaction."""
    Strategy.objects.select_for_update().get(pk=strategy.pk)


def refuse(fault: Fault | None) -> None:
    """Raise the fault, when there is one, with the field it concerns."""
    if fault is not None:
        raise Refused(fault.code, fault.says, at=fault.at)


def draft_of(
    *, indicator: Indicator, figures: Figures, by: User, now: datetime, corrects: Measurement | None = None, reason: str = "",
    batch: Batch | None = None,
) -> Proposal:  # fmt: skip
    """A report, not yet saved, in the name of the body for which this person reports."""
    reason = reason.strip() if corrects else ""
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long", _("Le motif tient en %(n)s caractères.") % {"n": LONGEST_REASON}, at="reason")
    return Proposal(
        indicator=indicator,
        period_start=figures.period_start,
        period_end=figures.period_end,
        as_of=figures.as_of,
        label=figures.label.value,
        value=figures.value,
        numerator=figures.numerator,
        denominator=figures.denominator,
        units=figures.units,
        comment=figures.comment.strip(),
        source_title=figures.source_title.strip(),
        corrects=corrects,
        reason=reason,
        organisation_id=min(reporting_bodies(by), default=None),
        batch=batch,
        proposed_by=by,
        proposed_at=now,
    )


def _still_waiting(proposal: Proposal) -> Proposal:
    """The report as it stands now, held by this transaction; refused once it is decided."""
    hold_values(proposal.indicator.strategy)
    everything = Proposal.objects.select_related(
        "indicator__strategy", "corrects", "proposed_by", "organisation", "decided_by", "batch"
    )
    proposal = everything.get(pk=proposal.pk)
    if proposal.state == ProposalState.PROPOSED:
        return proposal
    who = proposal.decided_by.full_name if proposal.decided_by else ""
    raise Refused(
        "value_decided",
        _("Cette valeur est déjà « %(state)s »%(who)s : rien n'a changé.")
        % {"state": proposal.get_state_display(), "who": _(", par %(name)s") % {"name": who} if who else ""},
    )


def measured_by(*, proposal: Proposal, now: datetime) -> Measurement:
    """The value that an approved report becomes, not yet saved."""
    source = {"title": proposal.source_title}
    if proposal.organisation is not None:
        source["organisation"] = proposal.organisation.name
    return Measurement(
        indicator=proposal.indicator,
        origin=Origin.REPORTED,
        label=proposal.label,
        period_start=proposal.period_start,
        period_end=proposal.period_end,
        as_of=proposal.as_of,
        value=proposal.value,
        numerator=proposal.numerator,
        denominator=proposal.denominator,
        units=proposal.units,
        source=source,
        replaces=proposal.corrects,
        reason=proposal.reason,
        taken_at=now,
        taken_by=f"user:{proposal.proposed_by_id}",
    )


def _end(proposal: Proposal, state: ProposalState, by: User, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, now
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "measurement"])
