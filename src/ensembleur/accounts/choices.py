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
