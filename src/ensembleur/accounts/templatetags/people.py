"""What the sign-in page asks for."""

from __future__ import annotations

from django import template
from django.conf import settings

from ensembleur.accounts.choices import Role

register = template.Library()


@register.simple_tag
def demo_roles() -> list[Role]:
    """The roles one may enter with one click: all in a demonstration, none elsewhere."""
    return list(Role) if settings.DEMO else []
