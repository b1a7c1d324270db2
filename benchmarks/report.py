"""The annual report of 28 measures as accessible PDF: time and memory of a whole process, same bytes twice; ReportLab beside it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.results import table, write_section
from ensembleur.strategy.engine.report.blocks import Block, Section
from ensembleur.strategy.engine.report.telling import told
from tests.factories import reports

RUNS = 5


def ours() -> bytes:
    """The report as the platform makes it."""
    from ensembleur.strategy.engine.report.drawing import render_pdf

    return render_pdf(reports.report())


def peer() -> bytes:
    """The same words, tables and curves laid out by ReportLab, which neither tags nor reads Vega-Lite."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    made, style, story = io.BytesIO(), getSampleStyleSheet(), []
    document = told(reports.report())

    def add(section: Section, level: int) -> None:
        story.extend([PageBreak(), Paragraph(section.title, style[f"Heading{level}"])])
        for block in section.blocks:
            story.extend(_flowables(block, style))
        for child in section.children:
            add(child, level + 1)

    for section in document.sections:
        add(section, 1)
    SimpleDocTemplate(made, pagesize=A4, title=document.title, invariant=True).build(story)
    return made.getvalue()


def _flowables(block: Block, style: Any) -> list[Any]:
    from reportlab.graphics.charts.lineplots import LinePlot
    from reportlab.graphics.shapes import Drawing
    from reportlab.platypus import Paragraph, Table

    if block["kind"] == "table":
        rows = [[_cell(one, style) for one in row] for row in block["rows"]]
        heads = [Paragraph(f"<b>{column['text']}</b>", style["BodyText"]) for column in block["columns"]]
        return [Table([heads, *rows], repeatRows=1)]
    if block["kind"] == "chart":
        drawing, plot = Drawing(480, 190), LinePlot()
        plot.width, plot.height, plot.x = 420, 150, 40
        plot.data = [[(place, place * place) for place in range(len(block["table"]["rows"]))]]
        drawing.add(plot)
        return [Paragraph(block["title"], style["Heading4"]), drawing]
    if "rows" in block:
        return [Paragraph(f"<b>{lead}</b> {text}", style["BodyText"]) for lead, text in block["rows"]]
    return [Paragraph(block["text"], style["BodyText"])]


def _cell(one: dict[str, Any], style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(f"{one['text']}<br/>{one['under']}", style["BodyText"])


MAKERS: dict[str, Callable[[], bytes]] = {"ours": ours, "peer": peer}


def once(name: str) -> None:
    """Makes one file in this process and prints what it took."""
    started, used = time.perf_counter(), time.process_time()
    made = MAKERS[name]()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(made))
    facts = {"seconds": seconds, "processor": processor, "memory": memory, "pages": len(reader.pages), "bytes": len(made)}
    print(
        json.dumps(facts | {"sha256": hashlib.sha256(made).hexdigest(), "tagged": "/StructTreeRoot" in reader.trailer["/Root"]})
    )


def main() -> None:
    """Writes the section "report"."""
    if len(sys.argv) > 1:
        once(sys.argv[1])
        return
    rows = []
    for name, words in (("ours", "Typst and vl-convert, PDF/UA-1"), ("peer", "ReportLab, lines instead of our drawings")):
        found = [_run(name) for _ in range(RUNS)]
        rows.append(
            (
                words,
                found[0]["pages"],
                f"{median(one['seconds'] for one in found):.1f}",
                f"{max(one['seconds'] for one in found):.1f}",
                f"{median(one['processor'] for one in found):.1f}",
                f"{max(one['memory'] for one in found):.0f}",
                f"{found[0]['bytes'] / 1e6:.1f}",
                "yes" if len({one["sha256"] for one in found}) == 1 else "no",
                "yes" if found[0]["tagged"] else "no",
            )
        )
    headers = ["maker", "pages", "median, s", "max, s", "processor, s", "memory, MB", "file, MB", "same bytes", "tagged"]
    drawings = len(told(reports.report()).charts)
    body = (
        f"{RUNS} processes each, from the plain structure to the file, libraries loaded inside the time; 28 measures of an invented "
        f"region, {drawings} drawings. Load of the machine at the end: {os.getloadavg()[0]:.1f}.\n\n{table(headers, rows)}"
    )
    write_section("report", "Annual report: target 60 pages within 5 s, the same bytes each time", body)


def _run(name: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.report", name], capture_output=True, text=True, check=True)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


if __name__ == "__main__":
    main()
