"""A rule from draft to publication: who may, what is refused, what the past still answers, and how a text is undone."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
import yaml
from django.db import IntegrityError, transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.logic.facts import Fact
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.queries.drafts import desk_rows
from ensembleur.schemes.queries.flips import preview
from ensembleur.schemes.queries.published import published_scheme
from ensembleur.schemes.services import drafting, editing
from ensembleur.schemes.services.publishing import plain, publish_files
from ensembleur.schemes.services.telling import tell_writer
from tests.factories import accounts, drafts, schemes
from tests.factories.drafts import NOW

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)
FACTS = {"commune": Fact("95018"), "headcount": Fact(34), "project_started": Fact(False)}


def answer(slug, *, on, known_on=None):
    return verdict_of(published_scheme(slug), FACTS, as_of=on, known_on=known_on)


def test_a_text_is_written_by_one_read_over_by_another_and_applies_from_its_day():
    aid = schemes.scheme("une")
    assert answer("une", on=DAY).answer == "yes"
    version = drafts.published(aid, below=20)
    assert version.published_by_id not in {version.written_by_id, version.submitted_by_id}
    assert answer("une", on=DAY).answer == "no"
    assert answer("une", on=DAY).version.id == "une-revision-1"
    assert [act.verb for act in Act.objects.order_by("number")] == [
        "start_draft", "change_condition", "set_note", "submit_for_second_reading", "publish_rule",
    ]  # fmt: skip


def test_the_past_answers_as_before_and_so_does_what_was_known_then():
    aid = schemes.scheme("une")
    past, eve = date(2024, 5, 3), DAY - timedelta(days=1)
    before = [
        answer("une", on=past).as_json(),
        answer("une", on=DAY, known_on=eve).as_json(),
        answer("une", on=past, known_on=past).as_json(),
    ]
    drafts.published(aid, below=20)
    after = [
        answer("une", on=past).as_json(),
        answer("une", on=DAY, known_on=eve).as_json(),
        answer("une", on=past, known_on=past).as_json(),
    ]
    assert after == before
    assert answer("une", on=DAY, known_on=DAY).answer == "no"


def test_a_text_is_undone_by_another_that_takes_its_words_back_and_every_text_stays():
    aid = schemes.scheme("une")
    first = SchemeVersion.objects.get()
    drafts.published(aid, below=20)
    by = drafts.officer()
    back = editing.return_to(version=first, by=by, now=TOMORROW)
    assert back.content["conditions"] == first.content["conditions"]
    assert "une-v1" in back.note
    back = drafts.submitted(back, by=by, now=TOMORROW, note=back.note)
    editing.publish(version=back, seal=preview(back, now=TOMORROW).seal, by=drafts.reader(), now=TOMORROW)
    assert answer("une", on=DAY + timedelta(days=1)).answer == "yes"
    assert answer("une", on=DAY, known_on=DAY).answer == "no"
    assert SchemeVersion.objects.filter(state="published").count() == 3


def test_a_text_published_and_replaced_the_same_day_was_known_on_no_whole_day():
    aid = schemes.scheme("une")
    drafts.published(aid, below=20)
    drafts.published(aid, below=10)
    assert answer("une", on=DAY).version.id == "une-revision-2"
    assert answer("une", on=DAY, known_on=DAY - timedelta(days=1)).version.id == "une-v1"


@pytest.mark.parametrize("role", list(Role))
def test_officers_and_administrators_write_and_nobody_else(role):
    aid = schemes.scheme("une")
    person = accounts.person(role)
    if role in {Role.OFFICER, Role.ADMIN}:
        drafts.draft(aid, by=person)
    else:
        with pytest.raises(NotAllowed):
            drafts.draft(aid, by=person)


@pytest.mark.parametrize("role", list(Role))
def test_each_act_on_a_draft_asks_who_acts(role):
    draft = drafts.draft(schemes.scheme("une"))
    person = accounts.person(role)
    line = {"fact": "in_zre", "op": "is_true", "source": "s1"}
    first = {"draft": draft, "edition": 0, "by": person, "now": NOW}
    acts = [
        lambda: drafting.add_condition(**first, place="c", line=line),
        lambda: drafting.change_condition(**first, place="c.1", line=schemes.SMALL),
        lambda: drafting.remove_condition(**first, place="c.1"),
        lambda: drafting.move_condition(**first, place="c.1", group="c", rank=0),
        lambda: drafting.wrap_condition(**first, place="c.1", head="any"),
        lambda: drafting.regroup(**first, place="c", head="any"),
        lambda: drafting.set_parameter(**first, name="seuil", lines=[]),
        lambda: drafting.set_parts(**first, parts={"status": "open"}),
        lambda: drafting.cite_source(**first, source={"title": "Un texte"}),
        lambda: drafting.set_note(**first, note="Pourquoi"),
        lambda: editing.withdraw_draft(version=draft, by=person, now=NOW),
        lambda: editing.settle_files(scheme=draft.scheme, by=person, now=NOW),
        lambda: editing.return_to(version=draft.base, by=person, now=NOW),
        lambda: editing.submit_for_second_reading(draft=draft, edition=0, seal="", by=person, now=NOW),
    ]
    may = role in {Role.OFFICER, Role.ADMIN}
    for act in acts:
        with transaction.atomic():
            if may:
                with suppress(Refused):
                    act()
                transaction.set_rollback(True)
                continue
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("role", list(Role))
def test_second_readers_and_administrators_publish_and_nobody_else(role):
    by = drafts.officer()
    version = drafts.submitted(drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by), by=by)
    person, seal = accounts.person(role), preview(version, now=NOW).seal
    if role in {Role.SECOND_READER, Role.ADMIN}:
        assert editing.publish(version=version, seal=seal, by=person, now=NOW).state == "published"
    else:
        with pytest.raises(NotAllowed):
            editing.publish(version=version, seal=seal, by=person, now=NOW)


def test_nobody_who_wrote_in_a_text_publishes_it_not_even_an_administrator():
    writer, sender, touched = (accounts.person(Role.ADMIN) for _ in range(3))
    draft = drafts.draft(schemes.scheme("une"), by=writer)
    draft = drafts.smaller(draft, by=touched)
    version = drafts.submitted(draft, by=sender)
    seal = preview(version, now=NOW).seal
    for person in (writer, sender, touched):
        with pytest.raises(NotAllowed):
            editing.publish(version=version, seal=seal, by=person, now=NOW)
    version.published_by = writer
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_second_officer_who_writes_on_an_older_text_is_told_and_nothing_is_lost():
    one, two = drafts.officer(), drafts.officer()
    draft = drafts.draft(schemes.scheme("une"), by=one)
    same = SchemeVersion.objects.get(pk=draft.pk)
    drafts.smaller(draft, by=one, below=20)
    with pytest.raises(Refused, match="Quelqu'un a modifié"):
        drafts.smaller(same, by=two, below=30)
    assert SchemeVersion.objects.get(pk=draft.pk).content["conditions"]["all"][1]["value"] == 20


def test_one_text_at_a_time_is_under_way_for_a_scheme():
    aid = schemes.scheme("une")
    draft = drafts.draft(aid)
    with pytest.raises(Refused, match="déjà en cours"):
        drafts.draft(aid)
    editing.withdraw_draft(version=draft, by=drafts.officer(), now=NOW)
    assert drafts.draft(aid).version_id == "une-revision-2"
    assert SchemeVersion.objects.get(pk=draft.pk).state == "withdrawn"


def test_nothing_faulty_unsaid_or_unseen_reaches_the_second_reader():
    by = drafts.officer()
    draft = drafts.draft(schemes.scheme("une"), by=by)
    seal = preview(draft, now=NOW).seal
    with pytest.raises(Refused, match="pourquoi"):
        editing.submit_for_second_reading(draft=draft, edition=draft.edition, seal=seal, by=by, now=NOW)
    draft = drafting.set_note(draft=draft, edition=draft.edition, note="Parce que.", by=by, now=NOW)
    with pytest.raises(Refused, match="qui change de réponse"):
        editing.submit_for_second_reading(draft=draft, edition=draft.edition, seal="", by=by, now=NOW)
    for place in ("c.2", "c.1", "c.0"):
        draft = drafting.remove_condition(draft=draft, edition=draft.edition, place=place, by=by, now=NOW)
    with pytest.raises(Refused, match="vide"):
        editing.submit_for_second_reading(draft=draft, edition=draft.edition, seal=seal, by=by, now=NOW)


def test_what_a_draft_cannot_hold_is_refused_with_what_to_do():
    draft = drafts.draft(schemes.scheme("une"))
    first = {"draft": draft, "edition": 0, "by": drafts.officer(), "now": NOW}
    with pytest.raises(BadInput, match="sans accent"):
        drafting.set_parameter(**first, name="seuil élevé", lines=[])
    with pytest.raises(BadInput, match="ne se change pas ici"):
        drafting.set_parts(**first, parts={"conditions": {}})
    with pytest.raises(BadInput, match="titre du texte"):
        drafting.cite_source(**first, source={"title": " "})
    with pytest.raises(BadInput, match="une condition à la fois"):
        drafting.add_condition(**first, place="c", line={"any": [schemes.SMALL]})


def test_a_text_sent_to_its_second_reader_is_no_longer_written_in():
    by = drafts.officer()
    sent = drafts.submitted(drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by), by=by)
    with pytest.raises(Refused, match="n'est plus un brouillon"):
        drafts.smaller(sent, by=by)


def test_a_draft_starts_from_a_text_of_its_own_scheme():
    aid, other = schemes.scheme("une"), schemes.scheme("autre")
    with pytest.raises(Refused, match="pas encore de texte"):
        drafts.draft(aid, base=other.versions.get())
    assert not Act.objects.exists()


def test_of_two_officers_who_start_at_the_same_instant_the_second_is_told(monkeypatch):
    aid = schemes.scheme("une")
    drafts.draft(aid)
    asked, looks = [], editing._refuse_second

    def misses_the_other(scheme):
        """The other's draft is not there yet when one looks first."""
        asked.append(scheme)
        if len(asked) > 1:
            looks(scheme)

    monkeypatch.setattr(editing, "_refuse_second", misses_the_other)
    with pytest.raises(Refused, match="déjà en cours"):
        drafts.draft(aid)
    assert SchemeVersion.objects.filter(state="draft").count() == 1


def test_what_changed_between_the_preview_and_the_sending_is_told():
    by = drafts.officer()
    draft = drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by)
    draft = drafting.set_note(draft=draft, edition=draft.edition, note="Le seuil change.", by=by, now=NOW)
    seal = preview(draft, now=NOW).seal
    with pytest.raises(Refused, match="a changé depuis que vous l'avez ouvert"):
        editing.submit_for_second_reading(draft=draft, edition=draft.edition - 1, seal=seal, by=by, now=NOW)


def test_files_settled_twice_are_written_down_once():
    aid, by = schemes.scheme("une"), drafts.officer()
    assert editing.settle_files(scheme=aid, by=by, now=NOW) == 1
    assert editing.settle_files(scheme=aid, by=by, now=NOW) == 0
    assert Act.objects.filter(verb="settle_files").count() == 1


def test_nobody_is_told_about_a_text_whose_writer_left():
    version = drafts.published(schemes.scheme("une"))
    version.written_by = None
    assert tell_writer(version=version, now=NOW) == 0


def test_what_is_no_data_has_no_place_in_a_scheme():
    with pytest.raises(TypeError, match="object has no place"):
        plain({"value": object()})


def test_a_condition_without_text_or_that_cannot_be_read_is_refused_with_what_to_do():
    draft = drafts.draft(schemes.scheme("une"))
    first = {"draft": draft, "edition": 0, "place": "c", "by": drafts.officer(), "now": NOW}
    with pytest.raises(BadInput, match="quel texte"):
        drafting.add_condition(**first, line={"fact": "in_zre", "op": "is_true"})
    with pytest.raises(BadInput, match="ne convient pas"):
        drafting.add_condition(**first, line={"fact": "in_zre", "op": "below", "value": 3, "source": "s1"})


def test_a_text_sent_back_says_why_and_goes_on_as_a_draft():
    by, reader = drafts.officer(), drafts.reader()
    version = drafts.submitted(drafts.draft(schemes.scheme("une"), by=by), by=by)
    with pytest.raises(Refused, match="pourquoi"):
        editing.send_back(version=version, why=" ", by=reader, now=NOW)
    version = editing.send_back(version=version, why="Il manque la zone.", by=reader, now=NOW)
    assert (version.state, version.returned_why) == ("draft", "Il manque la zone.")
    drafts.smaller(version, by=by)


def test_the_second_readers_then_the_writer_are_told_once():
    by, reader, other = drafts.officer(), drafts.reader(), drafts.reader()
    version = drafts.submitted(drafts.smaller(drafts.draft(schemes.scheme("une"), by=by), by=by), by=by)
    told = Notification.objects.order_by("pk")
    assert {(one.user, one.kind) for one in told} == {(reader, "rule_to_read"), (other, "rule_to_read")}
    version = editing.send_back(version=version, why="Il manque la zone.", by=reader, now=NOW)
    assert (told.last().user, told.last().body) == (by, "Il manque la zone.")
    version = drafts.submitted(version, by=by)
    editing.publish(version=version, seal=preview(version, now=NOW).seal, by=reader, now=NOW)
    assert told.last().title == "Aide une : votre texte est publié"
    assert told.all().count() == 6


def test_a_published_text_is_neither_rewritten_nor_removed():
    version = drafts.published(schemes.scheme("une"))
    for fields in ({"content": {}}, {"note": "autre"}, {"effective_from": DAY}, {"state": "draft"}):
        with pytest.raises(Refused, match="ne se modifie pas"):
            SchemeVersion.objects.filter(pk=version.pk).update(**fields)
    version.content = {}
    with pytest.raises(Refused, match="ne se modifie pas"):
        version.save()
    with pytest.raises(Refused, match="ne s'efface"):
        version.delete()
    with pytest.raises(Refused, match="ne s'efface"):
        SchemeVersion.objects.all().delete()


# -- the catalogue's files beside officers' texts ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(loader.read_checked, "__defaults__", (tmp_path,))

    def write(slug, **more):
        (tmp_path / f"{slug}.yaml").write_text(yaml.safe_dump(schemes.raw(slug, **more), allow_unicode=True), encoding="utf-8")

    return write


def test_files_published_again_never_touch_an_officers_text(folder):
    folder("une")
    publish_files(by="command:test", now=NOW)
    drafts.published(Scheme.objects.get(), below=20)
    assert str(publish_files(by="command:test", now=TOMORROW)) == "0 ajoutées · 0 modifiées · 1 inchangées"
    assert answer("une", on=DAY).version.id == "une-revision-1"
    assert desk_rows(drafts.officer())[0].later == []


def test_a_later_file_is_kept_beside_the_officers_text_and_the_desk_says_so_until_somebody_has_read_it(folder):
    folder("une")
    publish_files(by="command:test", now=NOW)
    drafts.published(Scheme.objects.get(), below=20)
    folder("une", conditions={"all": [{**schemes.SMALL, "value": 500}]}, sources={"s1": {"title": "Autre règlement"}})
    assert publish_files(by="command:test", now=TOMORROW).changed == 1
    assert answer("une", on=DAY).version.id == "une-revision-1"
    assert answer("une", on=DAY).reasons[0].source.title == "Règlement de test"
    officer = drafts.officer()
    assert [version.version_id for version in desk_rows(officer)[0].later] == ["une-v1"]
    assert SchemeVersion.objects.filter(version_id="une-v1", state="replaced").count() == 1
    assert editing.settle_files(scheme=Scheme.objects.get(), by=officer, now=TOMORROW) == 1
    assert desk_rows(officer)[0].later == []
    assert publish_files(by="command:test", now=TOMORROW).same == 1
