"""A company asks not to be contacted without an account: it holds at once, and an officer of the place checks it afterwards."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur import codes
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.models import Opposition
from ensembleur.journeys.permissions import may_confirm_opposition
from ensembleur.journeys.queries.prospecting import places_of
from ensembleur.journeys.services.prospecting import confirm, oppose
from ensembleur.periods import PARIS, paris_day
from ensembleur.territory.queries.register import company, place_of

# Nobody is named and no address is kept, so a day is what is limited: far above what a region receives, far below what would
# empty the lists of those who prospect.
PER_DAY = 100


@transaction.atomic
def oppose_publicly(*, number: str, now: datetime, contact: str = "") -> Opposition:
    """Keep that a company is no longer to be contacted, at once; said twice, the first one stands and nothing more is written.

    number : a SIRET, or a SIREN.   contact : how to reach whoever says it, if they wish.
    Raises BadInput on a number that cannot be one, Refused on a company the register does not know or when the day is full.
    """
    digits = "".join(number.split())
    try:
        siren = codes.siren(digits) if len(digits) == 9 else codes.siret(digits)[:9]
    except BadInput as error:
        sentence = _("Écrivez les 14 chiffres d'un SIRET, ou les 9 chiffres d'un SIREN : l'un d'eux n'est pas juste.")
        raise BadInput("bad_number", sentence) from error
    view = company(siren)
    if view is None:
        raise Refused("unknown_siren", _("Cette entreprise n'est pas dans le registre chargé : vérifiez le numéro."))
    held = Opposition.objects.live().filter(siren=siren).first()
    if held is not None:
        return held
    midnight = datetime.combine(paris_day(now), time.min, PARIS)
    if Opposition.objects.filter(recorded_by__isnull=True, recorded_at__gte=midnight).count() >= PER_DAY:
        raise Refused(
            "too_many_oppositions",
            _("Trop de demandes sont arrivées ici aujourd'hui : revenez demain, ou dites-le à la personne qui vous contacte."),
        )
    sirets = [site.siret for site in view.sites]
    siret = digits if digits in sirets else next(iter(sirets), "")
    place = place_of(siret)
    where = {"commune": place.commune, "departement": place.departement, "region": place.region} if place else {}
    return oppose(siren=siren, reason="", by=None, now=now, siret=siret, contact=" ".join(contact.split())[:200], **where)


@transaction.atomic
def confirm_opposition(*, siren: str, by: User, now: datetime) -> Opposition:
    """An officer has checked that it comes from the company: it no longer waits, and how to reach it is forgotten."""
    siren = codes.siren(siren)
    check(may_confirm_opposition, by, places_of(siren))
    record_act(by=by, verb="confirm_opposition", thing=f"journeys.company:{siren}", now=now)
    held = Opposition.objects.waiting().select_for_update().filter(siren=siren).first()
    if held is None:
        raise Refused(
            "nothing_to_confirm", _("Cette opposition ne demande plus de confirmation : elle a été confirmée ou levée.")
        )
    return confirm(held=held, by=by, now=now)
