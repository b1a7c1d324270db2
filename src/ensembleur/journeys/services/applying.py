"""The company's side of an application: drafted, filed with its frozen verdict, withdrawn."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import ARROWS, ApplicationStatus
from ensembleur.journeys.models import Action, Application, ApplicationEvent, Journey
from ensembleur.journeys.permissions import may_contribute, may_file
from ensembleur.journeys.queries.funding import forbids_starting, scheme_of, verdict_for
from ensembleur.logic.facts import Facts
from ensembleur.periods import paris_day

UNDER_WAY = (ApplicationStatus.DRAFT, ApplicationStatus.FILED, ApplicationStatus.COMPLETE, ApplicationStatus.DECIDED)


def move(*, application: Application, status: str, by: User, now: datetime, note: str = "", verb: str) -> Application:
    """Follow one arrow, write the timeline and the journal. Raises Refused when there is no such arrow."""
    before = application.status
    if status not in ARROWS[before]:
        raise Refused(
            "no_such_arrow",
            _("Un dossier « %(before)s » ne peut pas passer à « %(after)s ».")
            % {"before": ApplicationStatus(before).label, "after": ApplicationStatus(status).label},
        )
    application.status = status
    application.save()
    ApplicationEvent.objects.create(application=application, at=now, by=by, status_from=before, status_to=status, note=note[:500])
    record_act(by=by, verb=verb, thing=application, now=now, before={"status": str(before)}, after={"status": str(status)})
    return application


def hold(application: Application) -> Application:
    """The application as it is now, locked until the end of the transaction."""
    return Application.objects.select_for_update(of=("self",)).select_related("journey").get(pk=application.pk)


@transaction.atomic
def draft_application(*, journey: Journey, scheme: str, by: User, now: datetime, action: Action | None = None) -> Application:
    """Prepare an application for a scheme, or find the one under way."""
    check(may_contribute, by, journey)
    known = scheme_of(scheme)
    if known is None:
        raise Refused("unknown_scheme", _("L'aide « %(scheme)s » n'est pas au catalogue.") % {"scheme": scheme[:60]})
    if action is not None and action.plan.journey_id != journey.pk:
        raise BadInput("foreign_action", _("Cette action appartient à un autre parcours."))
    Journey.objects.select_for_update().get(pk=journey.pk)  # two clicks make one draft: the second waits, then finds it
    held = Application.objects.filter(journey=journey, scheme=scheme, status__in=UNDER_WAY).first()
    if held is not None:
        return held
    application = Application.objects.create(
        journey=journey,
        action=action,
        scheme=scheme,
        scheme_title=known.title.fr[:200],
        created_at=now,
        created_by=by,
        project=action.words["does"]["fr"] if action else "",
        project_cost_eur=action.cost_eur if action else None,
    )
    ApplicationEvent.objects.create(application=application, at=now, by=by, status_to=ApplicationStatus.DRAFT)
    record_act(by=by, verb="draft_application", thing=application, now=now, after={"scheme": scheme})
    return application


@transaction.atomic
def describe_project(
    *,
    application: Application,
    by: User,
    now: datetime,
    project: str,
    project_cost_eur: Decimal | None,
    project_started: bool | None,
) -> Application:
    """Say what the project is, what it costs and whether it has started; only while the application is a draft."""
    check(may_contribute, by, application.journey)
    application = hold(application)
    if application.status != ApplicationStatus.DRAFT:
        raise Refused("already_filed", _("Ce dossier est déposé : son contenu ne change plus, écrivez un message."))
    if project_cost_eur is not None and project_cost_eur <= 0:
        raise BadInput("bad_cost", _("Le coût du projet doit être supérieur à zéro."))
    application.project = project.strip()[:4000]
    application.project_cost_eur, application.project_started = project_cost_eur, project_started
    application.save()
    record_act(by=by, verb="describe_project", thing=application, now=now)
    return application


@transaction.atomic
def file_application(*, application: Application, by: User, now: datetime, session_facts: Facts | None = None) -> Application:
    """Hand the application in, with the verdict of that day frozen inside.

    Refused when the rules answer no or the scheme is not open that day, when the project has already started although
    the scheme asks to file first, and while the project is not described.
    session_facts : what this person answered about the establishment and the page has just shown, kept nowhere yet.
    """
    check(may_file, by, application.journey)
    application = hold(application)
    if not application.project or application.project_cost_eur is None or application.project_started is None:
        raise Refused(
            "project_not_described", _("Décrivez le projet, son coût et dites s'il a commencé : c'est ce que lira l'instructeur.")
        )
    verdict = verdict_for(application, as_of=paris_day(now), user=by, session_facts=session_facts)
    if verdict is None:
        raise Refused("unknown_scheme", _("Cette aide n'est plus au catalogue : choisissez-en une autre."))
    if verdict.answer == "not_open":
        raise Refused("not_open", _("Cette aide n'est pas ouverte aujourd'hui : le dossier reste en préparation."))
    if verdict.answer == "no":
        if application.project_started and forbids_starting(verdict):
            raise Refused("already_started", _("Le projet a déjà commencé : cette aide demande de déposer avant toute commande."))
        raise Refused("not_eligible", _("Une condition de cette aide n'est pas remplie : voyez pourquoi sur la page du dossier."))
    application.verdict = verdict.as_json()
    application.scheme_version = verdict.version.id if verdict.version else ""
    application.filed_at = now
    return move(application=application, status=ApplicationStatus.FILED, by=by, now=now, verb="file_application")
