"""Every address of our domains, and a page's address from its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.house.plan import DOMAINS


def ours(patterns: list | None = None, namespace: str = "", above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, argument names) of every address of our domains; `above` are the arguments of the including addresses."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        arguments = (*above, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from ours(pattern.url_patterns, pattern.namespace or namespace, arguments)
        elif isinstance(pattern, URLPattern) and namespace in {*DOMAINS, "web"}:
            yield f"{namespace}:{pattern.name}", arguments


def address(name: str, arguments: Mapping[str, str]) -> str | None:
    """The page's address, with the arguments it takes among those we have; None when one is missing.

    « domain:key » in the arguments is that domain's own value of `key`, « domain:page:key » that page's.
    """
    held = dict(arguments)
    for owner in (f"{name.partition(':')[0]}:", f"{name}:"):
        held |= {key.removeprefix(owner): value for key, value in arguments.items() if key.startswith(owner)}
    for candidate, wanted in ours():
        if candidate == name and all(key in held for key in wanted):
            try:
                return reverse(name, kwargs={key: held[key] for key in wanted})
            except NoReverseMatch:
                continue
    return None
