"""The schemes domain."""

from django.apps import AppConfig


class SchemesConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.schemes"
    label = "schemes"
