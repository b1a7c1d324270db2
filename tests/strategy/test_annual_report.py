"""The annual report from what is kept: the same records give the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy.choices import LabelWord, Origin
from ensembleur.strategy.engine.report.drawing import render_pdf
from ensembleur.strategy.models import BudgetLine, Decision, Dispute, Measurement
from ensembleur.strategy.queries.annual.report import annual_report
from ensembleur.strategy.queries.annual.years import day_of, years
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.services import filing
from ensembleur.strategy.services.filing import file_report
from ensembleur.strategy.services.locking import lock_period
from ensembleur.strategy.views import report as views
from tests.factories import accounts
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
YEAR, DAY = 2026, date(2026, 11, 27)


def gathered(**more):
    return annual_report(held_strategy("essai"), **{"year": YEAR, "as_of": DAY, **more})


def sheet(report, code="A1"):
    return next(one for one in report.sheets if one.code == code)


def reported(value=300, **more):
    given = {"origin": Origin.REPORTED, "label": LabelWord.DECLARED, "source": {"title": "Enquête"}, "query": "", "units": None}
    return make.measurement("A2.people", value, **{**given, **more})


def test_a_measure_has_its_value_its_target_its_state_and_its_source():
    make.tiny()
    make.measurement(value=12, as_of=date(2026, 6, 30))
    make.measurement(value=15)
    [row] = sheet(gathered()).indicators
    assert (row.figure.value, row.figure.label.value, row.target, row.due) == (15, "agreed", 100, date(2030, 12, 31))
    assert row.progress == Decimal("0.15")
    assert "companies_supported" in row.source.fr
    assert sheet(gathered()).series[0].points[0].value == 12
    assert sheet(gathered()).owner == "Organisme d'essai"


def test_a_value_of_two_companies_is_secret_with_its_progress():
    make.tiny()
    make.measurement(value=2)
    [row] = sheet(gathered()).indicators
    assert (row.figure.value, row.figure.hidden, row.progress) == (None, "few", None)


def test_what_nobody_measured_says_what_it_would_take():
    make.tiny()
    report = gathered()
    [row] = sheet(report, "A2").indicators
    assert (row.figure.value, row.needs.en) == (None, make.SHEETS["people"]["needs"]["en"])
    assert {issue.code for issue in report.issues if issue.kind == "missing"} == {
        "A1.companies", "A2.people", "A3.companies", "O1.companies",
    }  # fmt: skip


def test_texts_that_disagree_and_values_known_otherwise_are_told_beside_the_figure():
    make.tiny()
    reported(300)
    reported(250, label=LabelWord.OBSERVED, as_of=date(2026, 10, 1))
    report = gathered()
    [row] = sheet(report, "A2").indicators
    assert "1\u202f200" in row.remark.fr
    assert "250" in row.remark.fr
    assert "constaté" in row.remark.fr
    assert "Enquête" in row.source.fr
    assert "texts" in {issue.kind for issue in report.issues if issue.code == "A2.people"}


def test_a_value_from_a_text_cites_its_document_and_its_section():
    data = make.raw()
    said = {"period": 2026, "label": "declared", "statements": [{"value": 40, "citation": make.cited("40 personnes.")}]}
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["values"] = [said]
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    [row] = sheet(annual_report(held_strategy("essai"), year=2026, as_of=date(2026, 12, 31)), "A2").indicators
    assert row.source.fr == "Texte d'essai, Partie unique"


def test_a_platform_that_opened_later_says_since_when_it_sees():
    make.tiny()
    make.measurement(value=12, seen_since=date(2026, 9, 1))
    [row] = sheet(gathered()).indicators
    assert "1\xa0September 2026" in row.remark.en


def test_money_stands_by_fund_and_year_with_its_acts():
    make.tiny()
    common = {"fund": "region", "origin": "entered", "recorded_at": make.NOW, "recorded_by": "user:1"}
    for year, stage, amount in ((2025, "paid", 100), (2026, "committed", 900), (2026, "paid", 400)):
        BudgetLine.objects.create(node=make.node(), year=year, stage=stage, amount_eur=amount, **common)
    report = gathered()
    [whole, before, line] = sheet(report).money.lines
    assert (whole.year, whole.programmed_eur) == (None, 1_000_000)
    assert (before.paid_eur, line.committed_eur, line.paid_eur, line.voted_eur) == (100, 900, 400, None)
    assert report.money.curve
    assert any("payé" in act.says.fr for act in sheet(report).acts)


def test_decisions_and_values_of_the_year_are_acts_of_the_measure():
    make.tiny()
    person = accounts.person(Role.OFFICER)
    make.measurement(value=12)
    common = {"node": make.node(), "owner": "La Région", "recorded_by": person, "recorded_at": make.NOW}
    Decision.objects.create(text="Ouvrir un second appel.", decided_on=date(2026, 5, 4), is_public=True, **common)
    Decision.objects.create(text="Rester entre nous.", decided_on=date(2026, 5, 4), **common)
    Decision.objects.create(text="L'an dernier.", decided_on=date(2025, 5, 4), is_public=True, **common)
    said = [act.says.fr for act in sheet(gathered()).acts]
    assert "Ouvrir un second appel." in said
    assert any(text.startswith("Valeur : 12") for text in said)
    assert not {"Rester entre nous.", "L'an dernier."} & set(said)


def changed(value, reason):
    data = make.raw()
    measure = data["challenges"][0]["objectives"][0]["measures"][0]
    measure["title"] = make.text("Soutenir 80 entreprises", "Support 80 companies")
    measure["indicators"][0]["targets"][0]["statements"][0]["value"] = value
    measure["indicators"][0]["targets"][0]["reason"] = reason
    del data["challenges"][0]["objectives"][1]
    return data


def test_a_target_changed_in_the_year_is_told_with_its_reason_and_not_the_year_after():
    make.tiny(now=datetime(2026, 1, 5, tzinfo=UTC))
    make.load_strategy(
        data=changed(80, "Révision."), by="command:test", now=datetime(2026, 6, 1, tzinfo=UTC), reason="Mi-parcours"
    )
    found = gathered().changes
    [target] = [one for one in found if one.kind == "target"]
    assert (target.code, target.reason.fr) == ("A1.companies", "Révision.")
    assert "100" in target.before.fr
    assert "80" in target.after.fr
    assert {one.kind for one in found} == {"target", "definition", "state"}
    later = annual_report(held_strategy("essai"), year=2027, as_of=date(2027, 3, 1))
    assert later.changes == ()


def test_a_report_of_a_day_uses_the_file_of_that_day():
    make.tiny(now=datetime(2026, 1, 5, tzinfo=UTC))
    make.load_strategy(data=changed(80, "Révision."), by="command:test", now=datetime(2026, 6, 1, tzinfo=UTC))
    assert sheet(gathered(as_of=date(2026, 5, 1))).indicators[0].target == 100
    assert sheet(gathered()).indicators[0].target == 80


def test_a_contested_value_is_named_without_what_was_written():
    make.tiny()
    Dispute.objects.create(
        measurement=make.measurement(value=12),
        says="Je n'y crois pas.",
        raised_by=accounts.person(Role.OFFICER),
        raised_at=make.NOW,
    )
    [issue] = [one for one in gathered().issues if one.code == "A1.companies"]
    assert (issue.kind, "crois" in issue.says.fr) == ("disputed", False)


def test_an_old_value_is_stale_and_says_when_a_newer_one_was_due():
    make.tiny()
    make.measurement(value=12, as_of=date(2026, 3, 31))
    [row] = sheet(gathered()).indicators
    assert row.is_stale
    assert any(one.kind == "stale" and one.code == "A1.companies" for one in gathered().issues)


def test_common_indicators_say_whether_they_were_verified_and_what_has_none_says_so():
    data = make.raw()
    note = make.text("Lu dans une liste.", "Read in a list.")
    data["sheets"]["companies"]["eu_codes"] = [{"code": "RCO01", "verified": False, "note": note}]
    data["sheets"]["people"]["eu_note"] = make.text("Aucun code commun.", "No common code.")
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    rows = gathered().eu
    assert ("RCO01", False, "erdf") in {(row.code, row.verified, row.fund.value if row.fund else "") for row in rows}
    assert [row.note.fr for row in rows if not row.code] == ["Aucun code commun."]


def test_the_same_records_give_the_same_bytes_and_another_value_another_fingerprint():
    make.tiny()
    make.measurement(value=12)
    first, again = gathered(), gathered()
    assert first == again
    assert render_pdf(first) == render_pdf(again)
    make.measurement("A3.companies", 4)
    assert gathered().identity.data_hash != first.identity.data_hash


def test_a_demonstration_says_that_its_figures_are_invented():
    make.tiny()
    assert gathered(is_fictional=True).identity.is_fictional
    assert not gathered().identity.is_fictional


@pytest.mark.parametrize("count", [1, 3])
def test_gathering_costs_the_same_queries_whatever_the_number_of_values(count, django_assert_max_num_queries):
    make.tiny()
    for number in range(count):
        make.measurement(value=10 + number, as_of=date(2026, 6, 1 + number))
    with django_assert_max_num_queries(45):
        gathered()


# -- years -------------------------------------------------------------------------------------------------------------
def test_there_is_a_report_for_each_year_since_the_beginning():
    make.tiny(period={"from": "2024-01-01", "to": "2031-01-01"})
    held = held_strategy("essai")
    assert years(held, today=DAY) == [2026, 2025, 2024]
    assert (day_of(held, 2025, today=DAY), day_of(held, 2026, today=DAY)) == (date(2025, 12, 31), DAY)
    with pytest.raises(BadInput, match="2024 à 2026"):
        day_of(held, 2031, today=DAY)


def test_a_strategy_known_from_texts_only_has_no_report_after_its_end():
    data = make.raw(period={"from": "2013-01-01", "to": "2018-01-01"})
    for objective in data["challenges"][0]["objectives"]:
        objective.pop("indicators", None)
        for measure in objective["measures"]:
            measure.pop("indicators")
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    assert years(held_strategy("essai"), today=DAY)[0] == 2017


def test_a_strategy_that_has_not_begun_has_no_report_yet(client, kept):
    make.tiny(period={"from": "2030-01-01", "to": "2035-01-01"}, slug="demain", is_current=False)
    assert years(held_strategy("demain"), today=DAY) == []
    with pytest.raises(BadInput, match="pas commencé"):
        day_of(held_strategy("demain"), 2030, today=DAY)
    for name, args in (("latest_report", ["demain"]), ("report", ["demain", 2026])):
        assert client.get(reverse(f"strategy:{name}", args=args)).status_code == 404


# -- files -------------------------------------------------------------------------------------------------------------
def test_a_file_is_drawn_once_and_a_new_one_takes_its_place(tmp_path, monkeypatch):
    make.tiny()
    first = file_report(report=gathered(), kind="zip", lang="fr", folder=tmp_path / "reports")
    monkeypatch.setattr(filing, "render_package", lambda report: pytest.fail("drawn twice"))
    assert file_report(report=gathered(), kind="zip", lang="fr", folder=tmp_path / "reports") == first
    monkeypatch.undo()
    make.measurement(value=12)
    second = file_report(report=gathered(), kind="zip", lang="fr", folder=tmp_path / "reports")
    assert [path for path in second.parent.iterdir() if path.name[0] != "."] == [second]
    later = file_report(report=gathered(as_of=date(2026, 11, 28)), kind="zip", lang="fr", folder=tmp_path / "reports")
    assert ("-20261127-" in second.name, "-20261128-" in later.name) == (True, True)  # another day, another file
    with pytest.raises(ValueError, match="pdf or a zip"):
        file_report(report=gathered(), kind="odt", lang="fr", folder=tmp_path)


def test_a_failure_to_put_a_file_leaves_nothing_behind(tmp_path, monkeypatch):
    def broken(_source, _target):
        raise OSError("disk full")

    monkeypatch.setattr(filing.os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        filing.put(tmp_path / "r.pdf", b"x")
    assert list(tmp_path.iterdir()) == []


def run(*arguments):
    out = io.StringIO()
    call_command("annual_report", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_the_package_and_says_its_day(tmp_path):
    make.tiny()
    make.measurement(value=12, as_of=date(2026, 6, 30))
    told = run("--year", "2026", "--out", str(tmp_path / "r.zip"))
    assert "situation au " in told
    with zipfile.ZipFile(tmp_path / "r.zip") as package:
        report = json.loads(package.read("report.json"))
    assert report["slug"] == "essai"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--year", "2026", "--out", "r.odt"], ".pdf"),
        (["--year", "1999", "--out", "r.pdf"], "1999"),
        (["--year", "2026", "--out", "/nowhere/r.zip"], "écrit"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, says):
    make.tiny()
    with pytest.raises(BadInput, match=says):
        run(*arguments)


# -- pages -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def kept(settings, tmp_path, monkeypatch):
    """A strategy with a value, seen on a given day, and files of its own."""
    settings.MEDIA_ROOT = tmp_path
    views._kept.cache_clear()
    monkeypatch.setattr(views.timezone, "localdate", lambda: DAY)
    make.tiny()
    make.measurement(value=12, as_of=date(2026, 6, 30))
    make.measurement(value=15)


@pytest.mark.parametrize(("language", "words"), [("fr", "Aucune évaluation publiée"), ("en", "No evaluation has been published")])
def test_the_page_tells_the_report_in_both_languages(client, kept, language, words):
    page = client.get(reverse("strategy:report", args=["essai", 2026]), headers={"accept-language": language})
    assert words in page.content.decode()
    assert page["Content-Language"] == language


def test_the_page_of_a_locked_year_says_since_when_it_stands_still_and_so_do_the_pages_of_its_days(client, kept):
    """The running year says nothing: its values still move."""
    strategy = make.tiny(period={"from": "2025-01-01", "to": "2031-01-01"})
    year = {"start": date(2025, 1, 1), "end": date(2026, 1, 1)}
    lock_period(strategy=strategy, **year, reason="Clôture", by=accounts.person(Role.OFFICER), now=make.NOW)
    said = "Période verrouillée le"
    addresses = [
        reverse("strategy:report", args=["essai", 2025]),
        reverse("strategy:strategy", args=["essai"]) + "?au=2025-12-31",
    ]
    assert [said in client.get(address).content.decode() for address in addresses] == [True, True]
    open_days = [
        reverse("strategy:report", args=["essai", 2026]),
        reverse("strategy:strategy", args=["essai"]) + "?au=2026-01-01",
    ]
    assert [said in client.get(address).content.decode() for address in open_days] == [False, False]


def test_the_latest_report_is_one_address(client, kept):
    answer = client.get(reverse("strategy:latest_report", args=["essai"]))
    assert answer["Location"] == reverse("strategy:report", args=["essai", 2026])


def test_a_drawing_of_the_page_is_the_one_of_the_pdf(client, kept):
    address = reverse("strategy:report_chart", args=["essai", 2026, "A1.companies"])
    assert "vega-lite" in client.get(address).json()["$schema"]
    assert client.get(reverse("strategy:report_chart", args=["essai", 2026, "rien"])).status_code == 404


def test_the_files_come_down_with_their_type(client, kept):
    pdf = client.get(reverse("strategy:report_file", args=["essai", 2026, "pdf"]))
    assert pdf["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"
    package = client.get(reverse("strategy:report_file", args=["essai", 2026, "zip"]))
    assert "rapport-essai-2026.zip" in package["Content-Disposition"]
    package.close()
    assert client.get(reverse("strategy:report_file", args=["essai", 2026, "odt"])).status_code == 404


def test_a_year_without_report_is_not_found(client, kept):
    assert client.get(reverse("strategy:report", args=["essai", 1999])).status_code == 404
    assert client.get(reverse("strategy:report", args=["rien", 2026])).status_code == 404


def test_the_page_follows_the_operations(client, kept):
    address = reverse("strategy:report_file", args=["essai", 2026, "zip"])
    before = b"".join(client.get(address).streaming_content)
    make.measurement(value=18, replaces=Measurement.objects.latest("pk"), reason="Une convention de plus.")
    assert b"".join(client.get(address).streaming_content) != before


def test_what_was_measured_stays_written():
    make.tiny()
    with pytest.raises(Refused):
        make.measurement(value=12).delete()
