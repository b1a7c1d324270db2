"""The journeys domain."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.journeys"
    label = "journeys"

    def ready(self) -> None:
        """Say what we keep about people, what time asks for, and what we measure."""
        from ensembleur.accounts.services.personal_data import register_personal_data
        from ensembleur.journeys.indicators import files, support  # noqa: F401  each registers its measurements
        from ensembleur.journeys.services import contact_data, need_data, review_data
        from ensembleur.journeys.services.clocks import register_clock
        from ensembleur.journeys.services.hiding import strike_diffusion
        from ensembleur.journeys.services.leaving import strike_departures
        from ensembleur.journeys.services.personal_data import erase_share, export_share, retain_share
        from ensembleur.journeys.services.review_clocks import register_review_notices, strike_reviews, strike_surveys
        from ensembleur.journeys.services.telling import register_need_notices
        from ensembleur.meetings.services.after_clocks import strike_after
        from ensembleur.meetings.services.visit_clocks import strike_visits
        from ensembleur.meetings.services.wish_clocks import strike_wishes

        register_personal_data(name="journeys", export=export_share, erase=erase_share, retain=retain_share)
        register_personal_data(
            name="prospecting", export=contact_data.export_share, erase=contact_data.erase_share, retain=contact_data.retain_share
        )
        register_personal_data(
            name="reviews", export=review_data.export_share, erase=review_data.erase_share, retain=review_data.retain_share
        )
        register_personal_data(
            name="needs", export=need_data.export_share, erase=need_data.erase_share, retain=need_data.retain_share
        )
        register_need_notices()
        register_review_notices()
        register_clock("departures", strike_departures)
        register_clock("diffusion", strike_diffusion)
        register_clock("reviews", strike_reviews)
        register_clock("surveys", strike_surveys)
        register_clock("wishes", strike_wishes)
        register_clock("visits", strike_visits)
        register_clock("meetings", strike_after)
