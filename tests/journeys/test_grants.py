"""The open data of grants: what the decree asks for, nothing more."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from ensembleur.journeys.models import Payment
from ensembleur.journeys.queries.grants import COLUMNS
from tests.factories import journeys, schemes, sites

pytestmark = pytest.mark.django_db


def agreed(eur: str = "50000", scheme: str = "subvention", **fields):
    """An agreed grant on a journey of its own."""
    fields = {"agreed_on": date(2026, 5, 1), "decided_on": date(2026, 4, 1), "outcome": "accepted", **fields}
    return journeys.application(journeys.journey(), "agreed", scheme=scheme, granted_eur=Decimal(eur), **fields)


def rows(client):
    text = client.get(reverse("journeys:grants_csv")).content.decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(autouse=True)
def catalogue():
    schemes.scheme("subvention", version={"edges": [{"kind": "counts_toward", "scheme": "de-minimis", "source": "s1"}]})
    schemes.scheme("pret", family="loan")


def test_a_grant_has_the_columns_and_the_patterns_of_the_schema(client, settings):
    settings.AWARD_SIRET = "00000000000000"
    agreed()
    [row] = rows(client)
    assert tuple(row) == COLUMNS
    assert re.fullmatch(r"\d{14}", row["idAttribuant"])
    assert re.fullmatch(r"\d{14}", row["idBeneficiaire"])
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?", row["datesPeriodeVersement"])
    assert (row["montant"], row["nature"], row["notificationUE"]) == ("50000.00", "aide en numéraire", "oui")
    assert (row["conditionsVersement"], row["pourcentageSubvention"]) == ("échelonné", "1.00")


def test_small_grants_loans_and_files_not_agreed_are_left_out(client):
    agreed("23000")
    agreed(scheme="pret")
    journeys.application(journeys.journey(), "draft", scheme="subvention")
    assert rows(client) == []


def test_a_grant_paid_at_once_says_its_day(client):
    held = agreed()
    Payment.objects.create(application=held, kind="balance", paid_on=date(2026, 6, 1), amount_eur=50000, by=held.created_by)
    [row] = rows(client)
    assert (row["conditionsVersement"], row["datesPeriodeVersement"]) == ("unique", "2026-06-01")


@pytest.mark.parametrize("count", [1, 3])
def test_the_file_costs_four_queries_whatever_its_length(client, count, django_assert_num_queries):
    for _ in range(count):
        agreed()
    client.get(reverse("schemes:list"))
    with django_assert_num_queries(4):
        assert len(rows(client)) == count


def test_the_file_of_a_demonstration_says_so_in_its_name(client, settings):
    settings.DEMO = True
    assert "fictives" in client.get(reverse("journeys:grants_csv"))["Content-Disposition"]


@pytest.mark.parametrize("masking", ["natural", "legal"])
def test_who_has_asked_for_partial_diffusion_since_is_not_exported(client, masking):
    site = sites.site()
    held = agreed()
    type(held.journey).objects.filter(pk=held.journey_id).update(siret=site.siret, siren=site.unit_id)
    assert len(rows(client)) == 1
    type(site).objects.filter(pk=site.pk).update(masking=masking)
    assert rows(client) == []
