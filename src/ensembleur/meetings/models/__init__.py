"""What exists around an event, and what is always true of it."""

from ensembleur.meetings.models.after import Letter, Outcome
from ensembleur.meetings.models.events import Event, Organiser, Place, Slot
from ensembleur.meetings.models.programme import Booking, ProgrammeSession, TourStop, VisitOffer
from ensembleur.meetings.models.registrations import Attendee, ImportBatch, Registration
from ensembleur.meetings.models.timetables import Computation, Meeting, Placement, Proposal, Version
from ensembleur.meetings.models.wishes import Refusal, Wish

__all__ = [
    "Attendee",
    "Booking",
    "Computation",
    "Event",
    "ImportBatch",
    "Letter",
    "Meeting",
    "Organiser",
    "Outcome",
    "Place",
    "Placement",
    "ProgrammeSession",
    "Proposal",
    "Refusal",
    "Registration",
    "Slot",
    "TourStop",
    "Version",
    "VisitOffer",
    "Wish",
]
