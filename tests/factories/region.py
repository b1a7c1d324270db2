"""A small fictional region, as the demonstration builds it: a few hundred establishments, the schemes, a person per role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()
FAIR, VISITS, TOUR = "salon-essai", "visites-essai", "tournee-essai"


@dataclass(frozen=True)
class Region:
    """What stands in it: the showcase company, and the person of each role."""

    siret: str
    siren: str
    people: dict[Any, Any]

    def arguments(self) -> dict[str, str]:
        """A value for each argument that the addresses of public pages take."""
        from ensembleur.accounts.services.unsubscribing import unsubscribe_token
        from ensembleur.schemes.models import Scheme

        scheme = Scheme.objects.order_by("slug").first()
        slug = scheme.slug if scheme else "pm-up"
        token = unsubscribe_token(person=next(iter(self.people.values())), kind="")
        places = {"siret": self.siret, "siren": self.siren, "kind": "commune", "code": "95018"}
        steering = {"strategy": "essai", "objective": "O1", "measure": "A1", "indicator": "A1.companies", "year": "2026"}
        # What the addresses of events mean by an argument that others use for something else.
        events = {"meetings:slug": FAIR, "meetings:visit_offers:slug": VISITS, "meetings:tour_stops:slug": TOUR}
        return {**places, **steering, **events, "slug": slug, "scheme": slug, "token": token}


def small_region(
    *, seed: int = 7, today: date = TODAY, now: datetime = NOW, establishments: int = 300, journeys: bool = False
) -> Region:
    """Populate the database; a second call with the same seed changes nothing.

    journeys : with companies on their path, at every stage (a few seconds more).
    """
    from ensembleur.accounts.choices import Role
    from ensembleur.accounts.services.demo import populate_accounts
    from ensembleur.meetings.choices import EventKind
    from ensembleur.meetings.models import Event
    from ensembleur.schemes.services.publishing import publish_files
    from ensembleur.territory.engine.population import SHOWCASE_SIREN, SHOWCASE_SIRET
    from ensembleur.territory.services.demo import populate_territory
    from tests.factories import meetings
    from tests.factories.strategy import tiny

    populate_territory(seed=seed, today=today, establishments=establishments)
    publish_files(by="command:demo", now=now)
    people = populate_accounts(seed=seed, now=now, company_siren=SHOWCASE_SIREN)
    tiny(now=now)
    if not Event.objects.exists():
        for kind, slug in ((EventKind.FAIR, FAIR), (EventKind.VISITS, VISITS), (EventKind.TOUR, TOUR)):
            meetings.event(kind=kind, slug=slug, by=people[Role.ADVISER], is_fictional=False)
    if journeys:
        from ensembleur.journeys.services.demo import populate_journeys
        from ensembleur.journeys.services.demo_needs import populate_needs

        populate_journeys(seed=seed, now=now, people=people, showcase_siret=SHOWCASE_SIRET)
        populate_needs(seed=seed, now=now, people=people)
    return Region(siret=SHOWCASE_SIRET, siren=SHOWCASE_SIREN, people=people)
