"""`ensembleur timetable`, `timetable_check` and `timetable_repair`: their stable contract, their text, their exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from ensembleur import cli
from ensembleur.errors import BadInput
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.formats import shape
from ensembleur.meetings.engine.formats.plan_json import read_plan, write_plan
from ensembleur.meetings.engine.formats.problem_json import read_problem, write_problem
from ensembleur.meetings.engine.plan import Plan, Progress, Score, Unplaced, WhyNot
from ensembleur.meetings.management.commands import _files
from tests.meetings.engine.problems import plan_of, problem_of

KEYS = [
    "placed",
    "unplaced",
    "breaks",
    "idle_slots",
    "max_breaks",
    "bound",
    "optimal",
    "seconds",
    "first_valid_seconds",
    "faults",
]
PROBLEM = problem_of("ab ac bc", slots=4, tables=1)
BEST = plan_of(PROBLEM, {"ab": 0, "ac": 1, "bc": 2})


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "problem.json").write_text(write_problem(PROBLEM), encoding="utf-8")
    (tmp_path / "plan.json").write_text(write_plan(BEST), encoding="utf-8")
    return tmp_path


@pytest.fixture
def solver(monkeypatch):
    """Another solver than ours, which answers at once what the test wants."""

    def put(made):
        solving = types.ModuleType("ensembleur.meetings.engine.solving")
        solving.solve = made if callable(made) else lambda problem, **asked: made
        monkeypatch.setitem(sys.modules, "ensembleur.meetings.engine.solving", solving)

    return put


def run(name: str, *args: object, **options) -> str:
    out = io.StringIO()
    call_command(name, *map(str, args), stdout=out, **options)
    return out.getvalue()


# -- timetable -----------------------------------------------------------------------------------------------------------


def test_the_timetable_of_a_file_is_made_and_told_by_the_contract(folder):
    out = folder / "made.json"
    said = json.loads(run("timetable", folder / "problem.json", "--seconds", "0.2", "--seed", "3", "--out", out, "--json"))
    assert list(said) == KEYS
    assert (said["placed"], said["unplaced"], said["faults"]) == (3, [], [])
    plan = read_plan(out.read_text(encoding="utf-8"))
    assert faults(PROBLEM, plan) == []
    assert (plan.score.placed, len(plan.places), plan.seed) == (3, 3, 3)


@pytest.mark.real_data
def test_a_published_instance_is_solved_from_its_file(real_data):
    said = json.loads(run("timetable", real_data / "meetings" / "tic-12.original.dzn", "--seconds", "1", "--json"))
    assert (said["placed"], said["unplaced"], said["faults"]) == (125, [], [])


def test_the_options_reach_the_solver(folder, solver):
    asked = {}
    solver(lambda problem, **options: asked.update(options) or BEST)
    run("timetable", folder / "problem.json", "--seconds", "7", "--seed", "3", "--exact", "--json")
    assert (asked["seconds"], asked["seed"], asked["exact"]) == (7.0, 3, True)


def test_what_has_no_slot_is_told_with_its_reason_and_is_no_fault(folder, solver):
    plan = plan_of(PROBLEM, {"ab": 0, "ac": 2})
    solver(replace(plan, unplaced=(Unplaced("bc", WhyNot.NO_TABLE, ("b", "c", "a", "z\x1b[2J")),), bound=1, seconds=2.04))
    told = run("timetable", folder / "problem.json")
    assert told.splitlines() == [
        "2 rencontres placées · 1 sans créneau · 2,0 s",
        "1 pause · 1 créneau creux · au plus 1 pause par personne · 0 changement de table",
        "Prouvé : aucun planning de ces rencontres n'a moins de 1 pause.",
        "Sans créneau :",
        "  bc : plus de table aux créneaux possibles (b, c, a…)",
        "Aucune faute.",
    ]


def test_a_proved_timetable_says_so(folder, solver):
    solver(replace(BEST, bound=1, optimal=True))
    assert "Prouvé : aucun planning de ces rencontres n'a moins de pauses." in run("timetable", folder / "problem.json")


def test_a_timetable_with_faults_is_told_and_leaves_with_1(folder, solver, capsys):
    solver(plan_of(PROBLEM, {"ab": 0, "ac": 0, "bc": 1}))
    with pytest.raises(CommandError) as caught:
        run("timetable", folder / "problem.json")
    assert caught.value.returncode == 1
    assert cli.main(["timetable", str(folder / "problem.json"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["faults"]
    assert {"code", "says", "meetings", "participants"} == set(found[0])
    assert "person_twice" in {one["code"] for one in found}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_prints_the_best_timetable_until_then(folder, solver, number):
    def slow(problem, *, watch, **asked):
        assert watch(Progress(0.1, Score()))
        os.kill(os.getpid(), number)
        assert not watch(Progress(0.2, BEST.score, "improving"))
        return BEST

    before = signal.getsignal(number)
    solver(slow)
    assert json.loads(run("timetable", folder / "problem.json", "--json"))["placed"] == 3
    assert signal.getsignal(number) is before


def test_a_second_interruption_does_not_wait(folder, solver):
    def deaf(problem, **asked):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("it waited")

    solver(deaf)
    with pytest.raises(KeyboardInterrupt):
        run("timetable", folder / "problem.json")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nothing.json"], "le fichier ne se lit pas"),
        (["problem.xml"], "donnez un fichier .json ou .dzn"),
        (["latin.json"], "le fichier n'est pas du texte UTF-8"),
        (["empty.dzn"], "Il manque « nBusiness »"),
        (["problem.json", "--seconds", "0"], "--seconds 0.0 : donnez une durée"),
        (["problem.json", "--seconds", "nan"], "--seconds nan : donnez une durée"),
        (["problem.json", "--seed", "-1"], "--seed -1 : donnez un nombre"),
        (["problem.json", "--out", "no/where.json"], "donnez un fichier dans un dossier qui existe"),
        (["problem.json", "--out", "."], "donnez un fichier dans un dossier qui existe"),
    ],
)
def test_bad_input_gives_one_sentence_and_leaves_with_2(folder, monkeypatch, capsys, args, sentence):
    (folder / "problem.xml").write_text("")
    (folder / "latin.json").write_bytes(b"\xe9")
    (folder / "empty.dzn").write_text("")
    monkeypatch.chdir(folder)
    assert cli.main(["timetable", *args]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_file_too_big_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(_files, "MOST_BYTES", 10)
    with pytest.raises(BadInput, match="dépasse"):
        run("timetable", folder / "problem.json")


def test_a_plan_that_cannot_be_written_gives_one_sentence(folder, solver, monkeypatch):
    solver(BEST)
    monkeypatch.setattr(Path, "write_text", lambda *args, **kept: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(BadInput, match=r"le planning ne s'écrit pas \(No space left\)"):
        run("timetable", folder / "problem.json", "--out", folder / "made.json")


# -- timetable_check -----------------------------------------------------------------------------------------------------


def test_a_plan_without_fault_is_told_so(folder):
    assert json.loads(run("timetable_check", folder / "problem.json", folder / "plan.json", "--json")) == {"faults": []}
    assert run("timetable_check", folder / "problem.json", folder / "plan.json").startswith(
        "Aucune faute.\nAnnoncé : 3 rencontres"
    )


def test_the_faults_of_a_plan_are_told_and_it_leaves_with_1(folder, capsys):
    (folder / "plan.json").write_text(write_plan(replace(BEST, slots={})), encoding="utf-8")
    files = [str(folder / "problem.json"), str(folder / "plan.json")]
    assert cli.main(["timetable_check", *files]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "9 fautes :"
    assert "  [missing] La rencontre « ab » n'est ni placée ni dite sans créneau." in told
    assert cli.main(["timetable_check", *files, "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 9


def test_a_long_list_is_cut_and_its_names_cannot_drive_the_terminal():
    lines = _files.listed([f"{n}\x1b[2J" for n in range(25)])
    assert len(lines) == 21
    assert lines[0] == "  0�[2J"
    assert lines[-1] == "  … et 5 de plus"


def test_the_pauses_nothing_can_spare_are_told():
    assert _files.score_line(Score(breaks=3, unwanted_breaks=1)).startswith("3 pauses dont 2 voulues ou inévitables · ")


# -- timetable_repair ----------------------------------------------------------------------------------------------------


def changes(folder: Path, *rows: dict) -> Path:
    file = folder / "changes.json"
    file.write_text(json.dumps({"changes": rows}), encoding="utf-8")
    return file


def test_a_late_absence_gives_a_diff_and_a_new_plan(folder):
    file = changes(folder, {"kind": "late", "participant": "a", "until": 1})
    args = ("timetable_repair", folder / "problem.json", folder / "plan.json", file)
    said = json.loads(run(*args, "--out", folder / "next.json", "--json"))
    assert list(said) == ["lines", "notified", "rescued", "dropped", "before", "after", "faults"]
    assert (said["rescued"], said["dropped"], said["faults"]) == (["ab"], [], [])
    line = next(one for one in said["lines"] if one["meeting"] == "ab")
    assert (line["before"], line["why"], line["who"]) == (0, "absent", ["a"])
    plan = read_plan((folder / "next.json").read_text(encoding="utf-8"))
    assert plan.slots["ab"] == line["after"] > 0
    told = run(*args)
    assert re.search(r"ab : créneau 0 → créneau \d \(absence, a\)", told)
    assert told.splitlines()[-1] == "Aucune faute."


def test_every_reason_of_a_repair_has_its_word():
    from ensembleur.meetings.engine.repairing import Why
    from ensembleur.meetings.management.commands.timetable_repair import WHY

    assert set(WHY) == set(Why)


def test_every_reason_of_a_meeting_without_slot_has_its_word():
    from ensembleur.meetings.management.commands.timetable import WHY

    assert set(WHY) == set(WhyNot)


def test_a_meeting_that_is_dropped_has_no_slot_in_the_diff(folder):
    file = changes(folder, {"kind": "cancelled", "meeting": "ab"})
    assert "ab : créneau 0 → sans créneau (annulée)" in run(
        "timetable_repair", folder / "problem.json", folder / "plan.json", file
    )


def test_a_change_that_hurts_nobody_changes_nothing(folder):
    file = changes(folder, {"kind": "away", "participant": "a", "slots": [3]})
    told = run("timetable_repair", folder / "problem.json", folder / "plan.json", file)
    assert told == "Rien ne change.\nAucune faute.\n"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["problem.json", "plan.json", "bad.json"], "changes[0].kind : choisissez parmi late"),
        (["problem.json", "plan.json", "changes.json", "--now-slot", "4"], "--now-slot 4 : les créneaux vont de 0 à 3."),
        (["problem.json", "other.json", "changes.json"], "Ce planning n'est pas de ce problème. La rencontre « xy » n'est pas"),
    ],
)
def test_a_repair_of_bad_input_gives_one_sentence(folder, monkeypatch, capsys, args, sentence):
    changes(folder, {"kind": "late", "participant": "a", "until": 1})
    (folder / "bad.json").write_text('{"changes": [{"kind": "storm"}]}')
    (folder / "other.json").write_text(write_plan(Plan({"xy": 0})))
    monkeypatch.chdir(folder)
    assert cli.main(["timetable_repair", *args]) == 2
    assert sentence in capsys.readouterr().err


def test_a_repair_that_leaves_a_fault_leaves_with_1(folder, monkeypatch, capsys):
    from ensembleur.meetings.engine import repairing

    spoilt = replace(BEST, score=Score())
    monkeypatch.setattr(repairing, "repair", lambda *args, **kept: repairing.Proposal(spoilt, (), (), Score(), Score(), (), ()))
    file = changes(folder, {"kind": "away", "participant": "a", "slots": [3]})
    assert cli.main(["timetable_repair", str(folder / "problem.json"), str(folder / "plan.json"), str(file)]) == 1
    assert "[score]" in capsys.readouterr().out


# -- the page that documents them ----------------------------------------------------------------------------------------


def test_the_example_of_the_documentation_is_read_and_its_rules_are_all_those_of_the_checker():
    from ensembleur.meetings.engine.checking import FaultCode

    page = (Path(__file__).parents[2] / "docs" / "timetable-format.md").read_text(encoding="utf-8")
    example = read_problem(re.search(r"```json\n(.*?)```", page, re.DOTALL).group(1))
    assert (example.slot_count, len(example.meetings)) == (4, 2)
    rules = page.split("## What the checker looks at")[1]
    assert set(re.findall(r"`([a-z_]+)`", rules)) - {"code"} == set(FaultCode)


def test_the_schemas_travel_with_the_package():
    for name in ("problem", "plan", "changes"):
        assert isinstance(shape._validator(name), Draft202012Validator)
