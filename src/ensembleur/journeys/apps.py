"""The journeys domain."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.journeys"
    label = "journeys"
