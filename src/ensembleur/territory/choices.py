"""The words a place, an establishment or an import can be in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommuneKind(models.TextChoices):
    """What a five-character code names."""

    COMMUNE = "commune", _("commune")
    DISTRICT = "district", _("arrondissement municipal")
    FORMER = "former", _("commune ancienne, associée ou déléguée")


class GroupingKind(models.TextChoices):
    """The kinds of grouping of communes, as the public file writes them."""

    CC = "CC", _("communauté de communes")
    CA = "CA", _("communauté d'agglomération")
    CU = "CU", _("communauté urbaine")
    METROPOLE = "METRO", _("métropole")
    METRO_GRAND_PARIS = "MET69", _("métropole à statut particulier")
    EPT = "EPT", _("établissement public territorial")


class EstablishmentState(models.TextChoices):
    """Whether the site is at work, in the letters of the register."""

    OPEN = "A", _("en activité")
    CLOSED = "F", _("fermé")


class UnitState(models.TextChoices):
    """Whether the company is at work, in the letters of the register."""

    ACTIVE = "A", _("en activité")
    CEASED = "C", _("cessée")


class Diffusion(models.TextChoices):
    """What the register allows to show. Anything else than O is read as P."""

    FULL = "O", _("diffusion complète")
    PARTIAL = "P", _("diffusion partielle")


class Masking(models.TextChoices):
    """Which rule hides part of the record; empty when nothing is hidden."""

    NONE = "", _("rien n'est masqué")
    LEGAL = "legal", _("personne morale en diffusion partielle")
    NATURAL = "natural", _("personne physique en diffusion partielle")


class RunKind(models.TextChoices):
    """What changed the register."""

    IMPORT = "import", _("import des fichiers Sirene")
    UNDO = "undo", _("retour à l'état d'avant")
    DEMO = "demo", _("population de démonstration")
    CLEAR = "clear", _("retrait de la démonstration")


class RunState(models.TextChoices):
    """Whether what the run did still stands."""

    APPLIED = "applied", _("en vigueur")
    UNDONE = "undone", _("défait")
