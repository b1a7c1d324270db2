"""The grants agreed, in the columns of the SCDL « Subventions » schema (version 2.1).

Source: decree 2017-779 of 5 May 2017 (essential data of grant agreements) and its schema on schema.data.gouv.fr.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from ensembleur.journeys.choices import PaymentKind
from ensembleur.journeys.models import Application, Payment
from ensembleur.schemes.queries.published import published_schemes
from ensembleur.territory.queries import register

COLUMNS = (
    "nomAttribuant",
    "idAttribuant",
    "dateConvention",
    "referenceDecision",
    "nomBeneficiaire",
    "idBeneficiaire",
    "objet",
    "montant",
    "nature",
    "conditionsVersement",
    "datesPeriodeVersement",
    "idRAE",
    "notificationUE",
    "pourcentageSubvention",
    "dispositifAide",
)
PUBLIC_ABOVE_EUR = Decimal(23_000)  # the decree's threshold: what is agreed below it is not published by name
DE_MINIMIS = "de-minimis"


def grant_rows(*, award_siret: str) -> Iterator[dict[str, str]]:
    """One row per agreed grant above the threshold, oldest agreement first; loans, equity and refusals are not in it.

    A company in partial diffusion is never exported, so it has no row.

    award_siret : the SIRET of the body that signs, 14 digits, empty when this installation was not told.
    """
    schemes = {scheme.id: scheme for scheme in published_schemes()}
    payments = Prefetch("payments", Payment.objects.order_by("paid_on"))
    agreed = (
        Application.objects.filter(agreed_on__isnull=False, granted_eur__gt=PUBLIC_ABOVE_EUR, journey__siret__gt="")
        .select_related("journey")
        .prefetch_related(payments)
        .order_by("agreed_on", "pk")
    )
    # The journey keeps the name of the day it was opened: who has asked INSEE for partial diffusion since is left out too.
    hidden = register.masked_among(agreed.order_by().values("journey__siret"))
    for application in agreed:
        scheme = schemes.get(application.scheme)
        if scheme is None or scheme.family != "grant" or application.journey.siret in hidden:
            continue
        counts = any(
            edge.kind == "counts_toward" and edge.scheme == DE_MINIMIS for version in scheme.versions for edge in version.edges
        )
        yield {
            "nomAttribuant": scheme.operator.name,
            "idAttribuant": award_siret,
            "dateConvention": application.agreed_on.isoformat() if application.agreed_on else "",
            "referenceDecision": f"ENS-{application.pk}",
            "nomBeneficiaire": application.journey.title,
            "idBeneficiaire": application.journey.siret,
            "objet": application.scheme_title[:256],
            "montant": f"{application.granted_eur:.2f}",
            "nature": "aide en numéraire",
            **_payment_terms(application),
            "idRAE": "",
            "notificationUE": "oui" if counts else "non",
            "pourcentageSubvention": "1.00",
            "dispositifAide": scheme.title.fr,
        }


def _payment_terms(application: Any) -> dict[str, str]:
    days = [payment.paid_on for payment in application.payments.all()]
    start = days[0] if days else application.agreed_on
    done = any(payment.kind == PaymentKind.BALANCE for payment in application.payments.all())
    if done and len(days) == 1:
        return {"conditionsVersement": "unique", "datesPeriodeVersement": start.isoformat()}
    end = days[-1] if days else start
    return {"conditionsVersement": "échelonné", "datesPeriodeVersement": f"{start.isoformat()}/{end.isoformat()}"}
