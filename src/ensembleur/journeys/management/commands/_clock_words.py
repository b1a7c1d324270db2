"""What the clocks did, or would do, one sentence a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.services.delivering import Delivered
from ensembleur.journeys.services.clocks import ClockReport
from ensembleur.periods import PARIS

# A count's name → its words; a clock registered without words is shown by its name.
WORDS = {
    "nudge": gettext_lazy("demandes relancées à 9 jours"),
    "last_chance": gettext_lazy("dernières relances à 21 jours"),
    "release": gettext_lazy("demandes restées sans réponse, rendues aux agents à 45 jours"),
    "no_news": gettext_lazy("demandes closes sans nouvelles, sans courriel"),
    "freed": gettext_lazy("demandes d'un conseiller parti, adressées à d'autres"),
    "hidden": gettext_lazy("parcours dont le nom suit la diffusion partielle"),
    "reviews_asked": gettext_lazy("bilans demandés"),
    "reviews_reminded": gettext_lazy("bilans rappelés"),
    "reviews_lapsed": gettext_lazy("bilans laissés sans réponse"),
    "satisfaction_asked": gettext_lazy("questions de satisfaction posées à 10 jours"),
    "outcome_asked": gettext_lazy("questions de résultat posées à 5 mois"),
    "review_asked": gettext_lazy("questions posées après un bilan"),
    "surveys_reminded": gettext_lazy("questions rappelées"),
}


def told(report: ClockReport) -> Iterator[str]:
    """The instant, each count that is not nought, then the post."""
    yield _shown(report.as_of)
    counts = [(name, count) for clock in report.counts.values() for name, count in clock.items() if count]
    for name, count in counts:
        yield _("%(what)s : %(count)s") % {"what": WORDS.get(name, name), "count": count}
    if not counts:
        yield _("Rien n'est dû à cet instant.")
    if report.delivered is None:
        yield _("Rien n'a été changé ni envoyé (--dry-run).")
    else:
        yield _post(report.delivered)


def _shown(instant: datetime) -> str:
    return _("Horloges au %(day)s à %(hour)s, heure de Paris") % {
        "day": f"{instant.astimezone(PARIS):%d/%m/%Y}",
        "hour": f"{instant.astimezone(PARIS):%H:%M}",
    }


def _post(delivered: Delivered) -> str:
    if delivered.is_sunday:
        return _("Aucun courriel ne part le dimanche.")
    if delivered.unreachable:
        return _("Serveur de courriel injoignable, rien n'est perdu : %(why)s") % {"why": delivered.unreachable}
    return _("courriels envoyés : %(sent)s, refusés : %(failed)s, à réessayer : %(later)s") % {
        "sent": delivered.sent,
        "failed": delivered.failed,
        "later": delivered.later,
    }
