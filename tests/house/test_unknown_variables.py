"""A variable nobody gave is an error in a template of ours, and only there."""

from __future__ import annotations

import pytest
from django.template import Origin, engines
from django.template.base import Template as Parsed

from tests.house.plan import PACKAGE
from tests.templates import UnknownVariableError


def parsed(source, name):
    engine = engines["django"].engine
    return Parsed(source, origin=Origin(name=str(name)), name=str(name), engine=engine)


def shown(source, name):
    from django.template import Context

    return parsed(source, name).render(Context({"known": "oui"}))


def test_a_template_of_ours_may_not_show_what_it_was_not_given():
    with pytest.raises(UnknownVariableError, match="forgotten"):
        shown("{{ known }} {{ forgotten }}", PACKAGE / "web/templates/web/essai.html")


def test_a_condition_may_ask_for_what_was_not_given():
    assert shown("{% if forgotten %}non{% else %}{{ known }}{% endif %}", PACKAGE / "web/templates/web/essai.html") == "oui"


def test_a_template_of_another_package_is_left_alone():
    assert shown("[{{ forgotten }}]", "/usr/lib/python3/dist-packages/other/essai.html") == "[]"
