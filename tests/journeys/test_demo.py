"""The demonstration: journeys at every stage, a walk over the pages, a port that is free."""

from __future__ import annotations

import socket
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.choices import ApplicationStatus
from ensembleur.journeys.management.commands import _walk as walk
from ensembleur.journeys.management.commands import demo as command
from ensembleur.journeys.models import Application, Diagnosis, Journey
from ensembleur.journeys.services import demo
from ensembleur.territory.engine.population import SHOWCASE_SIREN, SHOWCASE_SIRET
from ensembleur.territory.services.demo import populate_territory
from tests.factories.journeys import NOW, TODAY


@pytest.mark.django_db
def test_journeys_stand_at_every_stage_with_dates_before_today(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    few = {**demo.script(), "stages": dict.fromkeys(demo.script()["stages"], 1)}
    monkeypatch.setattr(demo, "script", lambda: few)
    populate_territory(seed=7, today=TODAY, establishments=300)
    people = populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    seen = []
    count = demo.populate_journeys(seed=7, now=NOW, people=people, showcase_siret=SHOWCASE_SIRET, on_rows=seen.append)
    assert count == Journey.objects.filter(is_fictional=True).count() == len(few["stages"]) + 1 + len(few["projects"])
    assert len(seen) == len(few["stages"])
    assert set(Counter(Application.objects.values_list("status", flat=True))) == set(ApplicationStatus.values)
    assert Diagnosis.objects.filter(journey__siret=SHOWCASE_SIRET).count() == 2
    assert not Journey.objects.filter(opened_at__gt=NOW).exists()
    assert not Application.objects.filter(filed_at__gt=NOW).exists()
    assert demo.populate_journeys(seed=7, now=NOW, people=people, showcase_siret=SHOWCASE_SIRET) == count
    assert demo.clear_journeys() == count
    assert not Journey.objects.exists()
    assert not any(file.is_file() for file in tmp_path.rglob("*"))


@pytest.mark.django_db
def test_the_walk_visits_as_a_visitor_and_as_each_role(monkeypatch):
    monkeypatch.setattr(walk, "PER_VISITOR", 6)
    monkeypatch.setattr(walk, "PER_ROLE", 4)
    empty = walk.walk()
    assert {trouble.what for trouble in empty.errors} >= {"la personne de démonstration manque"}
    populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    visit = walk.walk()
    assert visit.errors == []
    assert visit.pages >= 15


def test_the_script_plays_at_least_forty_journeys():
    assert sum(demo.script()["stages"].values()) >= 40


def test_the_next_free_port_is_taken(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert command.free_port(port) != port
        monkeypatch.setattr(command, "TRIED_PORTS", 1)
        with pytest.raises(CommandError, match="Aucun port libre"):
            command.free_port(port)


@pytest.mark.parametrize("options", [{"port": 0}, {"port": 70_000}, {"establishments": 10}])
def test_options_that_cannot_be_used_are_refused(settings, options):
    settings.DEMO = True
    with pytest.raises(CommandError, match="200 établissements"):
        call_command("demo", **options)


def test_a_real_installation_never_becomes_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="ENSEMBLEUR_DEMO"):
        call_command("demo")


def _good(_request):
    return HttpResponse(
        '<a href="/bad/">x</a><a href="/broken/">x</a><a href="/moved/">x</a><a href="https://example.org/">x</a>'
    )


def _broken(_request):
    raise ValueError("broken on purpose")


def _moved(_request):
    return HttpResponse(status=302, headers={"Location": "/data.json"})


urlpatterns = [
    path("", _good),
    path("bad/", lambda _request: HttpResponse("a {{ variable }} left")),
    path("broken/", _broken),
    path("moved/", _moved),
    path("forms/", lambda _request: HttpResponse(status=405)),
    path("secret/<int:pk>/", _good),
]


@pytest.mark.filterwarnings("ignore")
@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_the_walk_follows_links_and_tells_what_is_wrong():
    visit = walk.Visit()
    assert walk.public_addresses() == ["/", "/bad/", "/broken/", "/forms/", "/moved/"]
    walk._explore(walk.Client(raise_request_exception=False), ["/", "/forms/"], 20, visit, "(fr)")
    assert visit.pages == 3
    assert sorted(trouble.what for trouble in visit.errors) == ["contient « {{ »".replace("{{", "{{ "), "réponse 500"]
