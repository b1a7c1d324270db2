"""The meetings domain."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.meetings"
    label = "meetings"

    def ready(self) -> None:
        """Say what events keep about people, and what they measure."""
        from ensembleur.accounts.services.personal_data import register_personal_data
        from ensembleur.meetings import indicators  # noqa: F401  it registers its measurements
        from ensembleur.meetings.services.personal_data import erase_share, export_share
        from ensembleur.meetings.services.retaining import retain_share
        from ensembleur.meetings.services.telling import register_meeting_notices
        from ensembleur.meetings.services.visit_clocks import register_visit_notices

        register_personal_data(name="meetings", export=export_share, erase=erase_share, retain=retain_share)
        register_meeting_notices()
        register_visit_notices()
