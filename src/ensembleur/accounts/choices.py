"""The words accounts are in: roles, kinds of organisation, perimeters."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do, always within a perimeter."""

    DIRECTOR = "director", _("Dirigeant")
    CONTRIBUTOR = "contributor", _("Contributeur de l'entreprise")
    ADVISER = "adviser", _("Conseiller")
    OFFICER = "officer", _("Agent instructeur")
    SECOND_READER = "second_reader", _("Second lecteur")
    EVALUATOR = "evaluator", _("Évaluateur")
    COMMITTEE = "committee", _("Membre du comité stratégique")
    ADMIN = "admin", _("Administrateur")


class PerimeterKind(models.TextChoices):
    """On what a role is held. `company` is a SIREN; the others are official geographic codes."""

    COMPANY = "company", _("Entreprise")
    COMMUNE = "commune", _("Commune")
    DEPARTEMENT = "departement", _("Département")
    REGION = "region", _("Région")


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    COMPANY = "company", _("Entreprise")
    REGION = "region", _("Région")
    CHAMBER = "chamber", _("Chambre consulaire")
    TECHNICAL_CENTRE = "technical_centre", _("Centre technique")
    CLUSTER = "cluster", _("Pôle ou grappe")
    SCHOOL = "school", _("Établissement de formation")
    MUNICIPALITY = "municipality", _("Collectivité")
    LABORATORY = "laboratory", _("Laboratoire")
    STATE = "state", _("Service de l'État")
    OTHER = "other", _("Autre organisme")


class ClaimOrigin(models.TextChoices):
    """Where a request to be recognised as director comes from."""

    STATEMENT = "statement", _("Déclaration de la personne")
    PROCONNECT = "proconnect", _("SIRET transmis par ProConnect")


class ClaimStatus(models.TextChoices):
    """Where a request stands: proposed → waiting → approved or refused; withdrawn at any time before."""

    PROPOSED = "proposed", _("À confirmer par vous")
    WAITING = "waiting", _("En attente de décision")
    APPROVED = "approved", _("Acceptée")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "withdrawn", _("Retirée")


class Rhythm(models.TextChoices):
    """When a person wants the e-mails that tell what happens."""

    AT_ONCE = "at_once", _("Tout de suite")
    DAILY = "daily", _("Une fois par jour ouvré, à 8 h")
    WEEKLY = "weekly", _("Une fois par semaine, le lundi à 8 h")
    NEVER = "never", _("Jamais par courriel")


class MailingKind(models.TextChoices):
    """What an e-mail carries."""

    SINGLE = "single", _("Un avis")
    DIGEST = "digest", _("Récapitulatif")


CLAIM_WAITS = (ClaimStatus.PROPOSED, ClaimStatus.WAITING)
CLAIM_ARROWS: dict[ClaimStatus, tuple[ClaimStatus, ...]] = {
    ClaimStatus.PROPOSED: (ClaimStatus.WAITING, ClaimStatus.APPROVED, ClaimStatus.WITHDRAWN),
    ClaimStatus.WAITING: (ClaimStatus.APPROVED, ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN),
}

COMPANY_ROLES = (Role.DIRECTOR, Role.CONTRIBUTOR)
# Public agents see many companies' files: they never act with a password alone.
SECOND_FACTOR_ROLES = (Role.ADVISER, Role.OFFICER, Role.SECOND_READER, Role.EVALUATOR, Role.COMMITTEE, Role.ADMIN)
# Who may hand out which role, always inside their own perimeter.
MAY_APPOINT: dict[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset(Role),
    Role.OFFICER: frozenset({Role.ADVISER, Role.DIRECTOR, Role.CONTRIBUTOR}),
    Role.ADVISER: frozenset({Role.DIRECTOR, Role.CONTRIBUTOR}),
    Role.DIRECTOR: frozenset({Role.DIRECTOR, Role.CONTRIBUTOR}),
}
