"""The fictional contacts of the demonstration: a few calls, one company that opposed, a wave begun."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.choices import Channel, ContactOutcome
from ensembleur.journeys.models import Contact, Journey, Opposition, Reservation
from ensembleur.journeys.queries.prospecting import Filters, counts_by_subject, listed
from ensembleur.journeys.queries.prospects import Subject, subjects_on
from ensembleur.journeys.services.prospecting import record_contact, reserve_wave
from ensembleur.periods import paris_day
from ensembleur.territory.queries.register import establishments

CALLS = (
    (ContactOutcome.CALL_BACK, Channel.PHONE, "Rappeler après la clôture des comptes (contact fictif)."),
    (ContactOutcome.NO_ANSWER, Channel.PHONE, "Standard fermé (contact fictif)."),
    (ContactOutcome.INTERESTED, Channel.VISIT, "Veut voir un exemple dans son métier (contact fictif)."),
    (ContactOutcome.NOT_INTERESTED, Channel.PHONE, "Pas de projet cette année (contact fictif)."),
    (ContactOutcome.OPPOSED, Channel.PHONE, ""),
    (ContactOutcome.INTERESTED, Channel.EVENT, "Rencontrée à une réunion de filière (contact fictif)."),
    (ContactOutcome.NO_ANSWER, Channel.LETTER, ""),
)


def populate_prospecting(*, seed: int, now: datetime, people: Mapping[Role, User]) -> int:
    """Note the fictional contacts; does nothing when there are some. Returns how many there are."""
    held = Contact.objects.filter(by__is_fictional=True).count()
    if held:
        return held
    subject = _subject(now)
    if subject is None:
        return 0
    chance, callers = random.Random(seed), (people[Role.ADVISER], people[Role.OFFICER])
    with transaction.atomic():
        sirets = _companies(subject, callers[0], now)
        for rank, ((outcome, channel, note), siret) in enumerate(zip(CALLS, sirets, strict=False)):
            then = (now - timedelta(days=23 - 3 * rank)).replace(hour=9, minute=chance.randint(0, 59))
            record_contact(
                siret=siret,
                about=subject.id,
                channel=channel,
                outcome=outcome,
                note=note,
                call_back_on=paris_day(now) if outcome == ContactOutcome.CALL_BACK else None,
                by=callers[rank % 2],
                now=then,
            )
        reserve_wave(subject=subject, filters=Filters(), by=callers[0], now=now)
    return min(len(CALLS), len(sirets))


def clear_prospecting() -> int:
    """Remove what the fictional people noted, before the region is drawn anew; returns how many contacts there were."""
    with transaction.atomic():
        Opposition.objects.filter(recorded_by__is_fictional=True).delete()
        Reservation.objects.filter(by__is_fictional=True).delete()
        return Contact.objects.filter(by__is_fictional=True).delete()[0]


def _subject(now: datetime) -> Subject | None:
    """The open aid that certainly serves most companies: its list is the best to look at."""
    today = paris_day(now)
    schemes, _measures = subjects_on(today, lang="fr")
    counts = counts_by_subject(schemes, user="command:demo", as_of=today)
    return max(schemes, key=lambda one: (counts[one.kind, one.id], one.id), default=None)


def _companies(subject: Subject, caller: User, now: datetime) -> list[str]:
    """The first fictional companies of the list that no path follows and whose name may be said."""
    rows, _counts, _questions = listed(subject, user=caller, filters=Filters(), as_of=paris_day(now))
    followed = set(Journey.objects.values_list("siren", flat=True))
    sirets = [siret for siren, siret in rows.head(200).select("siren", "siret").iter_rows() if siren not in followed]
    views = establishments(sirets)
    return [siret for siret in sirets if views[siret].is_fictional and not views[siret].masked][: len(CALLS)]
