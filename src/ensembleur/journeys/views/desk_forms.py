"""The forms an officer finds on an application, by its status."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ensembleur.journeys.choices import ARROWS, ApplicationStatus, ClosingReason, Outcome
from ensembleur.journeys.forms import AgreementForm, ClosingForm, DecisionForm, NoteForm, PaymentForm, RefusalForm
from ensembleur.journeys.models import Application

FORMS: dict[str, tuple[Promise | str, type[forms.Form], str]] = {
    "complete": (_("Dossier complet"), NoteForm, ApplicationStatus.COMPLETE),
    "decide": (_("Enregistrer la décision"), DecisionForm, ApplicationStatus.DECIDED),
    "agree": (_("Convention signée"), AgreementForm, ApplicationStatus.AGREED),
    "refuse": (_("Notifier le refus"), RefusalForm, ApplicationStatus.REFUSED),
    "pay": (_("Enregistrer un versement"), PaymentForm, ApplicationStatus.PAYING),
    "close": (_("Clore le dossier"), ClosingForm, ApplicationStatus.CLOSED),
}


@dataclass(frozen=True)
class DeskForm:
    """One thing the officer can do now."""

    act: str
    title: Promise | str
    form: forms.Form


def officer_forms(application: Application) -> list[DeskForm]:
    """What can be done with an application in its status, the ordinary next act first."""
    found = []
    for act, (title, kind, status) in FORMS.items():
        if status not in ARROWS[application.status]:
            continue
        if (act == "agree" and application.outcome != Outcome.FAVOURABLE) or (
            act == "refuse" and application.outcome != Outcome.UNFAVOURABLE
        ):
            continue
        form = kind(auto_id=f"{act}_%s")
        if act == "close":
            form.fields["reason"].choices = _reasons(application)
        found.append(DeskForm(act, title, form))
    return found


def _reasons(application: Application) -> list[tuple[str, Promise | str]]:
    """The reasons that can be true in this status."""
    refused = application.status == ApplicationStatus.REFUSED
    never = {ClosingReason.REFUSED} if not refused else {ClosingReason.PAID, ClosingReason.WITHDRAWN}
    return [(reason.value, reason.label) for reason in ClosingReason if reason not in never]
