"""Who acts at an event, as the journal names them, and the whole address of a person's private link."""

from __future__ import annotations

from ensembleur.accounts.models import User
from ensembleur.accounts.services.composing import link
from ensembleur.meetings.models import Attendee
from ensembleur.meetings.queries.links import token_of


def name_of(actor: User | Attendee | str) -> User | str:
    """The account, or the person who came in by their private link; words of a command or of the public stay as they are."""
    return f"attendee:{actor.pk}" if isinstance(actor, Attendee) else actor


def private_link(attendee: Attendee) -> str:
    """The whole address that opens this person's own pages: a secret, made again each time it is written."""
    return link(name="meetings:open_link", token=token_of(attendee))
