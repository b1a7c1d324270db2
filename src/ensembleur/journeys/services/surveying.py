"""The person asked answers a survey, and may think again for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import Result
from ensembleur.journeys.models import Survey
from ensembleur.journeys.permissions import may_answer_survey
from ensembleur.journeys.queries.surveys import ANSWERED_WITHIN_DAYS, CHANGED_WITHIN_DAYS


@transaction.atomic
def answer_survey(
    *, survey: Survey, by: User, now: datetime, contacted: bool, useful: bool | None = None, result: str = "", comment: str = ""
) -> Survey:
    """Write the answer: only the first question must be answered.

    Possible for sixty days after the question; the answer may be changed for thirty days, its first day stays.
    """
    check(may_answer_survey, by, survey)
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if survey.answered_at is None and now > survey.asked_at + timedelta(days=ANSWERED_WITHIN_DAYS):
        raise Refused("survey_over", _("Cette question est close depuis plus de deux mois : votre avis n'y est plus attendu."))
    if survey.answered_at is not None and now > survey.answered_at + timedelta(days=CHANGED_WITHIN_DAYS):
        raise Refused("survey_answered", _("Vous avez répondu il y a plus de trente jours : cette réponse ne change plus."))
    if result and result not in Result.values:
        raise BadInput("bad_result", _("Choisissez dans la liste ce qui en est sorti."))
    if not contacted and useful is not None:
        raise BadInput("useful_without_contact", _("Vous dites qu'il n'y a pas eu d'échange : laissez son utilité sans réponse."))
    if len(comment) > 1000:
        raise BadInput("long_comment", _("Le commentaire dépasse 1 000 caractères : gardez l'essentiel."))
    is_new = survey.answered_at is None
    survey.answered_at = survey.answered_at or now
    survey.contacted, survey.useful, survey.result, survey.comment = contacted, useful, result, comment.strip()
    survey.save(update_fields=["answered_at", "contacted", "useful", "result", "comment"])
    # What was answered stays out of the journal: others read it, and nothing there can be erased.
    record_act(by=by, verb="answer_survey", thing=survey, now=now, after={"first": is_new})
    return survey
