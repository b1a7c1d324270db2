"""A period is closed: what was measured of it is what reports say for ever, until somebody else opens it again with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.logic.sentences import show_day
from ensembleur.periods import paris_day
from ensembleur.strategy.models import PeriodLock, Strategy
from ensembleur.strategy.permissions import may_lift_lock, may_lock
from ensembleur.strategy.queries.entry import DAY, language
from ensembleur.strategy.services.proposing import hold_values

LONGEST_REASON = 500


@transaction.atomic
def lock_period(*, strategy: Strategy, start: date, end: date, reason: str, by: User, now: datetime) -> PeriodLock:
    """Close the half-open days of a strategy: no report, approval or measurement of one of them enters any more.

    Raises Refused for an empty or unfinished period, or one that another live lock already holds in part; NotAllowed.
    """
    check(may_lock, by, strategy)
    lang, reason = language(), _reason(reason)
    if end <= start:
        raise Refused("empty_period", _("La période est vide : sa fin doit suivre son début."), at="end")
    if end > paris_day(now):
        says = _("Le %(day)s n'est pas passé : on ne verrouille qu'une période terminée.")
        raise Refused("not_over", says % {"day": show_day(end - DAY, lang)}, at="end")
    if end <= strategy.period_start:
        says = _("La stratégie commence le %(day)s : il n'y a rien à verrouiller avant.")
        raise Refused("not_begun", says % {"day": show_day(strategy.period_start, lang)}, at="end")
    hold_values(strategy)
    held = PeriodLock.objects.filter(
        strategy=strategy, lifted_at__isnull=True, period_start__lt=end, period_end__gt=start
    ).first()
    if held is not None:
        says = _("Ces jours sont déjà verrouillés, du %(start)s au %(last)s : choisissez une période qui ne les touche pas.")
        days = {"start": show_day(held.period_start, lang), "last": show_day(held.period_end - DAY, lang)}
        raise Refused("already_locked", says % days, at="start")
    lock = PeriodLock.objects.create(
        strategy=strategy, period_start=start, period_end=end, reason=reason, locked_by=by, locked_at=now
    )
    record_act(by=by, verb="lock_period", thing=lock, now=now, after={"start": str(start), "end": str(end)})
    return lock


@transaction.atomic
def lift_lock(*, lock: PeriodLock, reason: str, by: User, now: datetime) -> PeriodLock:
    """Open a closed period again, with a reason; never who closed it."""
    check(may_lift_lock, by, lock)
    reason = _reason(reason)
    hold_values(lock.strategy)
    lock = PeriodLock.objects.select_related("lifted_by").get(pk=lock.pk)
    if lock.lifted_by is not None:
        raise Refused("already_lifted", _("%(name)s a déjà rouvert cette période.") % {"name": lock.lifted_by.full_name})
    lock.lifted_by, lock.lifted_at, lock.lift_reason = by, now, reason
    lock.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    record_act(by=by, verb="lift_lock", thing=lock, now=now)
    return lock


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("no_reason", _("Donnez un motif : il reste affiché avec la période."), at="reason")
    if len(text) > LONGEST_REASON:
        raise Refused("too_long", _("Le motif tient en %(n)s caractères.") % {"n": LONGEST_REASON}, at="reason")
    return text
