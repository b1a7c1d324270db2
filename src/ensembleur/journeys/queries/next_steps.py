"""The one next step of a journey: go on with what is started and answer who waits, before starting anything else."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from ensembleur.journeys.choices import ActionStatus, ApplicationStatus, Side
from ensembleur.journeys.models import Action, Application, Diagnosis, Journey, Need, Plan, Review, Survey
from ensembleur.journeys.queries.home import Home, NextStep

UNDER_WAY = (ActionStatus.PLANNED, ActionStatus.RUNNING)


def next_step(home: Home) -> NextStep:
    """The first of: the diagnosis, an adviser who waits, a file to lodge, a review due, the baseline, an opinion, the plan."""
    journey = home.journey
    if not home.finished:
        return _diagnose(journey, home.draft)
    if home.talks:
        return _talk(home.talks[0])
    drafts = [one for one in home.files if one.status == ApplicationStatus.DRAFT]
    if drafts:
        return _lodge(drafts[-1])
    if home.due_review is not None:
        return _review(journey, home.due_review)
    if not home.reviews:
        return _begin(journey)
    opinions = [one for one in home.surveys if one.side == Side.COMPANY]
    if opinions:
        return _tell(opinions[0])
    return _act(journey, home.finished[0])


def _diagnose(journey: Journey, draft: Diagnosis | None) -> NextStep:
    url = reverse("journeys:diagnosis", args=[journey.pk])
    if draft is None:
        return NextStep(
            _("Faire le point sur votre entreprise"),
            _("Six thèmes, moins de vingt minutes, à plusieurs si vous le voulez. Vous pouvez vous arrêter et reprendre."),
            url,
            _("Commencer le diagnostic"),
        )
    total = len(draft.questionnaire["statements"])
    why = _("%(done)s réponses sur %(total)s sont enregistrées.") % {"done": getattr(draft, "count", 0), "total": total}
    return NextStep(_("Terminer votre diagnostic"), why, url, _("Reprendre le diagnostic"))


def _talk(need: Need) -> NextStep:
    return NextStep(
        _("Répondre à votre conseiller"),
        _("Il vous a écrit au sujet de votre demande, et attend votre réponse pour avancer."),
        reverse("journeys:need", args=[need.pk]),
        _("Lire et répondre"),
    )


def _lodge(application: Application) -> NextStep:
    return NextStep(
        _("Déposer le dossier « %(scheme)s »") % {"scheme": application.scheme_title},
        _("Il est en préparation. Ne commandez rien avant le dépôt."),
        reverse("journeys:application", args=[application.pk]),
        _("Ouvrir le dossier"),
    )


def _review(journey: Journey, review: Review) -> NextStep:
    return NextStep(
        _("Faire le bilan à %(months)s mois") % {"months": review.months},
        _("Cinq minutes et quelques chiffres, comparés à votre situation de départ."),
        reverse("journeys:review", args=[journey.pk, review.months]),
        _("Faire le bilan"),
    )


def _begin(journey: Journey) -> NextStep:
    return NextStep(
        _("Noter votre situation de départ"),
        _("Cinq minutes, avant d'agir : sans elle, aucun bilan ne pourra dire ce que vos actions ont changé."),
        reverse("journeys:baseline", args=[journey.pk]),
        _("Noter le départ"),
    )


def _tell(survey: Survey) -> NextStep:
    return NextStep(
        _("Dire ce qu'il en est sorti"),
        _("Trois questions sur un appui que vous avez reçu ; la première suffit."),
        reverse("journeys:survey", args=[survey.pk]),
        _("Donner mon avis"),
    )


def _act(journey: Journey, finished: Diagnosis) -> NextStep:
    wanted = [*UNDER_WAY, ActionStatus.PROPOSED]
    actions = list(Action.objects.filter(plan__diagnosis=finished, status__in=wanted).order_by("position"))
    running = [action for action in actions if action.status in UNDER_WAY]
    if running:
        return NextStep(
            _("Mener l'action « %(action)s »") % {"action": running[0]},
            _("C'est la première action en cours de votre plan."),
            reverse("journeys:action", args=[running[0].pk]),
            _("Ouvrir l'action"),
        )
    if actions:
        return NextStep(
            _("Décider de la première action : « %(action)s »") % {"action": actions[0]},
            _("Votre plan la place en tête. Vous pouvez aussi l'écarter."),
            reverse("journeys:action", args=[actions[0].pk]),
            _("Décider"),
        )
    if not Plan.objects.filter(diagnosis=finished).exists():
        return NextStep(
            _("Choisir vos actions"),
            _("Votre diagnostic est terminé : le plan qui s'en déduit est prêt à être lu."),
            reverse("journeys:plan", args=[journey.pk]),
            _("Voir le plan"),
        )
    return NextStep(
        _("Refaire le point"),
        _("Les actions du plan sont traitées : un nouveau diagnostic montrera le chemin parcouru."),
        reverse("journeys:diagnosis", args=[journey.pk]),
        _("Refaire le diagnostic"),
    )
