"""Every service that acts for somebody × everybody: none is forgotten, none serves whom it should refuse, none refuses wrongly."""

from __future__ import annotations

import ast
import importlib
import inspect
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from ensembleur.accounts.permissions import forget_mandates
from ensembleur.errors import NotAllowed
from tests.factories.everyone import VISITOR, build
from tests.house.plan import DOMAINS, PACKAGE, modules, tree
from tests.house.who import ANYONE
from tests.house.who_may_act import ACTS, ASKED_ABOVE

TABLE = "tests/house/who_may_act.py"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def services():
    """(domain.module.function, its node) of every public service that takes `by=` and may be called by a person."""
    for domain in DOMAINS:
        for path in modules(PACKAGE / domain / "services") if (PACKAGE / domain / "services").exists() else []:
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    by = next((argument for argument in node.args.kwonlyargs if argument.arg == "by"), None)
                    if by is not None and (by.annotation is None or "User" in ast.unparse(by.annotation)):
                        yield f"{domain}.{path.stem}.{node.name}", node


def test_every_service_has_its_line():
    found = dict(services())
    missing = []
    for name in sorted(set(found) - set(ACTS) - set(ASKED_ABOVE)):
        given = [argument.arg for argument in found[name].args.kwonlyargs if argument.arg not in ("by", "now")]
        words = ", ".join(f'"{word}"' for word in given)
        missing.append(
            f'    "{name}": Act(here(…), of({words})),   # add to {name.split(".")[0].upper()}, or to ASKED_ABOVE with why'
        )
    gone = sorted((set(ACTS) | set(ASKED_ABOVE)) - set(found))
    assert not missing, "\n".join(["", f"These services have no line in {TABLE}; add, with who may:", *missing])
    assert not gone, "\n".join(["", f"These lines of {TABLE} name no service any more; remove them:", *gone])


def test_the_table_names_people_who_exist():
    assert not {name for name, act in ACTS.items() if act.who - ANYONE}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("domain", sorted({name.split(".")[0] for name in ACTS}))
def test_every_service_serves_whom_its_line_says(domain, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = build()
    known = {name for name, _node in services()}
    faults = []
    for name in sorted(name for name in known & set(ACTS) if name.startswith(f"{domain}.")):
        faults += faults_of(name, world)
    assert not faults, "\n".join(["", f"Change the service, or its line in {TABLE}:", *faults])


def faults_of(name, world):
    """What the service answers against its line."""
    place, module, function = name.split(".")
    service = getattr(importlib.import_module(f"ensembleur.{place}.services.{module}"), function)
    act = ACTS[name]
    given = {word: world.records[value[1:]] if is_name(value) else value for word, value in act.given.items()}
    takes = inspect.signature(service).parameters
    clock = {"now": NOW} if "now" in takes else {}
    try:
        inspect.signature(service).bind(by=None, **clock, **given)
    except TypeError as error:
        yield f"{name}: {error}; give it in its line"
        return
    for who, person in sorted(world.people.items()):
        answer = ask(service, person or AnonymousUser(), {**given, **clock})
        if isinstance(answer, NotAllowed) and who in act.who:
            yield f"{name}: refuses {who}"
        elif who not in act.who and answer is None:
            yield f"{name}: serves {who}"
        elif who not in act.who and not isinstance(answer, NotAllowed):
            yield f"{name}: answers {who} by {type(answer).__name__} ({answer}) before asking whether they may"


def ask(service, person, given):
    """What the service raises, None when it acts; nothing it did stays."""
    try:
        with transaction.atomic():
            service(by=person, **given)
            transaction.set_rollback(True)
    except Exception as error:  # only who may is looked at here: what is given is often refused for another reason
        return error
    finally:
        forget_mandates(person)
        for value in given.values():
            if hasattr(value, "refresh_from_db"):
                value.refresh_from_db()
    return None


def is_name(value):
    return isinstance(value, str) and value.startswith("=")


def test_a_visitor_may_call_no_service_at_all():
    assert not {name for name, act in ACTS.items() if VISITOR in act.who}
