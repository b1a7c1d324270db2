"""The meetings domain."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.meetings"
    label = "meetings"
