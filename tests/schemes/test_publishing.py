"""Files become published versions: all or nothing, twice the same, nothing deleted."""

from __future__ import annotations

import pytest
import yaml

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries.published import company_schemes, published_scheme, published_schemes
from ensembleur.schemes.services.publishing import publish_files
from tests.factories import accounts, schemes
from tests.factories.region import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(loader.read_checked, "__defaults__", (tmp_path,))

    def write(slug, **more):
        (tmp_path / f"{slug}.yaml").write_text(yaml.safe_dump(schemes.raw(slug, **more), allow_unicode=True), encoding="utf-8")

    return write


def test_files_are_published_once_and_a_second_time_changes_nothing(folder):
    folder("une")
    folder("deux")
    assert str(publish_files(by="command:test", now=NOW)) == "2 ajoutées · 0 modifiées · 0 inchangées"
    assert str(publish_files(by="command:test", now=NOW)) == "0 ajoutées · 0 modifiées · 2 inchangées"
    assert [scheme.id for scheme in published_schemes()] == ["deux", "une"]
    assert Act.objects.filter(verb="publish_scheme_version").count() == 2


def test_a_changed_file_changes_its_version_and_the_journal_says_from_what_to_what(folder):
    folder("une")
    publish_files(by="command:test", now=NOW)
    folder("une", version={"amount": None})
    assert publish_files(by="command:test", now=NOW).changed == 1
    act = Act.objects.order_by("-number").first()
    assert act.before["hash"] != act.after["hash"]
    assert published_scheme("une").versions[0].amount is None


def test_a_faulty_file_publishes_nothing_and_is_named(folder):
    folder("bonne")
    folder("fausse", conditions={"all": []})
    with pytest.raises(BadInput, match=r"fausse\.yaml"):
        publish_files(by="command:test", now=NOW)
    assert not Scheme.objects.exists()


def test_a_version_that_left_the_files_stays_as_history(folder, tmp_path):
    folder("une")
    publish_files(by="command:test", now=NOW)
    (tmp_path / "une.yaml").unlink()
    publish_files(by="command:test", now=NOW)
    assert published_scheme("une") is not None


def test_schemes_for_persons_are_published_but_not_offered_to_companies(folder):
    folder("entreprise")
    folder("personne", audience="person")
    publish_files(by="command:test", now=NOW)
    assert [scheme.id for scheme in company_schemes()] == ["entreprise"]
    assert published_scheme("personne").audience == "person"


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_edit_schemes_publish(folder, role):
    user = accounts.person(role)
    if role in {Role.OFFICER, Role.SECOND_READER, Role.ADMIN}:
        publish_files(by=user, now=NOW)
    else:
        with pytest.raises(NotAllowed):
            publish_files(by=user, now=NOW)


def test_drafts_are_for_those_who_write_them():
    schemes.scheme("une", state="draft")
    assert not SchemeVersion.objects.visible_to(accounts.person(Role.DIRECTOR)).exists()
    assert SchemeVersion.objects.visible_to(accounts.person(Role.OFFICER)).count() == 1
    assert published_schemes() == ()


def test_the_whole_real_catalogue_publishes():
    counts = publish_files(by="command:test", now=NOW)
    assert counts.added >= 30
    assert len(published_schemes()) >= 30
