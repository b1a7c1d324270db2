"""A journey is opened, for an establishment of the register or for a project that has none yet."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ensembleur import codes
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.models import Journey
from ensembleur.journeys.permissions import is_known, may_contribute, may_open_journey
from ensembleur.journeys.queries.companies import company_card


@transaction.atomic
def open_journey(*, siret: str = "", project_title: str = "", departement: str = "", by: User, now: datetime) -> Journey:
    """Open the journey of an establishment, or find again the one that is already open; or that of a project without SIRET.

    Raises BadInput for a SIRET that cannot be read, Refused when the register does not know it or when somebody else
    already follows this establishment here.
    """
    if not siret:
        return _open_project(project_title, departement, by, now)
    siret = codes.siret(siret)
    card = company_card(siret)
    if card is None:
        raise Refused(
            "siret_not_found",
            _("Le SIRET %(siret)s n'est pas dans notre registre : vérifiez-le, ou ouvrez un parcours de projet sans SIRET.")
            % {"siret": codes.show_siret(siret)},
        )
    check(may_open_journey, by, card.siren, card.commune)
    already = Journey.objects.live().filter(siret=siret).first()
    if already is not None:
        return _already_open(already, by)
    journey = Journey(
        siren=card.siren,
        siret=siret,
        title=card.title,
        place=card.place,
        commune=card.commune,
        departement=card.departement,
        region=card.region,
        naf=card.naf,
        opened_by=by,
        opened_at=now,
        is_fictional=card.is_fictional,
    )
    try:
        with transaction.atomic():
            journey.save()
    except IntegrityError:  # the same person clicked twice, or somebody else was quicker
        return _already_open(Journey.objects.live().get(siret=siret), by)
    record_act(by=by, verb="open_journey", thing=journey, now=now, after={"siret": siret})
    return journey


def _already_open(journey: Journey, by: User) -> Journey:
    if may_contribute(by, journey):
        return journey
    raise Refused(
        "journey_taken",
        _("Un parcours est déjà ouvert pour cet établissement : demandez à la personne qui le suit de vous inviter."),
    )


def _open_project(title: str, departement: str, by: User, now: datetime) -> Journey:
    check(is_known, by)
    title = " ".join(title.split())
    if not title:
        raise BadInput("no_title", _("Donnez un nom à votre projet, par exemple « Atelier de réemploi de composites »."))
    journey = Journey.objects.create(title=title[:200], departement=departement[:3], opened_by=by, opened_at=now)
    record_act(by=by, verb="open_journey", thing=journey, now=now, after={"project": journey.title})
    return journey
