"""Opening the page a notice speaks of is reading the notice, whatever the way there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ensembleur.accounts.services.notifying import read_about

View = Callable[..., HttpResponse]


def reads_notices(view: View) -> View:
    """Mark as read what the person was told about the page they open, before its header counts what is left to read.

    To be put under `login_required`: it asks who reads.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET":
            read_about(path=request.path, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        return view(request, *args, **kwargs)

    return opened
