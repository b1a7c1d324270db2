"""The files of a timetable: what is written is read back, and what is malformed gives one sentence that says where."""

from __future__ import annotations

import copy
import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ensembleur.errors import BadInput
from ensembleur.meetings.engine import formats
from ensembleur.meetings.engine.changes import read_changes
from ensembleur.meetings.engine.formats import dzn, limits, shape
from ensembleur.meetings.engine.formats.dzn import read_dzn, write_dzn
from ensembleur.meetings.engine.formats.plan_json import plan_of, read_plan, write_plan
from ensembleur.meetings.engine.formats.problem_json import data_of, problem_of, read_problem, write_problem
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Problem, Rules
from tests.meetings.engine.problems import problems

FOLDER = Path(formats.__file__).parent
SCHEMAS = {path.name.split(".")[0]: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.schema.json")}
SMALL = {
    "slots": 4,
    "tables": 2,
    "places": [{"id": "T1"}, {"id": "T2", "open": [0, 1], "step_free": False}],
    "participants": [{"id": "a", "home": "T1", "host": True}, {"id": "b", "available": [1, 2]}, {"id": "c"}],
    "meetings": [{"id": "ab", "attendees": ["a", "b"], "locked": 1}, {"id": "cb", "attendees": ["c", "b"], "allowed": [2]}],
    "gaps": [{"first": "ab", "second": "cb"}],
    "sessions": [[0, 1], [2, 3]],
    "rules": {"fair_difference": None},
}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


# -- our JSON ------------------------------------------------------------------------------------------------------------


def test_the_schemas_are_schemas_and_their_bounds_are_those_of_the_code():
    assert set(SCHEMAS) == {"problem", "plan", "changes"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    properties = SCHEMAS["problem"]["properties"]
    assert properties["participants"]["maxItems"] == limits.MOST_PARTICIPANTS
    assert properties["meetings"]["maxItems"] == SCHEMAS["plan"]["properties"]["slots"]["maxProperties"] == limits.MOST_MEETINGS
    assert properties["tables"]["maximum"] == properties["places"]["maxItems"] == limits.MOST_TABLES
    assert SCHEMAS["plan"]["properties"]["unplaced"]["items"]["properties"]["why"]["enum"] == list(WhyNot)
    assert SCHEMAS["plan"]["properties"]["score"]["properties"].keys() == Score.__dataclass_fields__.keys()


@given(problems(names=NAMES))
@settings(max_examples=100, deadline=None)
def test_a_problem_written_is_read_back(problem):
    text = write_problem(problem)
    assume(not problem.places or all(one.home in ("", *(place.id for place in problem.places)) for one in problem.participants))
    assert read_problem(text) == problem
    assert not list(Draft202012Validator(SCHEMAS["problem"]).iter_errors(json.loads(text)))


COUNTS = st.integers(0, 10**6)


@given(
    st.builds(
        Plan,
        slots=st.dictionaries(NAMES.filter(bool), st.integers(0, 61), max_size=5),
        places=st.dictionaries(NAMES.filter(bool), NAMES.filter(bool), max_size=5),
        unplaced=st.lists(
            st.builds(Unplaced, NAMES.filter(bool), st.sampled_from(WhyNot), st.lists(NAMES.filter(bool), max_size=3).map(tuple)),
            max_size=3,
        ).map(tuple),
        score=st.builds(Score, *[COUNTS] * 7),
        bound=st.none() | COUNTS,
        optimal=st.booleans(),
        seconds=st.floats(0, 1e6),
        first_valid_seconds=st.none() | st.floats(0, 1e6),
        seed=st.integers(),
        engine=NAMES,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_plan_written_is_read_back(plan):
    assert read_plan(write_plan(plan)) == plan


def test_what_is_absent_has_its_default():
    problem = problem_of({"slots": 2, "tables": 3, "participants": [{"id": "a"}], "meetings": [{"id": "m", "attendees": ["a"]}]})
    assert problem == Problem(2, (Participant("a", 3),), (Meeting("m", ("a",), 3),), (3, 3))
    assert plan_of({"slots": {"m": 1.0}}) == Plan({"m": 1})
    assert problem_of({**SMALL, "tables": [1, 2, 3.0, 4]}).tables == (1, 2, 3, 4)
    without = problem_of({key: value for key, value in SMALL.items() if key != "tables"})
    assert without.tables == (0, 0, 0, 0)


def spoil(data, path: str, value: object) -> object:
    """The data with something else at "meetings.0.id"; `...` takes the key away."""
    data = copy.deepcopy(data)
    thing, steps = data, [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps[:-1]:
        thing = thing[step]
    if value is ...:
        del thing[steps[-1]]
    else:
        thing[steps[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("slots", ..., "le fichier : il manque la clé « slots »."),
        ("slots", "4", 'slots : "4" n\'est pas ce qui est attendu, écrivez un nombre entier.'),
        ("slots", True, "slots : true n'est pas ce qui est attendu, écrivez un nombre entier."),
        ("slots", 63, "slots : 63 est hors des bornes, écrivez au plus 62."),
        ("slots", 0, "slots : 0 est hors des bornes, écrivez au moins 1."),
        ("slotz", 4, "le fichier : la clé « slotz » est inconnue, vouliez-vous « slots » ?"),
        ("rules.zzz", 4, "rules : la clé « zzz » est inconnue, les clés admises sont fair_difference, most_breaks."),
        ("tables", [1], "tables : 1 nombres pour 4 créneaux."),
        ("participants.1.id", "", 'participants[1].id : "" est vide.'),
        ("participants.1.id", "a" * 101, "participants[1].id : ce texte dépasse 100 caractères."),
        ("participants.1.id", "a", "participants[1].id : « a » sert déjà dans « participants »."),
        ("participants.1.available", [9], "participants[1].available[0] : le créneau 9 n'existe pas, ils vont de 0 à 3."),
        ("participants.0.home", "T9", "participants[0].home : la place « T9 » n'est pas dans « places »."),
        ("participants.0.max_consecutive", 0, "participants[0].max_consecutive : 0 est hors des bornes, écrivez au moins 1."),
        ("meetings.1.id", "ab", "meetings[1].id : « ab » sert déjà dans « meetings »."),
        ("meetings.0.attendees", [], "meetings[0].attendees : [] est vide."),
        ("meetings.0.attendees", ["a", "z"], "meetings[0].attendees[1] : « z » n'est pas dans « participants »."),
        ("meetings.0.attendees", ["a", "a"], "meetings[0].attendees[1] : « a » y est deux fois."),
        ("meetings.0.locked", 4, "meetings[0].locked : le créneau 4 n'existe pas, ils vont de 0 à 3."),
        ("meetings.0.weight", 0.5, "meetings[0].weight : 0.5 n'est pas ce qui est attendu, écrivez un nombre entier."),
        ("places.1.id", "T1", "places[1].id : « T1 » sert déjà dans « places »."),
        ("gaps.0.first", "zz", "gaps[0].first : la rencontre « zz » n'est pas dans « meetings »."),
        ("gaps.0.first", "cb", "gaps[0] : une rencontre ne peut pas être à l'écart d'elle-même."),
        (
            "sessions",
            [[0, 1], [1, 2, 3]],
            "sessions[1] : chaque partie de la journée a ses créneaux, qui ne sont dans aucune autre.",
        ),
        ("sessions", [[0, 1]], "sessions : chaque créneau est dans une partie de la journée."),
        ("sessions", [[0]] * 63, "sessions : plus de 62 éléments."),
    ],
)
def test_a_malformed_problem_gives_one_sentence_with_its_path(path, value, sentence):
    problem_of(SMALL)
    with pytest.raises(BadInput) as caught:
        problem_of(spoil(SMALL, path, value))
    assert str(caught.value) == sentence


def test_a_problem_without_tables_nor_places_is_refused():
    with pytest.raises(BadInput, match="tables : dites combien de tables il y a"):
        problem_of({"slots": 1, "participants": [], "meetings": []})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "le fichier : [] n'est pas ce qui est attendu, écrivez un objet entre accolades."),
        ({"slots": {"m": 62}}, "slots.m : 62 est hors des bornes, écrivez au plus 61."),
        (
            {"slots": {}, "unplaced": [{"meeting": "m", "why": "x"}]},
            "unplaced[0].why : \"x\" n'est pas admis, écrivez l'un de "
            "no_common_slot, full_agenda, no_table, pause, gap, locked, not_found.",
        ),
    ],
)
def test_a_malformed_plan_gives_one_sentence_with_its_path(data, sentence):
    with pytest.raises(BadInput) as caught:
        plan_of(data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Ligne 1, colonne 1 : ce n'est pas du JSON lisible."),
        ("{\n,}", "Ligne 2, colonne 1 : ce n'est pas du JSON lisible."),
        ("[" * 100_000, "Le fichier est trop imbriqué pour être lu."),
        ('{"a": NaN}', "« NaN » n'est pas un nombre."),
        ('{"a": 1, "a": 2}', "La clé « a » est écrite deux fois dans le même objet : gardez-en une."),
        ('{"a": "\\ud800"}', "Le fichier contient une moitié de caractère (\\ud800 à \\udfff) : corrigez ce texte."),
        ("1" * 5000, "Le fichier contient un nombre de plusieurs milliers de chiffres."),
    ],
)
def test_a_text_that_is_no_json_gives_one_sentence(text, sentence):
    with pytest.raises(BadInput) as caught:
        read_problem(text)
    assert str(caught.value) == sentence


def test_a_file_too_big_is_not_read(monkeypatch):
    monkeypatch.setattr(shape, "MOST_BYTES", 10)
    monkeypatch.setattr(dzn, "MOST_BYTES", 10)
    for read in (read_problem, read_dzn):
        with pytest.raises(BadInput, match="dépasse"):
            read(" " * 11)


def refusal(read, data) -> str:
    """What is said of data that cannot be read; "" when it can."""
    try:
        read(data)
    except BadInput as error:
        return str(error)
    return ""


JUNK = st.one_of(st.none(), st.booleans(), st.integers(-3, 99), st.floats(), NAMES, st.just([]), st.just({}), st.just([[1]]))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_put_anywhere_the_answer_is_a_problem_or_one_sentence(data):
    spoilt = data_of(problem_of(SMALL))
    path = data.draw(st.sampled_from(list(paths(spoilt))))
    spoilt = spoil(spoilt, path, data.draw(JUNK | st.just(...)))
    said = refusal(problem_of, spoilt)
    assert said.endswith((".", "?")) or not said
    rules = SCHEMAS["problem"]
    assert not shape.fits(spoilt, rules, rules["$defs"]) or Draft202012Validator(rules).is_valid(spoilt)


def paths(data, at: str = ""):
    """Every place of the data, as spoil() reads it."""
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inside in steps:
        yield f"{at}{step}"
        yield from paths(inside, f"{at}{step}.")


# -- changes -------------------------------------------------------------------------------------------------------------

CHANGES = [
    {"kind": "late", "participant": "p", "until": 6},
    {"kind": "leaves", "participant": "p", "from": 20},
    {"kind": "away", "participant": "p", "slots": "all"},
    {"kind": "no_show", "participant": "p", "slot": 3},
    {"kind": "back", "participant": "p", "slots": [4, 5]},
    {"kind": "joined", "participant": "p", "slots": [1], "name": "Pia", "organisation": "O", "side": "offer"},
    {"kind": "cancelled", "meeting": "m"},
    {"kind": "added", "meeting": "m", "attendees": ["p", "q"], "slots": [1], "weight": 3, "must": True},
    {"kind": "place_closed", "place": "T1", "slots": [3]},
    {"kind": "place_closed", "slots": "all"},
    {"kind": "slot_closed", "slots": [3]},
]


def is_admitted(data: object) -> bool:
    return Draft202012Validator(SCHEMAS["changes"]).is_valid(data)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change["kind"])
def test_the_schema_of_the_changes_admits_what_the_reader_admits(change):
    for data in ([change], {"changes": [change]}):
        assert is_admitted(data)
        assert len(read_changes(data)) == 1
    for key in change:
        for junk in (..., "", "x", -1, 62.5, None, [], [""], {}):
            spoilt = [spoil(change, key, junk)]
            assert bool(refusal(read_changes, spoilt)) != is_admitted(spoilt), (change, key, junk)


# -- the academic files --------------------------------------------------------------------------------------------------

DZN = """% two in the morning, one either way
nBusiness = 3;
nMeetings = 3;
nTables = 2;
nTotalSlots = 5; nMorningSlots = 3;
requested = [|1, 2,1,
|3, 1,2, |1,2,3,
|];
meetingsxBusiness = [{1,2,3,4}, {1,2,4}, {1,3}];
nMeetingsBusiness = [3,2,1];
forbidden = [{0,5},
{0},
{1,2}];
fixed = [0,5,0];
precedences = [{},
{1,3},
{}];
"""


def test_an_academic_file_is_read_whatever_its_traps():
    assert read_dzn(DZN, title="essai") == Problem(
        slot_count=5,
        participants=(Participant("1", 0b01111), Participant("2", 0b11111), Participant("3", 0b11100)),
        meetings=(
            Meeting("1", ("1", "2"), 0b00111),
            Meeting("2", ("3", "1"), 0b11000, locked=4),
            Meeting("3", ("1", "2"), 0b11111),
        ),
        tables=(2,) * 5,
        sessions=(0b00111, 0b11000),
        gaps=(Gap("1", "2"), Gap("3", "2")),
        rules=Rules(fair_difference=2),
        title="essai",
    )


def test_what_an_older_file_leaves_out_is_free():
    problem = read_dzn(DZN.split("fixed")[0].replace("nMorningSlots = 3", "nMorningSlots = 5"))
    assert (problem.gaps, problem.sessions, problem.meetings[1].locked) == ((), (), None)


def test_an_academic_file_written_is_read_back():
    problem = read_dzn(DZN)
    text = write_dzn(problem)
    assert read_dzn(text) == problem
    assert "meetingsxBusiness = [{1,2,3,4},\n{1,2,4},\n{1,3}];\nnMeetingsBusiness = [3,2,1];" in text


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("nTables = 2;", "", "Il manque « nTables » : un fichier .dzn de rencontres le donne toujours."),
        ("nTables = 2;", "nTables 2;", "Ligne 4 : attendu « nom = valeur; »."),
        ("nTables = 2;", "nTables = 2; nTables = 3;", "Ligne 4 : « nTables » est donné deux fois."),
        ("nTables = 2;", "nTables = [2];", "Ligne 4 : « nTables » doit être un nombre entier."),
        ("nTables = 2;", "nTables = 99999;", "Ligne 4 : « nTables » vaut 99999 : de 0 à 20000 attendu."),
        ("nTables = 2;", "nTables = 2€;", "Ligne 4 : « €; » ne se lit pas."),
        ("nTotalSlots = 5", "nTotalSlots = 63", "Ligne 5 : « nTotalSlots » vaut 63 : de 1 à 62 attendu."),
        ("|1, 2,1,", "|1, 2,", "Ligne 6 : « requested » : trois nombres attendus, deux participants puis la session."),
        ("|1, 2,1,", "|1, 4,1,", "Ligne 6 : « requested » : deux participants différents de 1 à 3 attendus, pas 1 et 4."),
        ("|1, 2,1,", "|1, 1,1,", "Ligne 6 : « requested » : deux participants différents de 1 à 3 attendus, pas 1 et 1."),
        ("|3, 1,2,", "|3, 1,4,", "Ligne 7 : « requested » : la session 4 n'existe pas, 1 matin, 2 après-midi ou 3 indifférent."),
        ("|3, 1,2,", "", "Ligne 6 : « requested » compte 2 lignes, 3 attendues."),
        ("|3, 1,2,", "|3, 0,2,", "Ligne 7 : « requested » : 0 n'existe pas, de 1 à plus attendu."),
        ("{1,2}];\nfixed", "{1,6}];\nfixed", "Ligne 13 : « forbidden » : 6 n'existe pas, de 0 à 5 attendu."),
        ("{1,2}];\nfixed", "1,{2}];\nfixed", "Ligne 13 : « forbidden » : « 1 » n'a rien à faire là."),
        ("fixed = [0,5,0]", "fixed = [0,6,0]", "Ligne 14 : « fixed » : « 6 » n'est pas un nombre de 0 à 5."),
        ("fixed = [0,5,0]", "fixed = [0,5]", "Ligne 14 : « fixed » compte 2 nombres, 3 attendus."),
        ("fixed = [0,5,0]", "fixed = 0", "Ligne 14 : « fixed » doit être une liste entre crochets."),
        ("{1,3}", "{2}", "Ligne 16 : precedences : la rencontre 2 ne peut pas passer avant elle-même."),
        ("{}];\n", "{}]\n", "Ligne 15 : il manque un « ; » à la fin de ce qui commence ici."),
    ],
)
def test_a_malformed_academic_file_says_which_line(before, after, sentence):
    assert before in DZN
    with pytest.raises(BadInput) as caught:
        read_dzn(DZN.replace(before, after))
    assert str(caught.value) == sentence


@given(problems())
@settings(max_examples=150, deadline=None)
def test_what_an_academic_file_cannot_say_is_refused_and_the_rest_is_read_back(problem):
    if said := refusal(write_dzn, problem):
        assert said.startswith("Un fichier .dzn ne sait pas dire ")
    else:
        assert read_dzn(write_dzn(problem)).slot_count == problem.slot_count


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"tables": (1, 2, 1, 1, 1)}, "un nombre de tables"),
        ({"sessions": (0b00101, 0b11010)}, "d'autres sessions"),
        ({"rules": Rules()}, "un autre écart de pauses"),
        ({"participants": (Participant("1", 31, max_meetings=2),)}, "un nombre de rencontres"),
        ({"participants": (Participant("1", 31, step_free=True),)}, "une place gardée"),
        ({"meetings": (Meeting("1", ("1",), 31),)}, "une rencontre qui n'est pas à deux"),
        ({"meetings": (Meeting("1", ("1", "2"), 1),)}, "une rencontre permise"),
        ({"meetings": (Meeting("1", ("1", "2"), 31, must=True),)}, "des rencontres qui comptent plus"),
        ({"gaps": (Gap("1", "2", 2),)}, "un écart entre deux rencontres"),
    ],
)
def test_an_academic_file_that_would_lose_a_rule_is_not_written(change, what):
    with pytest.raises(BadInput, match=what):
        write_dzn(replace(read_dzn(DZN), **change))


@pytest.mark.real_data
def test_the_published_instances_are_read_as_their_table_says(real_data):
    rows = list(csv.DictReader((real_data / "meetings" / "optima.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40
    for row in rows:
        problem = read_dzn((real_data / "meetings" / row["file"]).read_text(encoding="utf-8"))
        asked = (len(problem.participants), len(problem.meetings), problem.slot_count, problem.tables[0], len(problem.gaps))
        assert asked == tuple(int(row[key]) for key in ("participants", "meetings", "slots", "tables", "precedence_pairs"))
        away = sum((problem.all_slots & ~one.available).bit_count() for one in problem.participants)
        assert away == int(row["forbidden_pairs"])
        assert read_dzn(write_dzn(problem)) == problem
        assert read_problem(write_problem(problem)) == problem
