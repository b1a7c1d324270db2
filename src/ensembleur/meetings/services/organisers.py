"""Who runs an event, and who welcomes people there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import OrganiserRole
from ensembleur.meetings.models import Event, Organiser
from ensembleur.meetings.permissions import may_organise


@transaction.atomic
def name_organiser(*, event: Event, email: str, role: str, by: User, now: datetime) -> Organiser:
    """Name the holder of an account, or change what they do. Raises BadInput when no account bears the address, Refused, NotAllowed."""
    check(may_organise, by, event)
    Event.objects.select_for_update().get(pk=event.pk)
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        unknown = _("Aucun compte n'a cette adresse : la personne crée d'abord son compte, puis vous l'ajoutez.")
        raise BadInput("unknown_account", unknown, at="email")
    known = event.organisers.filter(user=person).first()
    if known is not None and role != OrganiserRole.LEAD:
        _keep_one_lead(known)
    organiser, _made = Organiser.objects.update_or_create(event=event, user=person, defaults={"role": role})
    record_act(by=by, verb="name_organiser", thing=event, now=now, before=known and known.role, after=f"user:{person.pk} {role}")
    return organiser


@transaction.atomic
def remove_organiser(*, organiser: Organiser, by: User, now: datetime) -> None:
    """Take somebody off an event; the last who runs it stays. Raises Refused, NotAllowed."""
    event = organiser.event
    check(may_organise, by, event)
    Event.objects.select_for_update().get(pk=event.pk)
    _keep_one_lead(organiser)
    record_act(by=by, verb="remove_organiser", thing=event, now=now, before=f"user:{organiser.user_id} {organiser.role}")
    Organiser.objects.filter(pk=organiser.pk).delete()


def _keep_one_lead(organiser: Organiser) -> None:
    others = organiser.event.organisers.filter(role=OrganiserRole.LEAD).exclude(pk=organiser.pk)
    if organiser.role == OrganiserRole.LEAD and not others.exists():
        raise Refused("last_lead", _("C'est la dernière personne qui organise cet événement : nommez-en d'abord une autre."))
