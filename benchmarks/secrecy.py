"""Statistical secrecy: time on 8 × 15 tables, what an audit recovers from 500 tables, and cells hidden beside Tau-Argus."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from statistics import mean, median

from benchmarks._tauargus import OWN_RULES, peer
from benchmarks.results import table, write_section
from ensembleur.secrecy.audit import Fault, audit
from ensembleur.secrecy.protect import protection
from ensembleur.secrecy.published import Published, Released
from ensembleur.secrecy.rules import Reason, primary
from ensembleur.secrecy.tables import TOTAL, Key, Table, Variable, tabulate
from tests.secrecy.drawing import contributions, drawn

TIMED, RANDOM, COMPARED = 40, 500, 20
PLAYED = 3  # tables of those compared, on which each lone company is played: many programmes a table
SIZES = ((8, 10, 302), (8, 15, 600))


def speed() -> list[list[str]]:
    """One row for each kind of variable: seconds to protect and to audit, on 8 × 15 tables of 600 companies."""
    rows = []
    for variable in Variable:
        clock, processor, checks, added, proved = [], [], [], [], 0
        for seed in range(TIMED):
            one = drawn(seed, columns=15, units=600, variable=variable)
            started, used = time.perf_counter(), time.process_time()
            done = protection(one)
            clock.append(time.perf_counter() - started)
            processor.append(time.process_time() - used)
            started = time.perf_counter()
            faults = audit(done.published)
            checks.append(time.perf_counter() - started)
            added.append(len(done.published.hidden) - len(primary(one)))
            proved += done.is_proved and not faults
        figures = [
            f"{figure * 1000:.0f}"
            for figure in (median(clock), max(clock), median(processor), max(processor), median(checks), max(checks))
        ]
        rows.append([variable.value, str(TIMED), *figures, f"{mean(added):.1f}", f"{proved / TIMED:.0%}"])
    return rows


def bare(one: Table) -> Published:
    """The table with its secret cells hidden and no other."""
    small = primary(one)
    return printed(one, small, {})


def printed(one: Table, small: dict[Key, Reason], beside: dict[Key, Reason]) -> Published:
    """The table with these cells hidden."""
    hidden = {**beside, **small}
    cells = {key: Released(None, hidden[key]) if key in hidden else Released(cell.value) for key, cell in one.cells.items()}
    return Published(one.rows, one.columns, cells, one.variable, one.holder, one.overlapping)


def recovered() -> list[list[str]]:
    """Hidden cells that the audit finds again in tables of every kind and shape, protected and not."""
    counts = {"secret cells only": [0, 0, 0], "protected": [0, 0, 0]}
    for seed in range(RANDOM):
        one = drawn(
            seed,
            rows=2 + seed % 7,
            columns=seed % 11,
            units=20 + 37 * seed % 400,
            variable=list(Variable)[seed % 3],
            twice=seed % 2 * 0.2,
        )
        for label, public in (("secret cells only", bare(one)), ("protected", protection(one).published)):
            faults = audit(public)
            counts[label][0] += len(public.hidden)
            counts[label][1] += len(faults)
            counts[label][2] += bool(faults)
    return [[label, str(RANDOM), *map(str, found)] for label, found in counts.items()]


def alone(public: Published, one: Table) -> int:
    """Inner cells that a company can compute, or nearly, because it is alone in another inner cell."""
    inner = [key for key in public.hidden if TOTAL not in key]
    found: set[Key] = set()
    for key in inner:
        if one.cells[key].units == 1:
            found |= {fault.key for fault in audit(public, knowing={key: one.cells[key].value}) if TOTAL not in fault.key}
    return len(found & set(primary(one)))


def compared(rows: int, columns: int, units: int) -> list[list[str]]:
    """Ours, theirs with the margins of their rules, theirs with our 10 %, on the same tables; theirs in a process of its own each time."""
    drawings = [
        contributions(seed, rows=rows, columns=columns, units=units, variable=Variable.AMOUNT) for seed in range(COMPARED)
    ]
    tables = [tabulate(brought, rows=names[0], columns=names[1], variable=Variable.AMOUNT) for brought, *names in drawings]
    ours: list[tuple[float, Published]] = []
    for one in tables:
        started = time.perf_counter()
        public = protection(one).published
        ours.append((time.perf_counter() - started, public))
    answers: dict[str, list[tuple[float, Published]]] = {"ours": ours}
    apart = multiprocessing.get_context("forkserver")
    apart.set_forkserver_preload(["benchmarks._tauargus"])
    with apart.Pool(1, maxtasksperchild=1) as pool:
        for label, is_given in (("pytauargus, its own margins", False), ("pytauargus, 10 % asked for", True)):
            jobs = [
                (brought, list(primary(one)) if is_given else None) for (brought, *_), one in zip(drawings, tables, strict=True)
            ]
            found = pool.map(peer, jobs, chunksize=1)
            answers[label] = []
            for one, (seconds, hidden) in zip(tables, found, strict=True):
                small = primary(one)
                if different := {key for key, status in hidden.items() if status == "U"} ^ set(small):
                    raise AssertionError(f"{label}: not the same secret cells: {[(key, one.cells[key]) for key in different]}")
                answers[label].append((seconds, printed(one, small, dict.fromkeys(hidden, Reason.SECONDARY))))
    size = f"{rows} × {columns}, {units}"
    return [[size, label, *summary(tables, found)] for label, found in answers.items()]


def summary(tables: Sequence[Table], found: Sequence[tuple[float, Published]]) -> list[str]:
    """Cells hidden a table, and what our audit says of them."""
    secret = [len(primary(one)) for one in tables]
    hidden = [len(public.hidden) for _, public in found]
    faults: list[Fault] = [fault for _, public in found for fault in audit(public)]
    exact = [fault for fault in faults if fault.high - fault.low < 1]
    seen = sum(alone(public, one) for one, (_, public) in list(zip(tables, found, strict=True))[:PLAYED])
    figures = (mean(secret), mean(hidden), mean(hidden) - mean(secret))
    return [
        *(f"{figure:.2f}" for figure in figures),
        str(len(exact)),
        str(len(faults)),
        str(seen),
        timing([spent for spent, _ in found]),
    ]


def timing(seconds: Sequence[float]) -> str:
    """Median and greatest, in milliseconds."""
    return f"{median(seconds) * 1000:.0f} | {max(seconds) * 1000:.0f}"


def main() -> None:
    """Writes the section "secrecy"."""
    protection(drawn(0))  # the solver is imported once
    audit(bare(drawn(0)))
    sizes = [row for size in SIZES for row in compared(*size)]
    body = "\n\n".join(
        (
            f"8 × 15 tables with margins, 600 companies drawn from {TIMED} seeds: 3 companies, 85 %, 10 % to protect; milliseconds; processor time is what a busy machine disturbs least. "
            "*Proved*: no choice hides fewer cells, and the audit finds nothing. "
            f"Load of the machine at the end: {os.getloadavg()[0]:.1f}.",
            table(
                [
                    *("variable", "tables", "protect: median", "max", "processor: median", "max"),
                    *("audit: median", "max", "secondary cells, mean", "proved"),
                ],
                speed(),
            ),
            f"{RANDOM} tables of every kind, one-way and two-way up to 8 × 10, parts that overlap included: hidden cells that the audit recovers, "
            "exactly or to less than 10 %. The first row shows that it can.",
            table(["table", "tables", "hidden cells", "recovered", "tables with one"], recovered()),
            f"Same {COMPARED} tables of amounts, same secret cells (checked), fewest cells asked of both. *Its own margins*: {OWN_RULES}, whose margin on a "
            "dominated cell may be under 1 %. *10 % asked for*: the secret cells given, with our margin. *Read by one alone*: inner secret cells that a "
            f"company alone in another inner cell can compute to less than 10 %, in the first {PLAYED} tables, which we guard, at the price of the difference. Each table of "
            "pytauargus has a process of its own; importing and drawing are not counted, writing its files is.",
            table(
                [
                    *(
                        "rows × columns, companies",
                        "by",
                        "secret",
                        "hidden",
                        "secondary",
                        "recovered exactly",
                        "to less than 10 %",
                    ),
                    *("read by one alone", "ms, median", "max"),
                ],
                sizes,
            ),
        )
    )
    write_section("secrecy", "Statistical secrecy: target 1 s on 8 × 15, nothing recovered from 500 tables", body)


if __name__ == "__main__":
    main()
