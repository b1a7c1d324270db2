"""The journeys domain."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.journeys"
    label = "journeys"

    def ready(self) -> None:
        """Say what we keep about people."""
        from ensembleur.accounts.services.personal_data import register_personal_data
        from ensembleur.journeys.services.personal_data import erase_share, export_share, retain_share
        from ensembleur.journeys.services.telling import register_need_notices

        register_personal_data(name="journeys", export=export_share, erase=erase_share, retain=retain_share)
        register_need_notices()
