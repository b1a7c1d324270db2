"""What exists on a company's path: journeys, diagnoses, plans, applications, needs, reviews, programmes and contacts."""

from ensembleur.journeys.models.applications import Application, ApplicationEvent, Payment
from ensembleur.journeys.models.diagnoses import AxisStake, Diagnosis, StatementAnswer
from ensembleur.journeys.models.journeys import Journey
from ensembleur.journeys.models.needs import (
    AdviserAbsence,
    AdviserSubject,
    ClockMark,
    Involvement,
    Need,
    NeedEvent,
    OrganisationFilter,
)
from ensembleur.journeys.models.papers import Document, Message
from ensembleur.journeys.models.plans import Action, Plan
from ensembleur.journeys.models.programmes import Enrolment, OptionTake, StageEntry
from ensembleur.journeys.models.prospecting import Contact, Opposition, ProspectExport, Reservation
from ensembleur.journeys.models.reviews import Baseline, Figure, Review, Survey

__all__ = [
    "Action",
    "AdviserAbsence",
    "AdviserSubject",
    "Application",
    "ApplicationEvent",
    "AxisStake",
    "Baseline",
    "ClockMark",
    "Contact",
    "Diagnosis",
    "Document",
    "Enrolment",
    "Figure",
    "Involvement",
    "Journey",
    "Message",
    "Need",
    "NeedEvent",
    "Opposition",
    "OptionTake",
    "OrganisationFilter",
    "Payment",
    "Plan",
    "ProspectExport",
    "Reservation",
    "Review",
    "StageEntry",
    "StatementAnswer",
    "Survey",
]
