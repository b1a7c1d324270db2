"""The strategy domain."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.strategy"
    label = "strategy"

    def ready(self) -> None:
        """Say what we measure of the register, what people are told about values, and what we keep about them."""
        from ensembleur.accounts.services.personal_data import register_personal_data
        from ensembleur.strategy import indicators  # noqa: F401  registers its measurements
        from ensembleur.strategy.services import room_data, value_data
        from ensembleur.strategy.services.room_telling import register_room_notices
        from ensembleur.strategy.services.telling import register_value_notices

        register_value_notices()
        register_room_notices()
        register_personal_data(
            name="values", export=value_data.export_share, erase=value_data.erase_share, retain=value_data.retain_share
        )
        register_personal_data(
            name="committee", export=room_data.export_share, erase=room_data.erase_share, retain=room_data.retain_share
        )
