"""The words steering is in: labels of values, funds, stages, where a proposal or a question stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LabelWord(models.TextChoices):
    """How a value is known; the same words as `engine.content.Label`."""

    PROGRAMMED = "programmed", _("programmé")
    DECLARED = "declared", _("déclaré")
    AGREED = "agreed", _("conventionné")
    PAID = "paid", _("payé")
    OBSERVED = "observed", _("constaté")
    ESTIMATED = "estimated", _("estimé")


class NodeWord(models.TextChoices):
    """The floors of a strategy; each strategy may call them otherwise."""

    STRATEGY = "strategy", _("Stratégie")
    CHALLENGE = "challenge", _("Enjeu")
    OBJECTIVE = "objective", _("Objectif")
    MEASURE = "measure", _("Mesure")


class FundWord(models.TextChoices):
    """Who pays."""

    REGION = "region", _("Région")
    ERDF = "erdf", _("FEDER")
    ESF = "esf", _("FSE+")
    STATE = "state", _("État")
    PRIVATE = "private", _("Privé")
    OTHER = "other", _("Autre")


class StageWord(models.TextChoices):
    """Where money stands. A stage is never added to another."""

    PROGRAMMED = "programmed", _("programmé")
    VOTED = "voted", _("voté")
    COMMITTED = "committed", _("engagé")
    PAID = "paid", _("payé")


class LevelWord(models.TextChoices):
    """From means to effects."""

    INPUT = "input", _("moyens")
    ACTIVITY = "activity", _("actions")
    OUTPUT = "output", _("réalisations")
    RESULT = "result", _("résultats")
    IMPACT = "impact", _("impact")


class DirectionWord(models.TextChoices):
    """Which way is better."""

    UP = "up", _("à la hausse")
    DOWN = "down", _("à la baisse")
    STABLE = "stable", _("stable")


class Origin(models.TextChoices):
    """Where a measurement comes from."""

    COMPUTED = "computed", _("calculé par la plateforme")
    REPORTED = "reported", _("rapporté par un partenaire")
    TEXT = "text", _("écrit dans un texte")


class ProposalState(models.TextChoices):
    """Where a reported value stands."""

    PROPOSED = "proposed", _("à valider")
    APPROVED = "approved", _("validé")
    REFUSED = "refused", _("refusé")
    WITHDRAWN = "withdrawn", _("retiré")


class MoneyOrigin(models.TextChoices):
    """Where a budget line comes from."""

    TEXT = "text", _("écrit dans un texte")
    ENTERED = "entered", _("saisi")
    IMPORTED = "imported", _("importé")


class BatchKind(models.TextChoices):
    """What a file brought."""

    VALUES = "values", _("Valeurs d'indicateurs")
    BUDGET = "budget", _("Lignes de budget")
