"""What exists on a company's path: journeys, diagnoses, plans, applications, documents and messages."""

from ensembleur.journeys.models.applications import Application, ApplicationEvent, Payment
from ensembleur.journeys.models.diagnoses import AxisStake, Diagnosis, StatementAnswer
from ensembleur.journeys.models.journeys import Journey
from ensembleur.journeys.models.papers import Document, Message
from ensembleur.journeys.models.plans import Action, Plan

__all__ = [
    "Action",
    "Application",
    "ApplicationEvent",
    "AxisStake",
    "Diagnosis",
    "Document",
    "Journey",
    "Message",
    "Payment",
    "Plan",
    "StatementAnswer",
]
