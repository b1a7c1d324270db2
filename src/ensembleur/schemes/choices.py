"""The words a scheme's published version and a recorded fact can be in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """Where a version stands between the officer who writes it and the public."""

    DRAFT = "draft", _("Brouillon")
    SECOND_READING = "second_reading", _("En seconde lecture")
    PUBLISHED = "published", _("Publiée")
    WITHDRAWN = "withdrawn", _("Abandonnée")
    REPLACED = "replaced", _("Remplacée par un fichier plus récent")


OPEN_STATES = (VersionState.DRAFT, VersionState.SECOND_READING)
VERSION_ARROWS: dict[VersionState, tuple[VersionState, ...]] = {
    VersionState.DRAFT: (VersionState.SECOND_READING, VersionState.WITHDRAWN),
    VersionState.SECOND_READING: (VersionState.DRAFT, VersionState.PUBLISHED, VersionState.WITHDRAWN),
    VersionState.PUBLISHED: (VersionState.REPLACED,),  # a file's text only, when a later release brings another
}


class VersionOrigin(models.TextChoices):
    """Where the text of a version comes from."""

    FILE = "file", _("Catalogue livré")
    OFFICER = "officer", _("Écrite par un agent")


class FactLevel(models.TextChoices):
    """Of what a fact speaks. Group and project facts are kept with the company or the establishment that declared them."""

    ESTABLISHMENT = "establishment", _("Établissement")
    COMPANY = "company", _("Entreprise")
    GROUP = "group", _("Groupe")
    PROJECT = "project", _("Projet")
    PERSON = "person", _("Personne")


class EvidenceWord(models.TextChoices):
    """How a fact is known; the same words as `ensembleur.sources.Evidence`."""

    OBSERVED = "observed", _("constaté")
    DOCUMENTED = "documented", _("justifié")
    DECLARED = "declared", _("déclaré")
    ESTIMATED = "estimated", _("estimé")


FAMILIES = {
    "grant": _("Subvention"),
    "advance": _("Avance remboursable"),
    "loan": _("Prêt"),
    "equity": _("Entrée au capital"),
    "tax_credit": _("Crédit d'impôt"),
    "diagnosis": _("Diagnostic cofinancé"),
    "training": _("Formation"),
    "support": _("Accompagnement"),
    "prize": _("Prix ou concours"),
    "network": _("Lieu ou réseau"),
}
LEVELS = {"regional": _("Région"), "national": _("État et opérateurs nationaux"), "european": _("Union européenne")}
AUDIENCES = {"company": _("Une entreprise"), "person": _("Une personne")}
TOPICS = {
    "production": _("Outil de production"),
    "digital": _("Numérique et données"),
    "people": _("Compétences et emploi"),
    "organisation": _("Organisation et logistique"),
    "environment": _("Énergie et environnement"),
    "market": _("Innovation et marchés"),
}
EDGES = {
    "prerequisite": _("À faire avant"),
    "exclusive": _("Ne se cumule pas avec"),
    "cumulable": _("Se cumule avec"),
    "counts_toward": _("Compte dans un plafond"),
    "replaced_by": _("Remplacée par"),
}
