"""No table points up the stairs: a foreign key written as a string escapes the import contracts, not this."""

from __future__ import annotations

from django.apps import apps

from tests.house.plan import LAYERS


def height(label):
    """The storey of a domain; Django's and allauth's own tables stand under the house."""
    for storey, domains in enumerate(reversed(LAYERS), start=1):
        if label in domains:
            return storey
    return 0


def test_no_table_points_up_the_stairs():
    upstairs = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in [*model._meta.get_fields()]:
            target = field.related_model if field.is_relation and not field.auto_created else None
            if not hasattr(target, "_meta") or not height(here):
                continue
            there = target._meta.app_label
            if height(there) > height(here) or (height(there) == height(here) and there != here):
                upstairs.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not upstairs, "\n".join(["", *upstairs])


def test_every_money_column_is_exact():
    inexact = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_eur") and field.get_internal_type() == "FloatField"
    ]
    assert not inexact, "\n".join(["", *inexact])


def test_every_constraint_is_named_as_a_sentence():
    vague = [
        constraint.name
        for model in apps.get_models()
        if height(model._meta.app_label)
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 2
    ]
    assert not vague, "\n".join(["", *vague])
