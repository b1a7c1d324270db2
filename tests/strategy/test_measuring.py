"""Taking measurements: adding, finding the same again, explaining what differs, never moving what is locked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.models import Journey
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine import registry
from ensembleur.strategy.models import Measurement, PeriodLock, Strategy
from tests.factories import accounts, journeys
from tests.factories import strategy as make
from tests.factories.measuring import BY, D1, D2, agreed, at, changed, kinds, lines, lock, measure, standing
from tests.factories.strategy import NOW, SLUG, TODAY, tiny

pytestmark = pytest.mark.django_db


# -- once, and again ---------------------------------------------------------------------------------------------------
def test_a_first_taking_adds_a_line_an_indicator_and_says_what_nothing_measures():
    tiny()
    agreed()
    taken = measure()
    assert kinds(taken) == {
        "A1.companies": "added",
        "A2.people": "not_measured",
        "A3.companies": "added",
        "O1.companies": "added",
    }
    assert lines(taken)["A2.people"].says == "Il faudrait : les entrées en formation, que les centres rapportent."
    held = standing()
    assert (held.value, held.units, held.period_start, held.period_end) == (1, 1, date(2026, 1, 1), D1 + timedelta(days=1))
    assert (held.label, held.query, held.taken_by, held.taken_at) == ("agreed", "companies_supported v1", BY, NOW)
    assert held.breakdown["departement"] == {"95": ["1", 1, "1"]}
    act = Act.objects.get(verb="take_measurements")
    assert (act.thing, act.after["added"], act.after["as_of"]) == ("strategy.strategy:all", 3, "2026-06-01")


def test_the_same_operations_give_the_same_value_and_write_nothing():
    tiny()
    agreed()
    measure()
    again = measure(now=NOW + timedelta(days=3))
    assert again.counts() == {"added": 0, "same": 3, "differs": 0, "held": 0, "not_measured": 1}
    assert Measurement.objects.filter(origin=Origin.COMPUTED).count() == 3
    assert Act.objects.filter(verb="take_measurements").count() == 1


def test_a_trial_writes_nothing():
    tiny()
    agreed()
    taken = measure(dry_run=True)
    assert (taken.dry_run, taken.counts()["added"]) == (True, 3)
    assert not Measurement.objects.filter(origin=Origin.COMPUTED).exists()
    assert not Act.objects.filter(verb="take_measurements").exists()


def test_what_a_past_day_counts_changes_with_a_reason_when_its_operations_do():
    tiny()
    agreed()
    measure()
    agreed(on=D1 - timedelta(days=3))
    line = lines(measure())["A1.companies"]
    assert (line.what, line.before, line.value) == ("differs", 1, 2)
    held = standing()
    assert (held.value, held.replaces.value) == (2, 1)
    assert held.reason == line.says == (
        "Des opérations datées du 01/06/2026 ou d'avant ont été enregistrées ou corrigées depuis : "
        "1 (1 unité), puis 2 (2 unités)."
    )  # fmt: skip
    assert Measurement.objects.get(pk=held.replaces_id).value == 1


def test_a_value_whose_label_changes_has_a_new_line():
    tiny()
    agreed()
    measure()
    data = make.raw()
    data["sheets"]["companies"]["label"] = "observed"
    make.load_strategy(data=data, by=BY, now=NOW)
    found = lines(measure())
    assert {found[code].what for code in ("A1.companies", "A3.companies", "O1.companies")} == {"differs"}
    assert (standing().label, standing().replaces.label) == ("observed", "agreed")
    assert "étiquette" in standing().reason


def test_a_measurement_whose_sheet_counts_something_else_says_so():
    tiny()
    agreed(scheme="one")
    measure()
    tiny(**changed(parameters={"schemes": ["two"]}))
    assert lines(measure())["A1.companies"].says.startswith("La fiche de l'indicateur compte autre chose")


# -- locks, corrections, what is gone ----------------------------------------------------------------------------------
def test_nothing_new_enters_a_locked_period_until_it_is_lifted():
    held = lock(tiny())
    agreed()
    taken = measure()
    assert set(kinds(taken).values()) == {"held", "not_measured"}
    assert lines(taken)["A1.companies"].says == "La période est verrouillée : rien n'y entre plus."
    assert kinds(measure(as_of=date(2026, 7, 1)))["A1.companies"] == "added"
    PeriodLock.objects.filter(pk=held.pk).update(lifted_at=NOW, lifted_by=accounts.user(), lift_reason="Erreur")
    assert kinds(measure())["A1.companies"] == "added"


def test_a_value_that_people_corrected_is_not_replaced():
    tiny()
    agreed()
    measure()
    corrected = make.measurement(value=5, as_of=D1, origin=Origin.REPORTED, replaces=standing(), reason="Erreur de saisie")
    assert kinds(measure())["A1.companies"] == "same"
    agreed()
    line = lines(measure())["A1.companies"]
    assert line.what == "held"
    assert line.says.endswith("Une valeur corrigée et validée tient ce jour-là : elle reste.")
    assert not hasattr(Measurement.objects.get(pk=corrected.pk), "replaced_by")


def test_a_value_taken_in_time_stays_when_its_source_no_longer_knows(monkeypatch):
    seen = {"value": Decimal(4), "is_gone": False, "why": ""}
    monkeypatch.setitem(
        registry._known,
        "companies_supported",
        registry.Measure("companies_supported", 1, lambda reading, given: registry.Measured(**seen)),
    )
    tiny()
    measure()
    seen.update(value=None, is_gone=True, why="Le répertoire ne dit rien de ce jour.")
    line = lines(measure())["A1.companies"]
    assert (line.what, line.value, standing().value) == ("held", None, 4)
    assert line.says == "Le répertoire ne dit rien de ce jour. La valeur prise le 27/11/2026 reste."
    fresh = lines(measure(as_of=D2))["A1.companies"]
    assert (fresh.what, fresh.says) == ("not_measured", "Le répertoire ne dit rien de ce jour.")


def test_what_cannot_be_known_is_written_with_why_and_without_a_value():
    tiny()
    line = lines(measure())["O1.companies"]
    assert (line.what, line.value, line.overlap) == ("added", None, None)
    assert standing().why == {
        "fr": "La plateforme ne tenait encore aucune opération ce jour-là.",
        "en": "The platform held no operation yet on that day.",
    }


# -- days and periods --------------------------------------------------------------------------------------------------
def test_a_day_to_come_is_refused():
    tiny()
    with pytest.raises(Refused, match="à venir"):
        measure(as_of=TODAY + timedelta(days=1))


def test_a_strategy_is_not_measured_before_it_begins():
    tiny()
    assert measure(as_of=date(2025, 12, 31)).lines == []
    with pytest.raises(Refused, match="commence le 01/01/2026"):
        measure(as_of=date(2025, 12, 31), slug=SLUG)


def test_a_strategy_that_is_over_goes_on_being_measured():
    tiny()
    Strategy.objects.update(period_end=date(2026, 3, 1))
    agreed()
    assert lines(measure())["A1.companies"].value == 1


def test_a_flow_counts_its_own_year():
    tiny(period={"from": "2025-01-01", "to": "2031-01-01"}, **changed(over_time="flow"))
    agreed()
    path = journeys.journey(opened_at=at(date(2025, 2, 1)))
    past = {"filed_at": at(date(2025, 3, 1)), "decided_on": date(2025, 3, 1), "agreed_on": date(2025, 3, 1)}
    journeys.application(path, "agreed", **past)
    found = lines(measure())
    assert (found["A1.companies"].value, found["A3.companies"].value) == (1, 2)
    assert standing().period_start == date(2026, 1, 1)
    assert standing("O1.companies").period_start == date(2025, 1, 1)
    assert found["O1.companies"].value == 2  # a part that starts again every year keeps its companies in the whole
    assert lines(measure(as_of=date(2025, 12, 31)))["A1.companies"].value == 1


def test_an_indicator_counts_from_its_earliest_target():
    target = {"due": "2030-12-31", "start": "2026-05-01", "statements": [{"value": 9, "citation": make.cited("Neuf.")}]}
    tiny(**changed(targets=[target]))
    agreed(on=date(2026, 4, 30))
    assert lines(measure())["A1.companies"].value == 0
    early = lines(measure(as_of=date(2026, 4, 1)))
    assert (early["A1.companies"].what, early["A1.companies"].says) == ("not_measured", "Compté à partir du 01/05/2026.")
    assert early["O1.companies"].says == ""


def test_the_day_the_platform_opened_is_said_only_when_it_opened_after_the_period_began():
    tiny()
    agreed()
    measure()
    assert standing().seen_since == date(2026, 1, 5)
    journeys.journey(opened_at=at(date(2025, 12, 1)))
    measure(as_of=D2)
    assert standing(as_of=D2).seen_since is None


# -- sheets that cannot be measured ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        ({"measured_by": "absent"}, "La mesure « absent » n'existe pas dans cette installation."),
        ({"parameters": {"scheme": "one"}}, "« companies_supported » ne connaît pas « scheme » ; ses paramètres : "),
    ],
)
def test_a_sheet_that_cannot_be_measured_says_why_and_stops_no_other(sheet, says):
    tiny(**changed(**sheet))
    agreed()
    found = lines(measure())
    assert found["A1.companies"].what == "not_measured"
    assert found["A1.companies"].says.startswith(says)
    assert found["A3.companies"].what == "added"


def test_what_only_a_text_says_is_not_measured():
    data = make.raw()
    people = data["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]
    said = [{"value": 9, "citation": make.cited("Neuf personnes.")}]
    written = {
        "period": {"from": "2026-01-01", "to": "2026-03-01"},
        "as_of": "2026-02-28",
        "label": "declared",
        "statements": said,
    }
    people["values"] = [written]
    del data["sheets"]["people"]["needs"]
    tiny(challenges=data["challenges"], sheets=data["sheets"])
    assert lines(measure())["A2.people"].says == "Rien ne le mesure."


def test_indicators_no_longer_followed_are_left_alone():
    tiny(**changed("A3.companies", state="suspended", state_reason=make.text("plus suivi")))
    agreed()
    found = kinds(measure())
    assert "A3.companies" not in found
    assert found["O1.companies"] == "not_measured"


def test_two_unions_that_unite_each_other_are_not_measured():
    data = make.raw()
    objective = data["challenges"][0]["objectives"][0]["indicators"]
    objective.append({**objective[0], "code": "O1.again", "union_of": ["O1.companies"]})
    objective[0]["union_of"] = ["O1.again"]
    tiny(challenges=data["challenges"])
    found = lines(measure())
    assert {found[code].what for code in ("O1.companies", "O1.again")} == {"not_measured"}
    assert found["O1.companies"].says == "Une de ses parties n'est pas suivie : O1.again."


def test_a_strategy_counts_its_own_region_only():
    tiny(region="84")
    agreed()
    assert lines(measure())["A1.companies"].value is None
    Journey.objects.update(region="84")
    assert lines(measure(as_of=D2))["A1.companies"].value == 1


def test_an_objective_unites_objectives():
    data = make.raw()
    above = {
        **data["challenges"][0]["objectives"][0]["indicators"][0],
        "code": "E1.companies",
        "union_of": ["O1.companies", "A1.companies"],
    }
    data["challenges"][0]["indicators"] = [above]
    tiny(challenges=data["challenges"])
    agreed()
    found = lines(measure())["E1.companies"]
    assert (found.what, found.value, found.overlap) == ("added", 1, 1)


# -- who, and how much -------------------------------------------------------------------------------------------------
def test_an_officer_measures_and_a_director_does_not():
    tiny()
    officer = accounts.person(Role.OFFICER, "11")
    measure(by=officer, slug=SLUG)
    assert standing().taken_by == f"user:{officer.pk}"
    assert Act.objects.get(verb="take_measurements").thing == "strategy.strategy:essai"
    with pytest.raises(NotAllowed):
        measure(by=journeys.director())


def test_a_strategy_that_is_not_loaded_is_named_beside_those_that_are():
    with pytest.raises(BadInput, match="celles qui le sont : aucune"):
        measure(slug="absente")
    tiny()
    with pytest.raises(BadInput, match="celles qui le sont : essai"):
        measure(slug="absente")


def test_progress_is_told_after_each_indicator():
    tiny()
    told = []
    measure(on_done=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_taking_costs_as_many_queries_whatever_the_files(count):
    tiny()
    for _ in range(count):
        agreed()
    measure(dry_run=True)  # what is kept in memory is read
    with CaptureQueriesContext(connection) as first:
        measure()
    with CaptureQueriesContext(connection) as second:
        measure()
    assert (len(first), len(second)) == (23, 17)
