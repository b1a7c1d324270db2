"""The accounts domain."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.accounts"
    label = "accounts"
