"""Who may do what on a journey: its company, its advisers, those who decide on its applications."""

from __future__ import annotations

from typing import Any

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate
from ensembleur.accounts.permissions import holds
from ensembleur.journeys.models import Application, Diagnosis, Document, Journey


def is_known(user: Any) -> bool:
    """Signed in with a live account."""
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


def has_director(siren: str) -> bool:
    """Whether somebody holds the role of director of this company."""
    return (
        Mandate.objects.filter(
            role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY, perimeter_code=siren, ended_at__isnull=True
        ).exists()
        if siren
        else False
    )


def may_open_journey(user: Any, siren: str, commune: str) -> bool:
    """The company's people; an adviser of the place; anyone signed in while the company has no director here, or no SIREN yet."""
    if not is_known(user):
        return False
    if siren and holds(user, Role.DIRECTOR, Role.CONTRIBUTOR, siren=siren):
        return True
    return (bool(commune) and holds(user, Role.ADVISER, commune=commune)) or not has_director(siren)


def may_lead(user: Any, journey: Journey) -> bool:
    """Engage the company: its director, or the person who opened the journey while no director is known."""
    if not is_known(user):
        return False
    if journey.siren and holds(user, Role.DIRECTOR, siren=journey.siren):
        return True
    return journey.opened_by_id == user.pk and not has_director(journey.siren)


def may_file(user: Any, journey: Journey) -> bool:
    """Ask for money in a company's name: its recognised director, nobody else; for a project without company, who leads it."""
    return holds(user, Role.DIRECTOR, siren=journey.siren) if journey.siren else may_lead(user, journey)


def is_company_side(user: Any, journey: Journey) -> bool:
    """The company's director, its contributors, or the opener while no director is known."""
    if is_known(user) and journey.siren and holds(user, Role.CONTRIBUTOR, siren=journey.siren):
        return True
    return may_lead(user, journey)


def advises(user: Any, journey: Journey) -> bool:
    """An adviser whose perimeter covers the journey's place."""
    return is_known(user) and holds(user, Role.ADVISER, **_place(journey))


def may_contribute(user: Any, journey: Journey) -> bool:
    """Answer the diagnosis, keep the plan: the company and its adviser."""
    return is_company_side(user, journey) or advises(user, journey)


def may_see_diagnosis(user: Any, diagnosis: Diagnosis) -> bool:
    """The same people: those who decide on aids do not read a company's weaknesses."""
    return may_contribute(user, diagnosis.journey)


def may_see_application(user: Any, application: Application) -> bool:
    """The company and its adviser; those who instruct, once it is handed in."""
    return may_contribute(user, application.journey) or may_read_file(user, application)


def may_read_file(user: Any, application: Application) -> bool:
    """Officers and second readers of the place, once the application is handed in."""
    if not is_known(user) or application.filed_at is None:
        return False
    return holds(user, Role.OFFICER, Role.SECOND_READER, **_place(application.journey))


def may_instruct(user: Any, application: Application) -> bool:
    """Officers of the place, once the application is handed in; never for a company they lead or whose journey they opened."""
    if not is_known(user) or application.filed_at is None or application.journey.opened_by_id == user.pk:
        return False
    if is_company_side(user, application.journey):
        return False
    return holds(user, Role.OFFICER, **_place(application.journey))


def may_close(user: Any, application: Application) -> bool:
    """The company withdraws; the officer closes."""
    return may_lead(user, application.journey) or may_instruct(user, application)


def may_write(user: Any, journey: Journey, application: Application | None = None) -> bool:
    """Post a message or hand in a document: whoever may see the thing it is attached to and may act on it."""
    if may_contribute(user, journey):
        return True
    return application is not None and application.journey_id == journey.pk and may_instruct(user, application)


def may_read_document(user: Any, document: Document) -> bool:
    """The company and its adviser; those who instruct the application it was handed in for."""
    if may_contribute(user, document.journey):
        return True
    return document.application is not None and may_read_file(user, document.application)


def _place(journey: Journey) -> dict[str, str]:
    return {"commune": journey.commune, "departement": journey.departement, "region": journey.region}
