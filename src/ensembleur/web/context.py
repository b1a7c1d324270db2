"""What every page of the layout needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


def layout(request: HttpRequest) -> dict[str, Any]:
    """The doors that lead somewhere, and whether this is a demonstration."""
    doors = []
    for audience, name in settings.DOORS:
        try:
            doors.append({"audience": audience, "url": reverse(name)})
        except NoReverseMatch:
            continue
    return {"doors": doors, "is_demo": settings.DEMO}
