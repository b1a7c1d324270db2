"""Who is told that the committee asks, and that it was answered."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import Telling, notify, notify_many
from ensembleur.strategy.models import Question
from ensembleur.strategy.services.telling import steering_people


def register_room_notices() -> None:
    """The kinds of notice about the committee's room."""
    register_notice("question_asked", _l("Le comité de pilotage pose une question"))
    register_notice("question_answered", _l("Une question que vous avez posée a sa réponse"))


def tell_asked(*, question: Question, now: datetime) -> int:
    """Tell the officers of the region that a question waits. Returns how many were told."""
    url, tellings = reverse("strategy:question", args=[question.pk]), []
    for officer in steering_people(question.node.strategy.region, Role.OFFICER):
        if officer.pk == question.asked_by_id:
            continue
        with translation.override(officer.language):
            title = _("%(code)s : une question du comité attend sa réponse") % {"code": question.node.code}
        key = f"question_asked:{question.pk}:user:{officer.pk}"
        tellings.append(Telling(officer, "question_asked", key, title, question.text, url))
    return notify_many(tellings=tellings, now=now)


def tell_answered(*, question: Question, now: datetime) -> int:
    """Tell who asked that the answer is there, again when its words change. Returns how many were told."""
    person = question.asked_by
    if person.pk == question.answered_by_id:
        return 0
    with translation.override(person.language):
        title = _("%(code)s : votre question a sa réponse") % {"code": question.node.code}
    key, url = f"question_answered:{question.pk}:{now.isoformat()}", reverse("strategy:question", args=[question.pk])
    told = notify(to=person, kind="question_answered", key=key, title=title, body=question.answer, url=url, now=now)
    return int(told is not None)
