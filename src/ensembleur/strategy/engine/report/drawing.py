"""From words to files: charts as SVG, the whole report as an accessible PDF, the same bytes for the same inputs."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
import vl_convert

from ensembleur.money import NO_BREAK_SPACE
from ensembleur.strategy.engine.charts.content import Chart
from ensembleur.strategy.engine.report.blocks import Document
from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.printing import printed
from ensembleur.strategy.engine.report.telling import told

DATA = Path(__file__).resolve().parents[2] / "data"
TEMPLATE = DATA / "report/report.typ"
FONTS = DATA / "built/fonts"
WIDTH = 640  # what "container" means on the report's page, in the units of the drawing
VEGA_LITE = "6.4"
# The font has no narrow no-break space: the report uses the ordinary one.
NUMBERS = {
    "fr": {"decimal": ",", "thousands": NO_BREAK_SPACE, "grouping": [3], "currency": ["", f"{NO_BREAK_SPACE}€"]}
    | {"percent": f"{NO_BREAK_SPACE}%", "minus": "−"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "percent": "%", "minus": "−"},
}
_CLIPS = re.compile(r"\b(clip|gradient|pattern)(?:_)?(\d+)\b")


def render_pdf(report: Report, lang: str = "fr") -> bytes:
    """The report as PDF/UA-1, in `lang`, with a summary in the other language. Raises typst.TypstError when a drawing has no words."""
    return compiled(told(report, lang), report)


def compiled(document: Document, report: Report) -> bytes:
    """The PDF of a told report. Its only date is the report's own."""
    drawings = {code: chart_svg(drawing, document.lang) for code, drawing in document.charts.items()}
    words = printed(asdict(replace(document, charts={})))
    content = words | {"charts": drawings, "generated_for": report.identity.generated_for.isoformat()}
    inputs = {"report": json.dumps(content, ensure_ascii=False)}
    made_at = datetime.combine(report.identity.generated_for, time(), UTC)
    pdf = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=made_at,
    )
    return bytes(pdf)


def chart_svg(drawing: Chart, lang: str) -> str:
    """The drawing as the page draws it, at the width of the report. "" when it has nothing to draw."""
    if not drawing.spec["layer"]:
        return ""
    _with_our_fonts()
    spec: dict[str, Any] = {**printed(drawing.spec), "width": WIDTH, "autosize": {"type": "fit", "contains": "padding"}}
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, format_locale=NUMBERS[lang])
    return _numbered_again(svg)


@lru_cache(maxsize=1)
def _with_our_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def _numbered_again(svg: str) -> str:
    """Identifiers from zero: the converter goes on counting from one drawing to the next."""
    names: dict[str, str] = {}
    return _CLIPS.sub(lambda found: names.setdefault(found.group(), f"{found.group(1)}{len(names)}"), svg)
