"""The schemes domain."""

from django.apps import AppConfig


class SchemesConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.schemes"
    label = "schemes"

    def ready(self) -> None:
        """Name what people are told about rules."""
        from ensembleur.schemes.services.telling import register_rule_notices

        register_rule_notices()
