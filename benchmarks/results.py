"""Writes one section of RESULTS.md and leaves the others as they are: no figure is typed by hand."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = (
    "# Measured figures\n\nWritten by the scripts of this folder (`make bench`); each gives its peer measured in the same run.\n"
)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write_section(name: str, title: str, body: str) -> None:
    """Replace the section `name` (a word such as "screening"), or add it at the end.

    title : what is measured and the target.   body : Markdown, tables included.
    """
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores · Python {platform.python_version()} · `make bench ONLY={name}`"
    section = f"<!-- {name} -->\n## {title}\n\n{body.strip()}\n\n_{stamp}_\n<!-- /{name} -->\n"
    pattern = re.compile(rf"<!-- {re.escape(name)} -->\n.*?<!-- /{re.escape(name)} -->\n", re.DOTALL)
    text = pattern.sub(lambda _: section, text) if pattern.search(text) else f"{text.rstrip()}\n\n{section}"
    RESULTS.write_text(text, encoding="utf-8")
    print(f"{title}\n\n{body.strip()}\n")
