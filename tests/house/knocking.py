"""Knocking at every door as everybody: who is let in by each address."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.everyone import VISITOR, World

SIGN_IN, SECOND_FACTOR = "/connexion/login/", "/compte/double-authentification/"
TURNED_AWAY = (403, 404)


def address(name: str, arguments: tuple[str, ...], named: dict[str, str], things: dict[str, Any]) -> str:
    """The address of a page, with the things of the world. `named` says which thing an argument stands for, else its own name.

    A value that is no thing of the world is taken as it is written: {"axis": "production"}.
    """
    kwargs = {}
    for argument in arguments:
        word = named.get(argument, argument)
        kwargs[argument] = things.get(word, word)
    return reverse(name, kwargs=kwargs)


def clients(world: World) -> dict[str, Client]:
    """A browser for each person, signed in once."""
    opened = {}
    for who, person in world.people.items():
        # A refusal is short to machines; a page let in is the same for everybody.
        opened[who] = Client(raise_request_exception=False, headers={"accept": "application/problem+json"})
        if person is not None:
            opened[who].force_login(person)
    return opened


def knock(client: Client, method: str, url: str, data: dict[str, Any]) -> int | None:
    """The answer's status, 403 when asked to sign in first, None when the method is not served; nothing it did stays."""
    with transaction.atomic():
        answer = client.get(url, data) if method == "get" else client.post(url, data)
        if answer.streaming:
            sum(map(len, answer))  # a download left unread stays open
            for close in answer._resource_closers:
                close()  # its file only: closing the answer would close the database as well
        transaction.set_rollback(True)
    if answer.status_code == 405:
        return None
    if answer.status_code == 302 and answer["Location"].startswith((SIGN_IN, SECOND_FACTOR)):
        return 403
    return answer.status_code


def let_in(doors: dict[str, Client], method: str, url: str, data: dict[str, Any]) -> tuple[set[str] | None, dict[str, int]]:
    """Who is let in (None when the method is not served), and the status of each answer."""
    found: dict[str, int] = {}
    for who, client in doors.items():
        status = knock(client, method, url, data)
        if status is None and who == VISITOR:
            continue  # sign-in may come before the method is looked at, or after
        if status is None:
            return None, {}
        found[who] = status
    return {who for who, status in found.items() if status not in TURNED_AWAY}, found
