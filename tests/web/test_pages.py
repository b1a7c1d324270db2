"""Pages that belong to no domain, and what surrounds every page."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse

from ensembleur.settings import kept_secret
from ensembleur.web import pages
from ensembleur.web.middleware import RequestIdFilter

PUBLIC = ["web:gallery", "web:accessibility", "web:privacy", "web:legal"]
COUNTER = '<p>autour</p>{% partialdef count inline %}<b id="count">{{ count }}</b>{% endpartialdef %}'


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_has_one_title_and_sets_no_cookie(client, name):
    response = client.get(reverse(name))
    text = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<h1\b", text)) == 1
    assert '<html lang="fr">' in text
    assert not response.cookies


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_asks_nothing_of_the_database(client, name, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse(name))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_is_complete_in_english(client, name):
    text = client.get(reverse(name), headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en">' in text
    left = re.sub(r'lang="fr">Français|Île-de-France|Défenseur des droits', "", text)
    assert not re.findall(r"[^<>]*[éèêàçùûîôœÉÀ][^<>]*", left)


def test_the_switch_remembers_the_language():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("web:set_language"), {"language": "en", "next": reverse("web:legal")})
    assert (response.status_code, response["Location"]) == (302, reverse("web:legal"))
    assert "Legal notice" in client.get(reverse("web:legal")).content.decode()
    client.post(reverse("web:set_language"), {"language": "fr", "next": reverse("web:legal")})
    assert "Mentions légales" in client.get(reverse("web:legal")).content.decode()


def test_the_switch_leads_to_no_other_site(client):
    response = client.post(reverse("web:set_language"), {"language": "en", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


@pytest.mark.parametrize("path", ["/composants/", "/rien-ici/", "/connexion/login/"])
def test_the_content_policy_is_strict(client, path, db):
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in f"{policy};"
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/composants/", "/connexion/login/", "/connexion/signup/"])
def test_no_page_carries_a_script_or_a_style(client, path, db):
    text = client.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=", text)


def test_doors_that_lead_nowhere_are_absent(client, settings):
    settings.DOORS = [("partner", "web:gallery"), ("site", "nowhere:home")]
    text = client.get(reverse("web:legal")).content.decode()
    assert "Je cherche un partenaire" in text
    assert "Je cherche un site" not in text


def test_the_door_one_stands_behind_is_marked(client, settings):
    settings.DOORS = [("partner", "web:gallery"), ("site", "web:legal")]
    text = client.get(reverse("web:gallery")).content.decode()
    assert re.findall(r'class="door door-(\w+)"[^>]*aria-current', text) == ["partner"]


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_a_demonstration_says_so_on_every_page(client, settings, demo, shown):
    settings.DEMO = demo
    assert ("entreprises et personnes fictives" in client.get(reverse("web:legal")).content.decode()) is shown


@pytest.mark.parametrize(("demo", "line"), [(True, "Disallow: /\n"), (False, "Disallow: /compte/\n")])
def test_search_engines_are_told_where_not_to_go(client, settings, demo, line):
    settings.DEMO = demo
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert line in response.content.decode()


def test_contact_and_publisher_come_from_the_installation(client, settings):
    settings.CONTACT_EMAIL, settings.PUBLISHER = "aide@region.example", "Région d'exemple"
    assert "aide@region.example" in client.get(reverse("web:accessibility")).content.decode()
    assert "Région d&#x27;exemple" in client.get(reverse("web:legal")).content.decode()


# -- fragments ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def counter(client, settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.web.urls"

    def render(request, template, context, status=200):
        from django.http import HttpResponse

        whole = engines["django"].from_string(COUNTER)
        if template.endswith("#count"):
            return HttpResponse(f'<b id="count">{context["count"]}</b>', status=status)
        return HttpResponse(whole.render(context, request), status=status)

    monkeypatch.setattr(pages, "render", render)
    return lambda **headers: client.get("/counter/", headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_page_is_whole_for_a_browser(counter):
    assert "autour" in counter().content.decode()


def test_htmx_receives_the_fragment_it_asks_for(counter):
    response = counter(HX_Request="true", HX_Target="count")
    assert response.content.decode() == '<b id="count">3</b>'
    assert "HX-Target" in response["Vary"]


def test_htmx_receives_the_whole_page_for_another_target(counter):
    assert "autour" in counter(HX_Request="true", HX_Target="elsewhere").content.decode()


def test_a_page_taken_back_from_history_is_whole(counter):
    response = counter(HX_Request="true", HX_Target="count", HX_History_Restore_Request="true")
    assert "autour" in response.content.decode()


# -- operators ---------------------------------------------------------------------------------------------------------
def test_a_living_process_says_so_without_a_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_site_that_can_serve_says_what_it_checked(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {"database": True, "migrations": True, "index": True}


def test_a_site_whose_database_is_gone_is_not_ready(client, monkeypatch):
    from django.db import OperationalError

    from ensembleur.web import views

    def gone(connection):
        raise OperationalError

    monkeypatch.setattr(views, "MigrationExecutor", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] is False


def test_a_site_whose_index_is_empty_is_not_ready(client, db, settings, tmp_path):
    settings.SEARCH_INDEX = tmp_path
    assert client.get("/readyz").status_code == 503
    (tmp_path / "meta.json").write_text("{}")
    assert client.get("/readyz").status_code == 200


def test_each_request_leaves_one_line_without_what_was_searched(client, caplog):
    with caplog.at_level(logging.INFO, "ensembleur.access"):
        client.get("/composants/?q=secret")
    line = next(record for record in caplog.records if record.name == "ensembleur.access")
    assert (line.method, line.path, line.status) == ("GET", "/composants/", 200)
    assert "secret" not in json.dumps(line.__dict__, default=str)


def test_the_identifier_of_a_request_is_kept_and_written_on_every_line(client):
    given = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})["X-Request-ID"]
    record = logging.makeLogRecord({})
    assert RequestIdFilter().filter(record)
    assert (given, record.request_id) == ("proxy-0123456789", "proxy-0123456789")


@pytest.mark.parametrize("forged", ["", "short", "x" * 200, "two words here", "<script>alert</script>"])
def test_an_identifier_that_is_not_one_is_replaced(client, forged):
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz", headers={"X-Request-ID": forged})["X-Request-ID"])


def test_several_first_processes_share_one_secret_key_that_nobody_else_reads(tmp_path):
    with ThreadPoolExecutor(8) as workers:
        keys = set(workers.map(kept_secret, [tmp_path] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) > 40
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "is_taken_back"), [("navigate", True), ("cors", False), (None, True)])
def test_what_a_page_still_asks_for_does_not_close_the_session_opened_since(client, mode, is_taken_back):
    client.cookies["sessionid"] = "0" * 32  # a key that was changed meanwhile
    headers = {"Sec-Fetch-Mode": mode} if mode else {}
    answer = client.get("/", headers=headers)
    assert ("sessionid" in answer.cookies) is is_taken_back
