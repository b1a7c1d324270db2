"""Who is told that a value waits, and what became of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import Telling, notify, notify_many
from ensembleur.strategy.choices import ProposalState
from ensembleur.strategy.models import Batch, Dispute, Proposal
from ensembleur.strategy.queries.content import sheet_of

APPROVERS = (Role.OFFICER, Role.SECOND_READER)


def register_value_notices() -> None:
    """The kinds of notice about values."""
    register_notice("value_to_decide", _l("Une valeur d'indicateur attend votre validation"))
    register_notice("value_decided", _l("Une valeur que vous avez rapportée est validée ou refusée"))
    register_notice("value_disputed", _l("Une valeur d'indicateur est contestée, ou votre contestation a sa réponse"))


def tell_approvers(*, thing: Proposal | Batch, now: datetime) -> int:
    """Tell who may approve that a value, or a whole file, waits. Returns how many were told."""
    is_file = isinstance(thing, Batch)
    strategy = thing.strategy_id if is_file else thing.indicator.strategy_id  # type: ignore[union-attr]
    region = thing.strategy.region if is_file else thing.indicator.strategy.region  # type: ignore[union-attr]
    sender = thing.by_id if is_file else thing.proposed_by_id  # type: ignore[union-attr]
    tellings = []
    for approver in steering_people(region, *APPROVERS):
        if approver.pk == sender:
            continue
        with translation.override(approver.language):
            title, body, url = _of_file(thing) if is_file else _of_value(thing)  # type: ignore[arg-type]
        word = "batch" if is_file else "proposal"
        key = f"value_to_decide:{strategy}:{word}:{thing.pk}:user:{approver.pk}"
        tellings.append(Telling(approver, "value_to_decide", key, title, body, url))
    return notify_many(tellings=tellings, now=now)


def tell_proposer(*, proposal: Proposal, now: datetime) -> int:
    """Tell who reported a value that it stands, or why it does not. Returns how many were told."""
    person = proposal.proposed_by
    with translation.override(person.language):
        name = {"name": _name(proposal)}
        if proposal.state == ProposalState.APPROVED:
            title, body = _("%(name)s : votre valeur est validée") % name, _("Elle est désormais publiée avec sa date.")
        else:
            title = _("%(name)s : votre valeur est refusée") % name
            body = proposal.decision_note
    key = f"value_decided:proposal:{proposal.pk}"
    return _tell(person, "value_decided", key, title, body, reverse("strategy:proposal", args=[proposal.pk]), now)


def tell_sender(*, batch: Batch, count: int, is_approved: bool, now: datetime) -> int:
    """Tell who sent a file what was decided of its values, once for all of them. Returns how many were told."""
    with translation.override(batch.by.language):
        title = _("%(name)s : vos valeurs ont été examinées") % {"name": batch.file_name}
        if is_approved:
            body = ngettext("%(n)s valeur est validée.", "%(n)s valeurs sont validées.", count) % {"n": count}
        else:
            body = ngettext("%(n)s valeur est refusée.", "%(n)s valeurs sont refusées.", count) % {"n": count}
    key = f"value_decided:batch:{batch.pk}:{now.isoformat()}"
    return _tell(batch.by, "value_decided", key, title, body, reverse("strategy:batch", args=[batch.pk]), now)


def tell_of_dispute(*, dispute: Dispute, now: datetime) -> int:
    """Tell the officers that a value is contested; once settled, tell who contested it. Returns how many were told."""
    indicator = dispute.measurement.indicator
    url = reverse("strategy:settle", args=[dispute.pk])
    if dispute.settled_at is not None:
        person = dispute.raised_by
        with translation.override(person.language):
            title = _("%(name)s : votre contestation a sa réponse") % {"name": indicator.code}
        return _tell(person, "value_disputed", f"value_settled:{dispute.pk}", title, dispute.settlement, url, now)
    tellings = []
    for officer in steering_people(indicator.strategy.region, Role.OFFICER):
        if officer.pk == dispute.raised_by_id:
            continue
        with translation.override(officer.language):
            title = _("%(name)s : une valeur est contestée") % {"name": indicator.code}
        key = f"value_disputed:{dispute.pk}:user:{officer.pk}"
        tellings.append(Telling(officer, "value_disputed", key, title, dispute.says, url))
    return notify_many(tellings=tellings, now=now)


def _of_value(proposal: Proposal) -> tuple[str, str, str]:
    title = _("%(name)s : une valeur attend votre validation") % {"name": _name(proposal)}
    body = _("Lisez-la avec sa source, puis validez-la ou dites pourquoi elle est refusée.")
    return title, body, reverse("strategy:proposal", args=[proposal.pk])


def _of_file(batch: Batch) -> tuple[str, str, str]:
    count = batch.counts.get("added", 0)
    title = ngettext(
        "%(n)s valeur importée attend votre validation", "%(n)s valeurs importées attendent votre validation", count
    ) % {"n": count}
    return title, batch.file_name, reverse("strategy:batch", args=[batch.pk])


def steering_people(region: str, *roles: Role) -> list[User]:
    """The people who hold one of these roles on this region now."""
    mandates = Mandate.objects.live().filter(
        role__in=roles, perimeter_kind=PerimeterKind.REGION, perimeter_code=region, user__is_active=True
    )
    found = {mandate.user_id: mandate.user for mandate in mandates.select_related("user")}
    return [found[key] for key in sorted(found)]


def _name(proposal: Proposal) -> str:
    lang = "en" if (translation.get_language() or "fr").startswith("en") else "fr"
    return sheet_of(proposal.indicator).title.into(lang)


def _tell(to: User, kind: str, key: str, title: str, body: str, url: str, now: datetime) -> int:
    return int(notify(to=to, kind=kind, key=key, title=title, body=body, url=url, now=now) is not None)
