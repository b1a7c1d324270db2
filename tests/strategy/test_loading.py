"""Loading a strategy: versions are kept, targets move with a reason, nothing is deleted."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from ensembleur.accounts.choices import Role
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.strategy.models import BudgetLine, Indicator, Measurement, Node, PeriodLock, Strategy, StrategyVersion
from ensembleur.strategy.queries.content import current_strategy, held_strategies, held_strategy, part_of, sheet_of
from ensembleur.strategy.services.loading import load_strategy
from tests.factories import accounts
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db


def load(data, **more):
    return load_strategy(data=data, by="command:test", now=make.NOW, **more)


def test_a_first_load_keeps_the_file_and_makes_its_parts():
    loaded = load(make.raw())
    assert (loaded.slug, loaded.number, loaded.is_new) == ("essai", 1, True)
    assert list(Node.objects.values_list("code", flat=True)) == ["S", "E1", "O1", "A1", "A3", "O2", "A2"]
    assert Indicator.objects.count() == 4
    [line] = BudgetLine.objects.standing()
    assert (line.amount_eur, line.origin, line.source["statements"][0]["sentence"]) == (
        1_000_000,
        "text",
        "Un budget de 1000000 €.",
    )
    held = held_strategy("essai")
    assert held.is_followed
    assert held.content.title.en == "Trial strategy"
    assert current_strategy().row.pk == "essai"


def test_the_same_file_again_changes_nothing():
    load(make.raw())
    again = load(make.raw())
    assert (again.number, again.is_new, StrategyVersion.objects.count()) == (1, False, 1)


def test_a_rehearsal_says_the_difference_and_changes_nothing():
    load(make.raw())
    found = load(make.raw(title=make.text("Autre titre", "Other title")), dry_run=True)
    assert found.changes
    assert StrategyVersion.objects.count() == 1


def test_a_target_that_moves_without_a_reason_is_refused():
    load(make.raw())
    data = make.raw()
    target = data["challenges"][0]["objectives"][0]["measures"][0]["indicators"][0]["targets"][0]
    target["statements"][0]["value"] = 80
    with pytest.raises(BadInput, match="A1"):
        load(data)
    target["reason"] = "Révision à mi-parcours."
    assert load(data).number == 2
    assert sheet_of(make.indicator()).targets[0].value == 80


def test_a_part_that_leaves_the_file_is_retired_and_still_readable():
    load(make.raw())
    data = make.raw()
    del data["challenges"][0]["objectives"][1]
    load(data)
    gone, indicator = make.node("A2"), make.indicator("A2.people")
    assert gone.retired_at
    assert indicator.retired_at
    assert part_of(gone).title.fr == "Former des demandeurs d'emploi"
    assert sheet_of(indicator).targets[0].value == 1000
    load(make.raw())
    assert make.node("A2").retired_at is None


def value(amount, sentence):
    return {"period": 2025, "label": "declared", "statements": [{"value": amount, "citation": make.cited(sentence)}]}


def with_values(*values):
    data = make.raw()
    data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]["values"] = list(values)
    return data


def test_what_a_text_states_is_a_measurement_with_its_sentence():
    load(with_values(value(300, "En 2025, 300 personnes ont été formées.")))
    kept = Measurement.objects.get()
    assert (kept.value, kept.origin, kept.label, kept.as_of) == (300, "text", "declared", date(2025, 12, 31))
    assert kept.source["statements"][0]["sentence"] == "En 2025, 300 personnes ont été formées."


def test_a_text_read_otherwise_replaces_the_former_value_and_says_why():
    load(with_values(value(300, "300 personnes.")))
    load(with_values(value(310, "310 personnes.")), reason="Coquille corrigée.")
    assert load(with_values(value(310, "310 personnes."))).is_new is False
    [kept] = Measurement.objects.standing()
    assert (kept.value, kept.reason, kept.replaces.value) == (310, "Coquille corrigée.", 300)


def locked(start=date(2025, 1, 1), end=date(2026, 1, 1)):
    PeriodLock.objects.create(
        strategy_id="essai",
        period_start=start,
        period_end=end,
        reason="Clôture",
        locked_by=accounts.person(Role.OFFICER),
        locked_at=make.NOW,
    )


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_text_value_of_a_locked_day_is_neither_changed_nor_brought(dry_run):
    load(with_values(value(300, "300 personnes.")))
    locked()
    for changed in ([value(310, "310 personnes.")], [value(300, "300 personnes."), {**value(5, "5."), "label": "agreed"}]):
        with pytest.raises(Refused, match=r"A2\.people au 31.décembre.2025, que tient la période du 1er.janvier.2025") as stop:
            load(with_values(*changed), dry_run=dry_run)
        assert "verrouillée le 27" in stop.value.sentence
    assert (Measurement.objects.count(), StrategyVersion.objects.count()) == (1, 1)


def test_a_file_that_leaves_locked_values_as_they_are_is_loaded():
    load(with_values(value(300, "300 personnes.")))
    locked()
    data = with_values(value(300, "300 personnes."))
    data["title"] = make.text("Autre titre", "Other title")
    assert load(data).number == 2
    assert load(with_values(value(300, "300 personnes."), {**value(40, "40."), "period": 2026})).written.values == 1


def test_a_new_strategy_brings_its_texts_whatever_others_have_locked():
    load(make.raw())
    locked()
    data = with_values(value(300, "300 personnes."))
    data["slug"] = "suivante"
    assert load(data).written.values == 1


def test_a_text_value_that_people_corrected_is_not_written_again():
    load(with_values(value(300, "300 personnes.")))
    make.measurement("A2.people", 290, as_of=date(2025, 12, 31), period_start=date(2025, 1, 1), replaces=Measurement.objects.get(), reason="Compté à nouveau.",
        origin="reported", label="declared")  # fmt: skip
    locked()
    data = with_values(value(300, "300 personnes."))
    data["title"] = make.text("Autre titre", "Other title")
    assert load(data).written.values == 0
    assert Measurement.objects.standing().get().value == 290


def test_loading_waits_for_whoever_changes_the_values_of_this_strategy(monkeypatch):
    load(make.raw())
    held = []
    real = Strategy.objects.select_for_update
    monkeypatch.setattr(type(Strategy.objects), "select_for_update", lambda self, **more: held.append(self.model) or real(**more))
    load(make.raw(title=make.text("Autre titre", "Other title")))
    assert Strategy in held


def test_money_of_a_text_that_changes_is_taken_back_and_written_again():
    load(make.raw())
    data = make.raw()
    data["challenges"][0]["objectives"][0]["measures"][0]["budget"][0]["statements"][0] = {
        "value": 900000,
        "citation": make.cited("Un budget de 900000 €."),
    }
    loaded = load(data)
    assert (loaded.written.lines, loaded.written.taken_back) == (1, 1)
    assert BudgetLine.objects.count() == 2
    assert [line.amount_eur for line in BudgetLine.objects.standing()] == [Decimal(900_000)]


def test_a_region_has_one_current_strategy():
    load(make.raw())
    load(make.raw(slug="suivante"))
    assert list(Strategy.objects.filter(is_current=True).values_list("pk", flat=True)) == ["suivante"]
    assert [held.row.pk for held in held_strategies()] == ["suivante", "essai"]


def test_versions_and_measurements_are_never_rewritten():
    load(make.raw())
    version = StrategyVersion.objects.get()
    measured = make.measurement()
    for act in (version.save, version.delete, measured.save, measured.delete):
        with pytest.raises(Refused, match="ne se modifie pas"):
            act()
    for act in (lambda: Measurement.objects.all().update(value=1), lambda: Measurement.objects.all().delete()):
        with pytest.raises(Refused, match="ne se modifie pas"):
            act()
    with pytest.raises(Refused, match="ne se modifie pas"):
        Measurement.objects.bulk_update([measured], ["value"])


def test_an_administrator_of_the_region_may_load_and_an_officer_may_not():
    assert load_strategy(data=make.raw(), by=accounts.person(Role.ADMIN), now=make.NOW).number == 1
    with pytest.raises(NotAllowed):
        load_strategy(data=make.raw(), by=accounts.person(Role.OFFICER), now=make.NOW)


# -- commands ----------------------------------------------------------------------------------------------------------
def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def written(tmp_path, data):
    """The data as a file: JSON is YAML."""
    path = tmp_path / f"{data['slug']}.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    return str(path)


def test_the_command_rehearses_then_loads(tmp_path):
    path = written(tmp_path, make.raw())
    assert "à blanc, rien n'a été changé" in run("load_strategy", path, "--dry-run")
    assert "essai : version 1" in run("load_strategy", path)
    assert "rien n'a changé depuis la version 1" in run("load_strategy", path)


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="absent.yaml"):
        run("load_strategy", str(tmp_path / "absent.yaml"))


def test_the_strategy_command_gives_the_stable_form():
    make.tiny()
    make.measurement(value=12)
    answer = json.loads(run("strategy", "--as-of", "2026-11-27", "--code", "a1", "--json"))
    [measure] = answer["measures"]
    [one] = measure["indicators"]
    assert (measure["code"], one["value"], one["label"], one["target"]["value"]) == ("A1", 12.0, "agreed", 100.0)
    assert (one["as_of"], one["freshness"]) == ("2026-11-27", "fresh")


def test_a_value_of_one_or_two_companies_is_hidden():
    make.tiny()
    make.measurement(value=2)
    [measure] = json.loads(run("strategy", "--as-of", "2026-11-27", "--code", "A1", "--json"))["measures"]
    assert (measure["indicators"][0]["value"], measure["indicators"][0]["hidden"]) == (None, True)
    assert "A1.companies : s —" in run("strategy", "--as-of", "2026-11-27", "--code", "A1")


def test_what_nobody_measured_is_said_and_is_not_zero():
    make.tiny()
    told = run("strategy", "--as-of", "2026-11-27")
    assert "A2.people : non mesuré" in told
    make.measurement("A2.people", None, label="declared", origin="reported")
    assert "A2.people : inconnu" in run("strategy", "--as-of", "2026-11-27")


def test_a_day_sees_only_what_was_known_of_it():
    make.tiny()
    make.measurement(value=5, as_of=date(2026, 6, 30))
    make.measurement(value=12)
    [measure] = json.loads(run("strategy", "--as-of", "2026-07-01", "--code", "A1", "--json"))["measures"]
    assert measure["indicators"][0]["value"] == 5.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--as-of", "demain"], "n'est pas une date"), (["--code", "Z9"], "Z9"), (["--strategy", "rien"], "n'existe pas")],
)
def test_bad_input_gets_one_sentence(arguments, says):
    make.tiny()
    with pytest.raises(BadInput, match=says):
        run("strategy", *arguments)


def test_without_any_strategy_the_command_says_what_to_do():
    with pytest.raises(BadInput, match="load_strategy"):
        run("strategy")
