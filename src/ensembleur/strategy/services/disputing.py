"""A value is contested in writing, and an officer answers; it stays shown, marked, all the while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.strategy.models import Dispute, Measurement
from ensembleur.strategy.permissions import may_dispute, may_see_sheet, may_settle
from ensembleur.strategy.queries.content import sheet_of
from ensembleur.strategy.services.proposing import hold_values
from ensembleur.strategy.services.telling import tell_of_dispute

LONGEST = 1000


@transaction.atomic
def dispute_value(*, measurement: Measurement, says: str, by: User, now: datetime) -> Dispute:
    """Contest a value that stands, whatever its origin. Raises Refused when it was replaced, or contested already; NotAllowed."""
    check(may_dispute, by, measurement)
    strategy = measurement.indicator.strategy
    check(may_see_sheet, by, strategy, sheet_of(measurement.indicator))
    says = _words(says, _("Dites ce qui est contesté, et d'après quoi."), "says")
    hold_values(strategy)
    if not Measurement.objects.standing().filter(pk=measurement.pk).exists():
        raise Refused("already_replaced", _("Cette valeur a déjà été remplacée : contestez la dernière, s'il y a lieu."))
    if Dispute.objects.filter(measurement=measurement, raised_by=by, settled_at__isnull=True).exists():
        raise Refused("already_disputed", _("Vous avez déjà contesté cette valeur : la réponse est attendue."))
    dispute = Dispute.objects.create(measurement=measurement, says=says, raised_by=by, raised_at=now)
    record_act(by=by, verb="dispute_value", thing=dispute, now=now, after={"measurement": measurement.pk})
    tell_of_dispute(dispute=dispute, now=now)
    return dispute


@transaction.atomic
def settle_dispute(*, dispute: Dispute, settlement: str, by: User, now: datetime) -> Dispute:
    """Answer a contested value, once; correcting it is another act."""
    check(may_settle, by, dispute.measurement)
    settlement = _words(settlement, _("Répondez : la personne qui conteste lira ces mots."), "settlement")
    hold_values(dispute.measurement.indicator.strategy)
    dispute = Dispute.objects.select_related("measurement__indicator__strategy", "raised_by", "settled_by").get(pk=dispute.pk)
    if dispute.settled_by is not None:
        raise Refused("already_settled", _("%(name)s a déjà répondu.") % {"name": dispute.settled_by.full_name})
    dispute.settled_by, dispute.settled_at, dispute.settlement = by, now, settlement
    dispute.save(update_fields=["settled_by", "settled_at", "settlement"])
    record_act(by=by, verb="settle_dispute", thing=dispute, now=now)
    tell_of_dispute(dispute=dispute, now=now)
    return dispute


def _words(text: str, missing: str, at: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("no_words", missing, at=at)
    if len(text) > LONGEST:
        raise Refused("too_long", _("Ces mots tiennent en %(n)s caractères.") % {"n": LONGEST}, at=at)
    return text
