"""Money is recorded line by line, and taken back with a reason; what a text says changes with the file of the strategy only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.logic.sentences import show_money
from ensembleur.strategy.choices import MoneyOrigin
from ensembleur.strategy.engine.money_files import Amount, amount_fault
from ensembleur.strategy.engine.wording import Fault
from ensembleur.strategy.models import Batch, BudgetLine, Node, Strategy
from ensembleur.strategy.permissions import may_keep_budget
from ensembleur.strategy.queries.entry import language
from ensembleur.strategy.queries.money_lines import amount_of, spending_years, standing_lines
from ensembleur.strategy.services.proposing import hold_values, refuse

LONGEST_REASON = 500


@transaction.atomic
def record_line(
    *, node: Node, line: Amount, by: User, now: datetime, replaces: BudgetLine | None = None, reason: str = ""
) -> BudgetLine:
    """Write a budget line of this part.

    replaces : the line it corrects, which is then taken back with `reason`. Raises Refused with one sentence and the field it
    concerns in `details["at"]`; NotAllowed.
    """
    strategy = node.strategy
    check(may_keep_budget, by, strategy)
    hold_values(strategy)
    line = replace(line, part=node.code, decision=line.decision.strip(), note=line.note.strip())
    if replaces is not None:
        check(may_keep_budget, by, replaces.node.strategy)
        _take_back(replaces, reason, by, now)
    refuse(why_not_kept(strategy, node, line))
    same = next((one for one in standing_lines(strategy) if amount_of(one).place == line.place), None)
    if same is not None:
        raise Refused("already_said", said_already(same), at="amount_eur")
    kept = drawn(node=node, line=line, by=by, now=now)
    kept.replaces = replaces
    kept.save()
    record_act(by=by, verb="record_line", thing=kept, now=now, after=told(line, replaces=replaces and replaces.pk))
    return kept


@transaction.atomic
def withdraw_line(*, line: BudgetLine, reason: str, by: User, now: datetime) -> BudgetLine:
    """Take a line back, with a reason; it stays in the history. Raises Refused for a line of a text, NotAllowed."""
    check(may_keep_budget, by, line.node.strategy)
    hold_values(line.node.strategy)
    return _take_back(line, reason, by, now)


def why_not_kept(strategy: Strategy, node: Node, line: Amount) -> Fault | None:
    """Why this part may not receive this line, None when it may."""
    if node.retired_at is not None:
        says = _("La partie %(code)s n'est plus suivie : elle ne reçoit plus de ligne.") % {"code": node.code}
        return Fault("retired_part", "part", says)
    return amount_fault(line, *spending_years(strategy), language())


def said_already(same: BudgetLine) -> str:
    """Why a second amount does not stand beside the first."""
    return _(
        "Une ligne dit déjà %(amount)s pour la même partie, la même année, le même financeur, la même étape et la même décision : "
        "retirez-la d'abord, ou citez une autre décision."
    ) % {"amount": show_money(same.amount_eur, language())}


def drawn(*, node: Node, line: Amount, by: User, now: datetime, batch: Batch | None = None) -> BudgetLine:
    """The row of a line, not yet saved."""
    return BudgetLine(
        node=node,
        year=line.year,
        fund=line.fund.value,
        stage=line.stage.value,
        amount_eur=line.amount_eur,
        decision=line.decision,
        note=line.note,
        origin=MoneyOrigin.ENTERED if batch is None else MoneyOrigin.IMPORTED,
        batch=batch,
        recorded_at=now,
        recorded_by=f"user:{by.pk}",
    )


def told(line: Amount, **more: object) -> dict[str, object]:
    """A line as the journal keeps it."""
    return {
        "part": line.part,
        "year": line.year,
        "fund": line.fund.value,
        "stage": line.stage.value,
        "amount_eur": str(line.amount_eur),
        **more,
    }


def a_reason(reason: str) -> str:
    """The reason, without outer spaces. Raises Refused when there is none, or too much of it."""
    reason = reason.strip()
    if not reason:
        raise Refused("no_reason", _("Dites pourquoi la ligne est retirée : ce motif reste avec elle."), at="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long", _("Le motif tient en %(n)s caractères.") % {"n": LONGEST_REASON}, at="reason")
    return reason


def _take_back(line: BudgetLine, reason: str, by: User, now: datetime) -> BudgetLine:
    reason = a_reason(reason)
    line = BudgetLine.objects.select_related("node__strategy").get(pk=line.pk)
    if line.origin == MoneyOrigin.TEXT:
        raise Refused(
            "text_line", _("Cette ligne est écrite dans un texte : elle change avec le fichier de la stratégie, pas à la main.")
        )
    if line.withdrawn_at is not None:
        raise Refused("already_withdrawn", _("Cette ligne est déjà retirée : rien n'a changé."))
    line.withdrawn_at, line.withdrawn_by, line.withdrawn_reason = now, f"user:{by.pk}", reason
    line.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record_act(by=by, verb="withdraw_line", thing=line, now=now, before=told(amount_of(line)), after={"reason": reason})
    return line
