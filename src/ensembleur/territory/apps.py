"""The territory domain."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.territory"
    label = "territory"
