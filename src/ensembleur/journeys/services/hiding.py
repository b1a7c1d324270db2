"""A company asks INSEE for partial diffusion after its path began: the name and place kept here follow the register."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ensembleur.accounts.services.journal import record_act
from ensembleur.journeys.models import Journey
from ensembleur.journeys.queries.companies import shown_as
from ensembleur.territory.queries.register import establishments, masked_among

BY = "command:run_clocks"


@transaction.atomic
def strike_diffusion(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Hide in the journeys what the register now hides; returns how many changed. Three queries when nothing did."""
    followed = Journey.objects.exclude(siret="")
    masked = masked_among(followed.values("siret"))
    views = establishments(masked) if masked else {}
    changed = []
    for journey in followed.filter(siret__in=masked).order_by("pk"):
        title, place = shown_as(views[journey.siret])
        if (journey.title, journey.place) != (title, place):
            journey.title, journey.place = title, place
            changed.append(journey)
    if changed and not dry_run:
        _hide(changed, as_of)
    return {"hidden": len(changed)}


def _hide(journeys: list[Journey], now: datetime) -> None:
    Journey.objects.bulk_update(journeys, ["title", "place"], batch_size=500)
    record_act(by=BY, verb="hide_names", thing="journeys.journey", now=now, after={"journeys": [one.pk for one in journeys]})
