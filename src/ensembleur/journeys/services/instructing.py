"""The officer's side of an application: complete, decided, agreed or refused, paid, closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import ApplicationStatus, ClosingReason, Outcome, PaymentKind
from ensembleur.journeys.models import Application, Payment
from ensembleur.journeys.permissions import may_close, may_instruct, may_lead
from ensembleur.journeys.services.applying import hold, move
from ensembleur.money import show_euros
from ensembleur.periods import paris_day

PAYABLE = (ApplicationStatus.AGREED, ApplicationStatus.PAYING)
COMPANY_REASONS = (ClosingReason.WITHDRAWN,)
WITHDRAWABLE = (ApplicationStatus.DRAFT, ApplicationStatus.FILED, ApplicationStatus.COMPLETE)  # before any decision


@transaction.atomic
def mark_complete(*, application: Application, by: User, now: datetime, note: str = "") -> Application:
    """Say that nothing is missing any more: the decision can be prepared."""
    check(may_instruct, by, application)
    application = hold(application)
    application.completed_at = now
    return move(application=application, status=ApplicationStatus.COMPLETE, by=by, now=now, note=note, verb="mark_complete")


@transaction.atomic
def decide_application(
    *,
    application: Application,
    by: User,
    now: datetime,
    outcome: str,
    decided_on: date,
    granted_eur: Decimal | None = None,
    score: Decimal | None = None,
    cut_off: Decimal | None = None,
    note: str = "",
) -> Application:
    """Write the decision with its score and the cut-off of that round; an unfavourable one is kept just the same."""
    check(may_instruct, by, application)
    application = hold(application)
    if outcome not in Outcome.values:
        raise BadInput("bad_outcome", _("Dites si la décision est favorable ou défavorable."))
    if outcome == Outcome.FAVOURABLE and (granted_eur is None or granted_eur <= 0):
        raise BadInput("no_amount", _("Une décision favorable porte un montant supérieur à zéro."))
    if application.filed_at is not None and not paris_day(application.filed_at) <= decided_on <= paris_day(now):
        raise BadInput("bad_decision_day", _("La décision se date entre le jour du dépôt et aujourd'hui."))
    application.outcome, application.decided_on = outcome, decided_on
    application.granted_eur = granted_eur if outcome == Outcome.FAVOURABLE else None
    application.score, application.cut_off = score, cut_off
    return move(application=application, status=ApplicationStatus.DECIDED, by=by, now=now, note=note, verb="decide_application")


@transaction.atomic
def agree(*, application: Application, by: User, now: datetime, agreed_on: date) -> Application:
    """Write that the agreement is signed; only after a favourable decision."""
    check(may_instruct, by, application)
    application = hold(application)
    if application.outcome != Outcome.FAVOURABLE:
        raise Refused("not_favourable", _("La décision n'est pas favorable : il n'y a pas de convention à signer."))
    if application.decided_on is None or not application.decided_on <= agreed_on <= paris_day(now):
        raise BadInput("bad_agreement_day", _("La convention se date entre le jour de la décision et aujourd'hui."))
    application.agreed_on = agreed_on
    return move(application=application, status=ApplicationStatus.AGREED, by=by, now=now, verb="agree")


@transaction.atomic
def refuse(*, application: Application, by: User, now: datetime, note: str) -> Application:
    """Notify an unfavourable decision, with its reason for the company."""
    check(may_instruct, by, application)
    application = hold(application)
    if application.outcome != Outcome.UNFAVOURABLE:
        raise Refused("not_unfavourable", _("La décision n'est pas défavorable : elle ne se notifie pas comme un refus."))
    if not note.strip():
        raise BadInput("no_reason", _("Écrivez le motif du refus : l'entreprise a le droit de le connaître."))
    return move(application=application, status=ApplicationStatus.REFUSED, by=by, now=now, note=note, verb="refuse")


@transaction.atomic
def record_payment(
    *, application: Application, by: User, now: datetime, kind: str, paid_on: date, amount_eur: Decimal
) -> Payment:
    """Write a payment; the sum of payments never exceeds what was granted."""
    check(may_instruct, by, application)
    application = hold(application)
    if application.status not in PAYABLE:
        raise Refused("not_payable", _("Aucun versement avant la signature de la convention."))
    if kind not in PaymentKind.values or amount_eur <= 0:
        raise BadInput("bad_payment", _("Un versement a une nature et un montant supérieur à zéro."))
    if paid_on > paris_day(now) or (application.agreed_on is not None and paid_on < application.agreed_on):
        raise BadInput("bad_payment_day", _("Le versement se date entre la convention et aujourd'hui."))
    rest = (application.granted_eur or Decimal(0)) - paid_so_far(application)
    if amount_eur > rest:
        raise Refused("above_grant", _("Il ne reste que %(rest)s à verser sur cette aide.") % {"rest": show_euros(rest)})
    payment = Payment.objects.create(application=application, kind=kind, paid_on=paid_on, amount_eur=amount_eur, by=by)
    note = f"{PaymentKind(kind).label} : {show_euros(amount_eur)}"
    move(application=application, status=ApplicationStatus.PAYING, by=by, now=now, note=note, verb="record_payment")
    return payment


@transaction.atomic
def close(*, application: Application, by: User, now: datetime, reason: str, note: str = "") -> Application:
    """Close the file with its true reason; the company may only withdraw, "no news" is said by the officer."""
    check(may_close, by, application)
    application = hold(application)
    if reason not in ClosingReason.values:
        raise BadInput("bad_reason", _("Choisissez le motif de la clôture dans la liste."))
    is_company = may_lead(by, application.journey)
    if is_company and reason not in COMPANY_REASONS:
        raise Refused(
            "not_yours_to_say", _("L'entreprise peut seulement retirer sa demande ; les autres motifs sont à l'instructeur.")
        )
    if is_company and application.status not in WITHDRAWABLE:
        raise Refused("decided", _("La décision est prise : ce dossier ne peut plus être retiré, écrivez à l'instructeur."))
    if reason == ClosingReason.WITHDRAWN and application.status == ApplicationStatus.REFUSED:
        raise Refused("refused_stays", _("Ce dossier a été refusé : il se clôt comme refusé, l'évaluation de l'aide en dépend."))
    if reason == ClosingReason.REFUSED and application.status != ApplicationStatus.REFUSED:
        raise Refused("not_refused", _("Ce dossier n'a pas été refusé : choisissez un autre motif."))
    if reason == ClosingReason.PAID and paid_so_far(application) < (application.granted_eur or Decimal("Infinity")):
        raise Refused("not_paid", _("L'aide n'est pas versée en totalité : choisissez un autre motif, ou enregistrez le solde."))
    application.closed_at, application.closing_reason = now, reason
    return move(application=application, status=ApplicationStatus.CLOSED, by=by, now=now, note=note, verb="close_application")


def paid_so_far(application: Application) -> Decimal:
    """The sum of payments, in euros."""
    return application.payments.aggregate(total=Sum("amount_eur"))["total"] or Decimal(0)
