"""A person is recognised as the director of a company: asked or proposed, then decided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur import codes
from ensembleur.accounts.choices import CLAIM_ARROWS, CLAIM_WAITS, ClaimOrigin, ClaimStatus, OrganisationKind, PerimeterKind, Role
from ensembleur.accounts.models import CompanyClaim, Mandate, Organisation, User
from ensembleur.accounts.permissions import check, holds, may_answer_own_claim, may_be_somebody, may_decide_claim
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.mandates import open_mandate
from ensembleur.accounts.services.messages import tell
from ensembleur.errors import BadInput, Refused
from ensembleur.territory.queries import register

MOST_WAITING = 5


@transaction.atomic
def claim_company(*, siret: str, statement: str, by: User, now: datetime) -> CompanyClaim:
    """Ask to be recognised as the director of the company that owns this establishment.

    Raises BadInput on a wrong SIRET or an empty statement, Refused when the register does not know it or when the
    request would add nothing.
    """
    check(may_be_somebody, by)
    siret, statement = codes.siret(siret), statement.strip()
    if not statement:
        raise BadInput("no_statement", _("Dites votre fonction dans l'entreprise : elle aide à vérifier votre demande."))
    if len(statement) > 500:
        raise BadInput("long_statement", _("Votre fonction tient en 500 caractères : raccourcissez-la."))
    commune = _commune_of(siret)
    _refuse_if_director(by, siret[:9])
    standing = CompanyClaim.objects.select_for_update().filter(user=by, siren=siret[:9], status__in=CLAIM_WAITS).first()
    if standing is not None and standing.status == ClaimStatus.WAITING:
        raise Refused("claim_waits", _("Votre demande pour cette entreprise attend déjà une décision."))
    if by.company_claims.waiting().count() >= MOST_WAITING:
        raise Refused("too_many_claims", _("Cinq de vos demandes attendent déjà une décision : retirez-en une ou patientez."))
    claim = standing or CompanyClaim(user=by, siren=siret[:9], siret=siret, commune=commune, created_at=now)
    claim.statement, claim.status = statement, ClaimStatus.WAITING
    claim.save()
    record_act(by=by, verb="claim_company", thing=claim, now=now, after={"siren": claim.siren})
    return claim


@transaction.atomic
def propose_company(*, siret: str, certified: bool, by: User, now: datetime) -> CompanyClaim | None:
    """Keep the company the identity provider names, for the person to confirm; None when it would add nothing.

    certified : the provider vouches that this person directs the company, not only that they work there.
    """
    check(may_be_somebody, by)
    try:
        siret = codes.siret(siret)
        commune = _commune_of(siret)
    except (BadInput, Refused):  # a public body, or a company outside the register: nothing to propose
        return None
    if holds(by, Role.DIRECTOR, siren=siret[:9]):
        return None
    standing = CompanyClaim.objects.select_for_update().filter(user=by, siren=siret[:9])
    last = standing.order_by("-created_at", "-pk").first()
    if last is not None and (last.status in CLAIM_WAITS or (not certified and last.origin == ClaimOrigin.PROCONNECT)):
        if certified and not last.certified:
            last.certified, last.origin = True, ClaimOrigin.PROCONNECT
            last.save(update_fields=["certified", "origin"])
            record_act(by=by, verb="certify_claim", thing=last, now=now)
        return last if last.status in CLAIM_WAITS else None
    claim = CompanyClaim.objects.create(
        user=by,
        siren=siret[:9],
        siret=siret,
        commune=commune,
        origin=ClaimOrigin.PROCONNECT,
        certified=certified,
        status=ClaimStatus.PROPOSED,
        created_at=now,
    )
    record_act(by=by, verb="propose_company", thing=claim, now=now, after={"siren": claim.siren, "certified": certified})
    return claim


@transaction.atomic
def confirm_proposal(*, claim: CompanyClaim, by: User, now: datetime) -> CompanyClaim:
    """Say yes to a proposal: recognised at once when the provider certifies a director, else somebody decides."""
    check(may_answer_own_claim, by, claim)
    claim = CompanyClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if claim.status != ClaimStatus.PROPOSED and not (claim.status == ClaimStatus.WAITING and claim.certified):
        raise Refused("claim_not_proposed", _("Cette proposition a déjà reçu une réponse."))
    _refuse_if_director(by, claim.siren)
    if claim.certified:
        _approve(claim, by, now)
    else:
        claim.status = ClaimStatus.WAITING
        claim.save(update_fields=["status"])
    record_act(by=by, verb="confirm_proposal", thing=claim, now=now, after={"status": str(claim.status)})
    return claim


@transaction.atomic
def decide_claim(*, claim: CompanyClaim, approve: bool, by: User, now: datetime, reason: str = "") -> CompanyClaim:
    """Recognise the person as director, or say why not."""
    check(may_decide_claim, by, claim)
    claim = CompanyClaim.objects.select_for_update(of=("self",)).select_related("user").get(pk=claim.pk)
    verdict = ClaimStatus.APPROVED if approve else ClaimStatus.REFUSED
    if claim.status == ClaimStatus.PROPOSED or verdict not in CLAIM_ARROWS.get(ClaimStatus(claim.status), ()):
        raise Refused("claim_decided", _("Cette demande n'attend plus de décision."))
    reason = reason.strip()
    if not approve and not reason:
        raise BadInput("no_reason", _("Dites pourquoi vous refusez : la personne recevra votre motif."))
    claim.reason = reason[:500]
    if approve:
        _approve(claim, by, now)
    else:
        claim.status, claim.decided_at, claim.decided_by = ClaimStatus.REFUSED, now, by
        claim.save()
    record_act(by=by, verb="decide_claim", thing=claim, now=now, before={"status": "waiting"}, after={"status": str(verdict)})
    tell(
        to=claim.user.email, language=claim.user.language, template="claim_decided", context={"claim": claim, "approved": approve}
    )
    return claim


@transaction.atomic
def withdraw_claim(*, claim: CompanyClaim, by: User, now: datetime) -> CompanyClaim:
    """Give a request up, or say no to a proposal."""
    check(may_answer_own_claim, by, claim)
    claim = CompanyClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if claim.status not in CLAIM_WAITS:
        raise Refused("claim_decided", _("Cette demande n'attend plus de décision."))
    claim.status, claim.decided_at, claim.decided_by = ClaimStatus.WITHDRAWN, now, by
    claim.save(update_fields=["status", "decided_at", "decided_by"])
    record_act(by=by, verb="withdraw_claim", thing=claim, now=now)
    return claim


def _approve(claim: CompanyClaim, by: User, now: datetime) -> Mandate:
    claim.status, claim.decided_at, claim.decided_by = ClaimStatus.APPROVED, now, by
    claim.save()
    return open_mandate(
        user=claim.user,
        role=Role.DIRECTOR,
        perimeter_kind=PerimeterKind.COMPANY,
        perimeter_code=claim.siren,
        organisation=_company(claim),
        commune=claim.commune,
        by=by,
        now=now,
    )


def _company(claim: CompanyClaim) -> Organisation:
    """The organisation of the company, named as anyone may see it in the register."""
    known = register.establishment(claim.siret)
    name = known.name if known is not None else ""
    organisation, _new = Organisation.objects.get_or_create(
        siren=claim.siren,
        defaults={
            "kind": OrganisationKind.COMPANY,
            "name": name[:200] or claim.siren,
            "is_fictional": codes.is_fictional(claim.siren),
        },
    )
    return organisation


def _commune_of(siret: str) -> str:
    place = register.place_of(siret)
    if place is None:
        raise Refused(
            "unknown_establishment",
            _("Le SIRET %(siret)s n'est pas dans notre registre : vérifiez-le, ou écrivez à votre conseiller.")
            % {"siret": siret},
        )
    return place.commune


def _refuse_if_director(person: User, siren: str) -> None:
    if holds(person, Role.DIRECTOR, siren=siren):
        raise Refused("already_director", _("Vous êtes déjà reconnu comme dirigeant de cette entreprise."))
