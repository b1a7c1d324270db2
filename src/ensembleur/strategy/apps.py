"""The strategy domain."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.strategy"
    label = "strategy"
