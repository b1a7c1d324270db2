"""Keeps the English catalogues in step with the French sentences of the code, without the system's gettext."""

from __future__ import annotations

import ast
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

from ensembleur.settings import PACKAGE

# Function → where its arguments stand: (context, singular, plural).
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
HEADERS = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
LITERAL = re.compile(r"""\s*u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?""", re.DOTALL)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

Key = tuple[str, str]  # context ("" for none), sentence


@dataclass
class Message:
    """A sentence of the code, with the files where it stands."""

    context: str
    text: str
    plural: str = ""
    places: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """What identifies it in a catalogue."""
        return self.context, self.text


# -- what the code says ------------------------------------------------------------------------------------------------
def messages_of(folder: Path) -> dict[Key, Message]:
    """Every sentence of a domain, from its Python files and its templates.

    Raises CommandError for a sentence that is not a plain text, or one that is used with two plurals.
    """
    found: dict[Key, Message] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            messages = in_python(path)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            messages = in_template(path)
        else:
            continue
        for message in messages:
            kept = found.setdefault(message.key, message)
            kept.places.add(short(path))
            if kept.plural and message.plural and kept.plural != message.plural:
                raise CommandError(f"{short(path)} : « {message.text} » a deux pluriels différents.")
            kept.plural = kept.plural or message.plural
    return found


def in_python(path: Path) -> Iterator[Message]:
    """The sentences given to gettext and its sisters, under whatever name they were imported."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise CommandError(f"{short(path)} ne peut pas être lu : {error}.") from error
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in CALLS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            name = names.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "translation":
            name = node.func.attr
        else:
            continue
        if name in CALLS:
            yield message_from(name, [literal(argument, path) for argument in node.args], f"{short(path)}:{node.lineno}")


def literal(argument: ast.expr, path: Path) -> str | None:
    """The text of a literal, None for anything else."""
    if isinstance(argument, ast.JoinedStr):
        raise CommandError(f"{short(path)}:{argument.lineno} : une phrase à traduire ne peut pas être une f-string.")
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def message_from(name: str, arguments: list[str | None], place: str) -> Message:
    """The message of one call."""
    context, singular, plural = CALLS[name]
    text = arguments[singular] if len(arguments) > singular else None
    if text is None:
        raise CommandError(f"{place} : {name} attend une phrase écrite sur place, pas une variable.")
    return Message(arguments[context] or "" if context is not None else "", text, (arguments[plural] or "") if plural else "")


def in_template(path: Path) -> Iterator[Message]:
    """The sentences of a template, through Django's own reading of its tags."""
    try:
        calls = templatize(path.read_text(encoding="utf-8"), origin=short(path))
    except SyntaxError as error:
        raise CommandError(str(error)) from error
    for match in re.finditer(r"(?<![\w.])(n?p?gettext|_)\((?=\s*u?['\"])", calls):
        name = "gettext" if match[1] == "_" else match[1]
        arguments, position = [], match.end()
        while (found := LITERAL.match(calls, position)) and len(arguments) < 3:
            arguments.append(ast.literal_eval(found[1]))
            position = found.end()
        yield message_from(name, arguments, short(path))


# -- the catalogues ----------------------------------------------------------------------------------------------------
def catalogue(folder: Path, language: str) -> Any:
    """The catalogue of a domain, empty when there is none yet."""
    polib = library()
    path = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    if path.exists():
        # ValueError and OSError both mean a file that a person has to look at.
        try:
            file = polib.pofile(str(path), wrapwidth=110)
        except (OSError, ValueError) as error:
            raise CommandError(f"{short(path)} est illisible : {error}.") from error
    else:
        file = polib.POFile(wrapwidth=110)
        file.fpath = str(path)
    file.metadata = {**HEADERS, "Language": language, "Plural-Forms": PLURALS[language]}
    return file


def update(folder: Path, *, prune: bool) -> tuple[int, int]:
    """Write what the code says into the English catalogue. Returns how many sentences it has, and how many lack English."""
    polib = library()
    messages = messages_of(folder)
    file = catalogue(folder, "en")
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in file}
    for key, message in messages.items():
        entry = known.get(key)
        if entry is None:
            entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
            file.append(entry)
        entry.obsolete = False
        entry.occurrences = [(place, "") for place in sorted(message.places)]
        if message.plural and entry.msgid_plural != message.plural:
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = message.plural, {0: "", 1: ""}, ""
        has_names = "%(" in message.text and "python-format" not in entry.flags
        entry.flags += ["python-format"] if has_names else []
    for key, entry in known.items():
        if key not in messages:
            entry.obsolete = True
    if prune:
        file[:] = [entry for entry in file if not entry.obsolete]
    file.sort(key=lambda entry: (entry.obsolete, entry.msgctxt or "", entry.msgid))
    write(file, bool(messages))
    write_french_plurals(folder, messages)
    return len(messages), sum(not entry.obsolete and not translated(entry) for entry in file)


def write_french_plurals(folder: Path, messages: dict[Key, Message]) -> None:
    """In French, zero is singular: without this catalogue « 0 aide » would be written « 0 aides »."""
    polib = library()
    file = polib.POFile(wrapwidth=110)
    file.fpath = str(folder / "locale" / "fr" / "LC_MESSAGES" / "django.po")
    file.metadata = {**HEADERS, "Language": "fr", "Plural-Forms": PLURALS["fr"]}
    for message in sorted(messages.values(), key=lambda message: message.key):
        if message.plural:
            file.append(
                polib.POEntry(
                    msgid=message.text,
                    msgid_plural=message.plural,
                    msgctxt=message.context or None,
                    msgstr_plural={0: message.text, 1: message.plural},
                )
            )
    write(file, bool(file))


def write(file: Any, wanted: bool) -> None:
    """Save a catalogue when it changes; an empty one is not written."""
    path = Path(file.fpath)
    text = str(file) + "\n"
    if wanted and (not path.exists() or path.read_text(encoding="utf-8") != text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def translated(entry: Any) -> bool:
    """Whether English is there, every plural included, and nobody doubts it."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return len(texts) >= (2 if entry.msgid_plural else 1) and all(texts) and not entry.fuzzy


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the English of a domain, one line a sentence, the file first."""
    messages = messages_of(folder)
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue(folder, "en")}
    faults = []
    for key, message in sorted(messages.items(), key=lambda item: (sorted(item[1].places), item[0])):
        entry, place = entries.get(key), sorted(message.places)[0]
        if entry is None or entry.obsolete or (message.plural and entry.msgid_plural != message.plural):
            faults.append(f"{place} : absente du catalogue : « {message.text} »")
        elif entry.fuzzy:
            faults.append(f"{place} : traduction douteuse : « {message.text} »")
        elif not translated(entry):
            faults.append(f"{place} : sans anglais : « {message.text} »")
        elif names_differ(message, entry):
            faults.append(f"{place} : les noms entre accolades ou pour-cent diffèrent : « {message.text} »")
    po = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    faults += [f"{short(po)} : n'est plus dans le code : « {key[1]} »" for key in entries if key not in messages]
    plurals = {(entry.msgctxt or "", entry.msgid) for entry in catalogue(folder, "fr")}
    faults += [
        f"{short(po)} : pluriel français à écrire : « {key[1]} »"
        for key, m in messages.items()
        if m.plural and key not in plurals
    ]
    return faults


def names_differ(message: Message, entry: Any) -> bool:
    """Whether English lost or invented a name to fill in; one of two plurals may leave the number out."""
    wanted = set(PLACEHOLDER.findall(message.text)) | set(PLACEHOLDER.findall(message.plural))
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    given = [set(PLACEHOLDER.findall(text)) for text in texts]
    return any(names - wanted for names in given) or given[-1] != wanted


def clashes(folders: list[Path]) -> list[str]:
    """Sentences that two domains put into different English: only one of them would ever be shown."""
    seen: dict[Key, tuple[str, str]] = {}
    faults = []
    for folder in folders:
        for entry in catalogue(folder, "en"):
            if entry.obsolete or not translated(entry):
                continue
            english = entry.msgstr or "\n".join(entry.msgstr_plural.values())
            other, theirs = seen.setdefault((entry.msgctxt or "", entry.msgid), (folder.name, english))
            if theirs != english:
                faults.append(f"{folder.name} et {other} : deux traductions de « {entry.msgid} » (donnez un contexte à l'une)")
    return faults


# -- the command -------------------------------------------------------------------------------------------------------
def short(path: Path) -> str:
    """The path as written in catalogues and messages."""
    return path.relative_to(PACKAGE).as_posix()


def library() -> Any:
    """polib, which only those who write the code have."""
    try:
        import polib
    except ImportError as error:
        raise CommandError("il manque polib, l'outil des catalogues : installez les dépendances de développement.") from error
    return polib


class Command(BaseCommand):
    """`ensembleur strings [--check | --compile | --prune] [domain …]`."""

    help = "Écrit dans les catalogues les phrases à traduire, ou vérifie que l'anglais est complet (--check)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which domains, and what to do with them."""
        parser.add_argument("domains", nargs="*", help="les domaines à lire ; tous par défaut")
        parser.add_argument("--check", action="store_true", help="n'écrit rien ; échoue si l'anglais est incomplet")
        parser.add_argument("--compile", action="store_true", help="écrit aussi les catalogues compilés")
        parser.add_argument("--prune", action="store_true", help="retire les phrases qui ne sont plus dans le code")

    def handle(self, *, domains: list[str], check: bool, compile: bool, prune: bool, **options: Any) -> None:
        """Do it, domain by domain."""
        present = {path.parent.name: path.parent for path in sorted(PACKAGE.glob("*/apps.py"))}
        if unknown := set(domains) - set(present):
            raise CommandError(f"domaine inconnu : {', '.join(sorted(unknown))} (il y a {', '.join(present)}).")
        folders = [present[name] for name in (domains or present)]
        if check:
            self.check_all(folders)
        else:
            for folder in folders:
                count, lacking = update(folder, prune=prune)
                self.stdout.write(f"{folder.name} : {count} phrases, {lacking} sans anglais")
        if compile:
            for path in (path for folder in folders for path in folder.glob("locale/*/LC_MESSAGES/*.po")):
                library().pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))

    def check_all(self, folders: list[Path]) -> None:
        """Print every fault; fail when there is one."""
        faults = [fault for folder in folders for fault in faults_of(folder)] + clashes(folders)
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(
                f"{len(faults)} phrases à reprendre (`ensembleur strings` met les catalogues à jour).", returncode=1
            )
        self.stdout.write("anglais complet")
