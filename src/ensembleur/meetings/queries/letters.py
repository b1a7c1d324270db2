"""The letters of an event, counted by what became of them, and the short texts for telephones."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from ensembleur.meetings.models import Event, Letter


def counts(event: Event) -> dict[str, int]:
    """How many letters wait, left, were refused, are in doubt, and have nowhere to go."""
    handed, left = Q(handed_at__isnull=False), Q(sent_at__isnull=False)
    failed, nowhere = Q(failed_at__isnull=False), Q(attendee__email="")
    found: dict[str, int] = event.letters.aggregate(
        waiting=Count("pk", filter=~handed & ~left & ~failed & ~nowhere),
        sent=Count("pk", filter=left),
        failed=Count("pk", filter=failed & ~left),
        in_doubt=Count("pk", filter=handed & ~left & ~failed),
        nowhere=Count("pk", filter=nowhere & ~left & ~failed),
    )
    return found


def unsent(event: Event) -> QuerySet[Letter]:
    """Those that were refused or are in doubt, the latest first."""
    lost = event.letters.filter(sent_at__isnull=True).filter(Q(failed_at__isnull=False) | Q(handed_at__isnull=False))
    return lost.select_related("attendee__registration").order_by("-written_at", "-pk")


def short_texts(event: Event) -> list[tuple[str, str, str]]:
    """[(telephone, name, text)]: the latest short text of each person who gave a number, and still comes."""
    held = event.letters.exclude(short="").exclude(attendee__phone="").filter(attendee__erased_at__isnull=True)
    rows = held.order_by("written_at", "pk").values_list("attendee", "attendee__phone", "attendee__name", "short")
    latest = {pk: (_dialled(phone), name, text) for pk, phone, name, text in rows}
    return sorted(latest.values(), key=lambda row: (row[1].casefold(), row[0]))


def _dialled(phone: str) -> str:
    """« 0033… » for « +33… »: a spreadsheet would take the sign for a formula."""
    return f"00{phone[1:]}" if phone.startswith("+") else phone
