"""An adviser's profile: subjects answered, days away, and which companies an organisation answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import Organisation, User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.catalogue.subjects import subject as subject_of
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, OrganisationFilter
from ensembleur.journeys.permissions import may_keep_profile, may_set_filter
from ensembleur.logic.checks import faults
from ensembleur.logic.conditions import dump, parse
from ensembleur.periods import paris_day
from ensembleur.schemes.engine.vocabulary import VOCABULARY

LONGEST_ABSENCE_DAYS = 400


@transaction.atomic
def set_subjects(*, adviser: User, subjects: Collection[str], by: User, now: datetime) -> tuple[str, ...]:
    """Say on which subjects an adviser answers; none makes a generalist, asked when nobody holds the subject."""
    check(may_keep_profile, by, adviser)
    wanted = {subject_of(code).code for code in subjects}
    User.objects.select_for_update().get(pk=adviser.pk)
    held = set(AdviserSubject.objects.filter(adviser=adviser).values_list("subject", flat=True))
    if wanted != held:
        AdviserSubject.objects.filter(adviser=adviser, subject__in=held - wanted).delete()
        AdviserSubject.objects.bulk_create(
            AdviserSubject(adviser=adviser, subject=code, added_at=now) for code in sorted(wanted - held)
        )
        record_act(
            by=by,
            verb="set_subjects",
            thing=adviser,
            now=now,
            before={"subjects": sorted(held)},
            after={"subjects": sorted(wanted)},
        )
    return tuple(sorted(wanted))


@transaction.atomic
def set_absence(*, adviser: User, starts_on: date, ends_on: date, by: User, now: datetime) -> AdviserAbsence:
    """Write the days on which an adviser is asked nothing: from `starts_on` to the eve of `ends_on`, the day of return."""
    check(may_keep_profile, by, adviser)
    if ends_on <= starts_on or (ends_on - starts_on).days > LONGEST_ABSENCE_DAYS:
        raise BadInput("bad_absence", _("Le retour suit le premier jour d'absence, de 400 jours au plus."))
    if ends_on <= paris_day(now):
        raise BadInput("past_absence", _("Cette absence est déjà terminée : il n'y a rien à enregistrer."))
    User.objects.select_for_update().get(pk=adviser.pk)
    if AdviserAbsence.objects.filter(adviser=adviser, starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise Refused(
            "absence_overlaps", _("Une absence est déjà enregistrée sur une partie de ces jours : terminez-la d'abord.")
        )
    absence = AdviserAbsence.objects.create(adviser=adviser, starts_on=starts_on, ends_on=ends_on, recorded_at=now)
    record_act(
        by=by, verb="set_absence", thing=adviser, now=now, after={"from": starts_on.isoformat(), "to": ends_on.isoformat()}
    )
    return absence


@transaction.atomic
def end_absence(*, absence: AdviserAbsence, by: User, now: datetime) -> None:
    """Come back today, or cancel an absence to come."""
    check(may_keep_profile, by, absence.adviser)
    held = AdviserAbsence.objects.select_for_update().get(pk=absence.pk)
    today = paris_day(now)
    if held.ends_on <= today:
        raise Refused("absence_over", _("Cette absence est déjà terminée."))
    if held.starts_on >= today:
        held.delete()
    else:
        held.ends_on = today
        held.save(update_fields=["ends_on"])
    record_act(by=by, verb="end_absence", thing=held.adviser, now=now, before={"from": held.starts_on.isoformat()})


@transaction.atomic
def set_organisation_filter(
    *, organisation: Organisation, subject: str, condition: Mapping[str, Any] | None, by: User, now: datetime
) -> OrganisationFilter | None:
    """Say which companies an organisation answers, on one subject or on all (empty); None removes the filter.

    condition : a rule as data, read with the vocabulary of the schemes. Raises BadInput naming what cannot be read or can never be met.
    """
    check(may_set_filter, by, organisation)
    if subject:
        subject_of(subject)
    held = OrganisationFilter.objects.select_for_update().filter(organisation=organisation, subject=subject).first()
    before = {"subject": subject, "condition": held.condition} if held else None
    if condition is None:
        if held is not None:
            held.delete()
            record_act(by=by, verb="remove_organisation_filter", thing=organisation, now=now, before=before)
        return None
    read = parse(condition, where=_("condition"), vocabulary=VOCABULARY)
    if found := faults(read, vocabulary=VOCABULARY):
        raise BadInput("bad_filter", str(found[0]))
    held = held or OrganisationFilter(organisation=organisation, subject=subject)
    held.condition, held.changed_by, held.changed_at = dump(read), by, now
    held.save()
    after = {"subject": subject, "condition": held.condition}
    record_act(by=by, verb="set_organisation_filter", thing=organisation, now=now, before=before, after=after)
    return held
