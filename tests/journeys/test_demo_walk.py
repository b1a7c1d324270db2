"""The walk of the demonstration knows the pages of steering: addresses that exist, for those who may enter."""

from __future__ import annotations

import pytest
from django.urls import resolve

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.management.commands import _steering as steering
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db


def test_without_a_strategy_there_is_nothing_to_visit():
    assert steering.public_pages(make.TODAY) == []
    assert all(steering.pages_of(role) == [] for role in Role)


def test_every_kind_of_page_of_steering_is_visited_by_who_may(client):
    make.tiny()
    public = steering.public_pages(make.TODAY)
    names = {resolve(url).url_name for url in public}
    assert names >= {"strategy", "objective", "measure", "indicator", "budget", "report", "report_file", "strategy_csv"}
    assert len(public) == len(set(public))
    people = populate_accounts(seed=7, now=make.NOW, company_siren="000340182")
    for role in (Role.ADVISER, Role.OFFICER, Role.COMMITTEE):
        client.force_login(people[role])
        for url in steering.pages_of(role):
            assert client.get(url).status_code == 200, (role, url)
    assert steering.pages_of(Role.DIRECTOR) == []
