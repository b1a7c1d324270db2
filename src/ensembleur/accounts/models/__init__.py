"""People, organisations, the roles they hold on a perimeter, what they ask for and are told, and the journal of acts."""

from ensembleur.accounts.models.journal import Act, AppendOnlyError, JournalHead
from ensembleur.accounts.models.notices import Mailing, NoticePreference, Notification
from ensembleur.accounts.models.people import Mandate, Organisation, User
from ensembleur.accounts.models.requests import CompanyClaim, Invitation

__all__ = [
    "Act",
    "AppendOnlyError",
    "CompanyClaim",
    "Invitation",
    "JournalHead",
    "Mailing",
    "Mandate",
    "NoticePreference",
    "Notification",
    "Organisation",
    "User",
]
