"""The machine guards the plan of the house: its rooms, its budgets, its habits."""

from __future__ import annotations

import ast
import re
import tomllib

from tests.house.plan import (
    BANNED,
    DOMAINS,
    GROUND,
    PACKAGE,
    ROOMS,
    ROOT,
    TOP,
    WEB_ROOMS,
    dotted,
    modules,
    quiet_modules,
    room,
    short,
    templates,
    tree,
    written_by_us,
)

CLOCKS = {
    *("date.today", "datetime.now", "datetime.utcnow", "datetime.today", "datetime.date.today", "datetime.datetime.now"),
    *("timezone.now", "timezone.localdate", "timezone.localtime", "localdate", "time.time", "auto_now", "auto_now_add"),
}

SETTINGS_READ = {
    ("settings.AUTH_USER_MODEL", "models"),
    ("settings.SEARCH_INDEX", "search_reader"),
    ("settings.SEARCH_INDEX", "frame"),  # the table is kept beside the index
    ("settings.SITE_URL", "composing"),
}


# -- rooms -------------------------------------------------------------------------------------------------------------
def test_the_package_holds_domains_and_ground_files_only():
    found = {
        path.stem for path in PACKAGE.iterdir() if not path.name.startswith((".", "__pycache__")) and path.suffix in {"", ".py"}
    }
    assert found <= {*DOMAINS, "web", *GROUND, *TOP}, found - {*DOMAINS, "web", *GROUND, *TOP}


def test_every_domain_has_the_same_rooms_and_no_other():
    strangers = []
    for domain in [*DOMAINS, "web"]:
        rooms = WEB_ROOMS if domain == "web" else ROOMS
        folder = PACKAGE / domain
        strangers += [
            short(entry)
            for entry in (folder.iterdir() if folder.exists() else [])
            if entry.name != "__pycache__" and entry.stem not in rooms
        ]
    assert not strangers, "\n".join(["", *strangers])


def test_nothing_is_called_by_a_word_that_means_anything():
    names = [path for path in PACKAGE.rglob("*") if path.stem in BANNED and path.suffix in {"", ".py"}]
    assert not names, names


# -- budgets -----------------------------------------------------------------------------------------------------------
def test_a_module_is_read_in_one_sitting():
    budgets = {PACKAGE / "settings.py": 250}
    long = {short(path): lines for path in written_by_us() if (lines := line_count(path)) > budgets.get(path, 400)}
    assert long == {}


def test_a_function_is_seen_on_one_screen():
    long = {}
    for path in written_by_us():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                long[f"{short(path)}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert long == {}


def test_a_template_is_read_in_one_sitting():
    assert {short(path): line_count(path) for path in templates() if line_count(path) > 150} == {}


def test_every_module_opens_with_one_sentence():
    silent = [short(path) for path in written_by_us() if path.stat().st_size and not opening(path)]
    rambling = [short(path) for path in modules() if opening(path) and not re.search(r"[.:…?]$", opening(path))]
    assert (silent, rambling) == ([], [])


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    lists = [project["project"]["dependencies"], *project["dependency-groups"].values(), project["build-system"]["requires"]]
    mute = []
    for name in (name for names in lists for name in names):
        lines = [line for line in text.splitlines() if f'"{name}"' in line]
        mute += [] if all(re.search(r"#\s*\S+", line) for line in lines) else [name]
    assert not mute, "\n".join(["", *mute])


def test_every_setting_is_documented():
    asked = re.findall(r"""(?:environ\.get\(|environ\[|flag\(|words\()"([A-Z_]+)\"""", (PACKAGE / "settings.py").read_text())
    told = (ROOT / "docs/running.md").read_text()
    assert sorted({name for name in asked if f"`{name}`" not in told}) == []


# -- habits ------------------------------------------------------------------------------------------------------------
def test_a_service_is_asked_by_name():
    """An act is keyword-only, so that a call reads like a sentence; one that writes in the journal takes `by` and `now`."""
    faults = []
    for path, function in public_services():
        arguments = function.args
        names = {argument.arg for argument in arguments.kwonlyargs}
        positional = {argument.arg for argument in [*arguments.posonlyargs, *arguments.args]}
        is_atomic = any(dotted(node).endswith("atomic") for node in function.decorator_list)
        if positional and (is_atomic or {"by", "now", "seed"} & (names | positional)):
            faults.append(f"{short(path)}:{function.name} is not keyword-only")
        writes = any(isinstance(node, ast.Call) and dotted(node.func).endswith("record_act") for node in ast.walk(function))
        if writes and function.name != "record_act" and not {"by", "now"} <= names:
            faults.append(f"{short(path)}:{function.name} writes in the journal without by= and now=")
    assert not faults, "\n".join(["", *faults])


def test_nothing_below_the_views_reads_the_clock():
    faults = readings(CLOCKS)
    assert not faults, "\n".join(["", *faults])


def test_nothing_below_the_views_reads_the_request_or_the_settings():
    """Who a person is (AUTH_USER_MODEL) is no setting of an installation; where its search index lies and its address are each read in one place."""
    faults = []
    for path in quiet_modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module in {"django.http", "django.shortcuts"}:
                faults.append(f"{short(path)}:{node.lineno} imports {node.module}")
            name = dotted(node) if isinstance(node, ast.Attribute) else ""
            if name.startswith("settings.") and (name, path.stem) not in SETTINGS_READ:
                faults.append(f"{short(path)}:{node.lineno} reads {name}")
    assert not faults, "\n".join(["", *faults])


def test_money_is_never_a_float():
    faults = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
                name = node.arg if isinstance(node, ast.arg) else dotted(node.target)
                if name.endswith("_eur") and "float" in ast.unparse(node.annotation):
                    faults.append(f"{short(path)}:{node.lineno} {name}")
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and dotted(node.value.func).endswith("FloatField")
            ):
                faults += [
                    f"{short(path)}:{node.lineno} {dotted(name)}" for name in node.targets if dotted(name).endswith("_eur")
                ]
    assert not faults, "\n".join(["", *faults])


def test_no_task_of_tomorrow_is_left_in_the_code():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    here = PACKAGE.parents[1] / "tests/test_house.py"
    assert [short(path) for path in written_by_us() if path != here and words.search(path.read_text(encoding="utf-8"))] == []


def test_no_signal_carries_business():
    """A signal is the last resort; the framework's own are connected in `apps.py` only."""
    faults = []
    for path in modules():
        if room(path)[1] != "apps":
            faults += [
                f"{short(path)}:{node.lineno}"
                for node in ast.walk(tree(path))
                if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals")
            ]
    assert not faults, "\n".join(["", *faults])


# -- reading -----------------------------------------------------------------------------------------------------------
def line_count(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def opening(path):
    """The first sentence of a module, "" when it has none."""
    return (ast.get_docstring(tree(path)) or "").split("\n\n")[0].strip()


def public_services():
    for path in quiet_modules():
        if room(path)[1] == "services":
            yield from ((path, node) for node in tree(path).body if isinstance(node, ast.FunctionDef) and node.name[0] != "_")


def readings(forbidden):
    """Where a quiet module names one of these; a keyword such as auto_now=True counts as well."""
    faults = []
    for path in quiet_modules():
        for node in ast.walk(tree(path)):
            name = (
                node.arg if isinstance(node, ast.keyword) else dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            )
            if name in forbidden:
                faults.append(
                    f"{short(path)}:{getattr(node, 'lineno', node.value.lineno if isinstance(node, ast.keyword) else 0)} {name}"
                )
    return faults
