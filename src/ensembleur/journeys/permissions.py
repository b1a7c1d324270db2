"""Who may do what on a journey: its company, its advisers, those who decide on its applications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, Organisation, User
from ensembleur.accounts.permissions import holds, may_appoint
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS, NeedEventKind
from ensembleur.journeys.models import Application, Document, Involvement, Journey, Need, Opposition, Survey


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
    """Read and answer the diagnosis, keep the plan: the company and its adviser; who decides on aids reads no weakness."""
    return is_company_side(user, journey) or advises(user, journey)


def may_see_reviews(user: Any, journey: Journey) -> bool:
    """The company and its adviser; the officers of the place read, since they answer for what public money changed."""
    return may_contribute(user, journey) or (is_known(user) and holds(user, Role.OFFICER, **_place(journey)))


def may_answer_survey(user: Any, survey: Survey) -> bool:
    """The person asked, and nobody else: not even a colleague."""
    return is_known(user) and survey.person_id == user.pk


def may_read_quality(user: Any) -> bool:
    """Officers, on their places; advisers, for what their own organisation closed."""
    return is_known(user) and holds(user, Role.OFFICER, Role.ADVISER)


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


def may_frame(user: Any, journey: Journey) -> bool:
    """Enrol in a programme and keep its stages: an adviser of the place; an officer of the place who is not on the company's side."""
    if advises(user, journey):
        return True
    return is_known(user) and holds(user, Role.OFFICER, **_place(journey)) and not is_company_side(user, journey)


def may_prospect(user: Any) -> bool:
    """Read lists of companies to call, and take them away: advisers and officers, each on their perimeter."""
    return is_known(user) and holds(user, Role.ADVISER, Role.OFFICER)


def may_contact(user: Any, place: Any) -> bool:
    """Note a contact with a company: advisers and officers whose perimeter holds its establishment."""
    codes = {"commune": place.commune, "departement": place.departement, "region": place.region}
    return is_known(user) and any(codes.values()) and holds(user, Role.ADVISER, Role.OFFICER, **codes)


def may_oppose(user: Any, siren: str, places: Iterable[Any]) -> bool:
    """Write down that a company is no longer to be contacted: its own people, and whoever may contact one of its sites."""
    if is_known(user) and holds(user, Role.DIRECTOR, Role.CONTRIBUTOR, siren=siren):
        return True
    return any(may_contact(user, place) for place in places)


def may_lift_opposition(user: Any, siren: str, places: Iterable[Any]) -> bool:
    """Give up an opposition: the company's director; an officer of the place, with a reason, while the company has no director
    here, or when it was said on the public page and nobody has confirmed it."""
    if is_known(user) and holds(user, Role.DIRECTOR, siren=siren):
        return True
    if not watches_over(user, places):
        return False
    return not has_director(siren) or Opposition.objects.waiting().filter(siren=siren).exists()


def may_confirm_opposition(user: Any, places: Iterable[Any]) -> bool:
    """Say that an opposition of the public page comes from the company: an officer of the place of one of its sites."""
    return watches_over(user, places)


def may_read_oppositions(user: Any) -> bool:
    """Read the oppositions of the public page: officers, each on their perimeter."""
    return is_known(user) and holds(user, Role.OFFICER)


def watches_over(user: Any, places: Iterable[Any]) -> bool:
    """An officer of one of these places."""
    return is_known(user) and any(holds(user, Role.OFFICER, commune=one.commune) for one in places if one.commune)


def _place(journey: Journey) -> dict[str, str]:
    return {"commune": journey.commune, "departement": journey.departement, "region": journey.region}


# -- needs and advisers ------------------------------------------------------------------------------------------------
def may_ask(user: Any, journey: Journey) -> bool:
    """Ask for an adviser: the company, or an adviser of the place who writes down what a director says."""
    return may_contribute(user, journey)


def watches(user: Any, journey: Journey) -> bool:
    """Watch over the answers given in a place: its officers, never for a company they belong to."""
    return is_known(user) and holds(user, Role.OFFICER, **_place(journey)) and not is_company_side(user, journey)


def was_asked(user: Any, need: Need) -> bool:
    """An adviser asked about this need, whatever came of it, who is still an adviser."""
    return is_known(user) and holds(user, Role.ADVISER) and need.involvements.filter(adviser=user).exists()


def wrote_down(user: Any, need: Need) -> bool:
    """An adviser of the place who put the question, or words of it, in the company's name."""
    said = (NeedEventKind.OPENED, NeedEventKind.ATTACHED)
    return advises(user, need.journey) and need.events.filter(by=user, kind__in=said).exists()


def may_follow_need(user: Any, need: Need) -> bool:
    """Read a need and its thread: the company and the adviser who wrote for it, the advisers asked, the officers of the place."""
    company = is_company_side(user, need.journey)
    return company or watches(user, need.journey) or was_asked(user, need) or wrote_down(user, need)


def may_write_on_need(user: Any, need: Need) -> bool:
    """Post on the thread: the company and who wrote for it, the adviser who holds it and those still asked, the officers."""
    if is_company_side(user, need.journey) or watches(user, need.journey):
        return True
    if was_asked(user, need) and need.involvements.filter(adviser=user, state__in=LIVE_INVOLVEMENTS).exists():
        return True
    return wrote_down(user, need)


def may_withdraw(user: Any, need: Need) -> bool:
    """Take a question back: the company."""
    return is_company_side(user, need.journey)


def may_reopen(user: Any, need: Need) -> bool:
    """Open a closed question again: the company, or an officer of the place."""
    return is_company_side(user, need.journey) or watches(user, need.journey)


def may_reroute(user: Any, need: Need) -> bool:
    """Send a need to other advisers: an officer of the place."""
    return watches(user, need.journey)


def may_take(user: Any, involvement: Involvement) -> bool:
    """Answer for an involvement (take, decline, report, close): the adviser asked, never about a company of their own."""
    return (
        is_known(user)
        and involvement.adviser_id == user.pk
        and holds(user, Role.ADVISER)
        and not is_company_side(user, involvement.need.journey)
    )


def may_hand_over(user: Any, involvement: Involvement) -> bool:
    """Pass a need on: the adviser who holds it, or an officer of the place when that adviser is gone."""
    return may_take(user, involvement) or watches(user, involvement.need.journey)


def may_keep_profile(user: Any, adviser: User) -> bool:
    """Say an adviser's subjects and absences: the adviser, or who might have appointed them."""
    if not is_known(user):
        return False
    if user.pk == adviser.pk:
        return holds(user, Role.ADVISER)
    held = adviser.mandates.live().filter(role=Role.ADVISER)
    return any(
        may_appoint(user, mandate.role, mandate.perimeter_kind, mandate.perimeter_code, mandate.commune) for mandate in held
    )


def may_set_filter(user: Any, organisation: Organisation) -> bool:
    """Say which companies an organisation answers: officers and administrators who might appoint its advisers."""
    if not is_known(user) or not holds(user, Role.OFFICER, Role.ADMIN):
        return False
    held = organisation.mandates.live().filter(role=Role.ADVISER)
    return any(
        may_appoint(user, mandate.role, mandate.perimeter_kind, mandate.perimeter_code, mandate.commune) for mandate in held
    )
