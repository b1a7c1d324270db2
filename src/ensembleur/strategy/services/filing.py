"""Keeps the files of a report beside the documents, so that each is drawn once as long as nothing it reads has changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.drawing import render_pdf
from ensembleur.strategy.engine.report.package import render_package

KINDS = ("pdf", "zip")


def file_report(*, report: Report, kind: str, lang: str, folder: Path) -> Path:
    """The file of a report, made unless it is there. kind : "pdf" or "zip"; a new one takes the place of those it outdates.

    Raises ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"A report is a pdf or a zip, not {kind}.")
    one = report.identity
    family = f"{one.slug}-{one.year}-{lang if kind == 'pdf' else 'fr-en'}"
    seal = f"{one.data_hash[:16]}{one.code_hash[:8]}{'f' if one.is_fictional else ''}"
    path = folder / f"{family}-{one.generated_for:%Y%m%d}-{seal}.{kind}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        put(path, render_pdf(report, lang) if kind == "pdf" else render_package(report))
        for old in folder.glob(f"{family}-*.{kind}"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def put(path: Path, body: bytes) -> None:
    """Put a file in place by one rename: whole, or what was there before. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".draft-", delete=False) as draft:
        draft.write(body)
    try:
        Path(draft.name).chmod(0o644)
        os.replace(draft.name, path)  # noqa: PTH105 - the rename that replaces is the point
    except OSError:
        Path(draft.name).unlink(missing_ok=True)
        raise
