"""The plan of the house, as data: its domains from the top of the stairs down, its rooms, its budgets, its files."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/ensembleur"
DOMAINS = [
    "opendata",
    "impact",
    "journeys",
    "projects",
    "meetings",
    "schemes",
    "talent",
    "land",
    "strategy",
    "accounts",
    "territory",
]
LAYERS = [
    {"opendata"},
    {"impact"},
    {"journeys"},
    {"projects", "meetings"},
    {"schemes", "talent", "land"},
    {"strategy"},
    {"accounts"},
    {"territory"},
    {"web"},
]
GROUND = {"settings", "codes", "money", "periods", "logic", "sources", "errors", "secrecy"}
TOP = {"cli", "urls", "asgi", "wsgi", "__init__"}
ROOMS = {
    *("__init__", "apps", "choices", "engine", "catalogue", "models", "permissions", "queries", "indicators", "services"),
    *("forms", "views", "api", "urls", "admin", "templatetags", "management", "templates", "static", "migrations", "locale"),
    "data",  # what the build makes for the catalogue, and what comes with a licence of its own
}
WEB_ROOMS = ROOMS | {"pages", "middleware", "context", "charts", "maps", "formats", "components", "errors"}
BANNED = {"utils", "util", "common", "core", "helpers", "helper", "misc", "shared", "base", "lib", "tools"}
# Below the views: what is computed, looked up, decided.
QUIET_ROOMS = {"choices", "engine", "catalogue", "models", "permissions", "queries", "indicators", "services"}


def modules(under: Path = PACKAGE) -> list[Path]:
    """Every Python file we wrote there; migrations are written by a machine."""
    return sorted(path for path in under.rglob("*.py") if "migrations" not in path.parts and "node_modules" not in path.parts)


def written_by_us() -> list[Path]:
    """Every Python file of the project."""
    roots = [PACKAGE, ROOT / "tests", ROOT / "benchmarks", ROOT / "frontend"]
    return [path for root in roots if root.exists() for path in modules(root)] + sorted(ROOT.glob("*.py"))


def templates() -> list[Path]:
    """Every page or piece of page."""
    return sorted(path for path in PACKAGE.glob("*/templates/**/*") if path.is_file())


@functools.cache
def tree(path: Path) -> ast.Module:
    """The file as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def room(path: Path) -> tuple[str, str]:
    """The domain and the room of a file: src/ensembleur/schemes/services/files.py → ("schemes", "services")."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return (parts[0], parts[1]) if len(parts) > 1 else (parts[0], "")


def quiet_modules() -> list[Path]:
    """The modules of the rooms below the views."""
    return [path for path in modules() if room(path)[0] in {*DOMAINS, "web"} and room(path)[1] in QUIET_ROOMS]


def short(path: Path) -> str:
    """The file as a reader of the project names it."""
    return str(path.relative_to(ROOT))


def dotted(node: ast.AST) -> str:
    """`timezone.now` for the attribute of that name, "" for anything that is not a dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
