"""The web domain."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.web"
    label = "web"
