"""The peer of statistical secrecy: one table of amounts protected by pytauargus, the fewest cells asked for."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from pytauargus import protect
from pytauargus.engine import run_batch
from pytauargus.result import TableResult

from ensembleur.secrecy.tables import TOTAL, Contribution, Key

OWN_RULES = "NK(1,85)|FREQ(3,10)"  # more than 85 % in one; fewer than 3, with a margin of 10 %
THEIR_TOTAL = "Total"


def peer(job: tuple[Sequence[Contribution], Sequence[Key] | None]) -> tuple[float, dict[Key, str]]:
    """Seconds and hidden cells of pytauargus, fewest cells asked for; with given secret cells and 10 % to protect when there are some."""
    brought, given = job
    micro = {
        "row": [one.row for one in brought],
        "column": [one.column for one in brought],
        "amount": [float(one.value) for one in brought],
    }
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        rules = OWN_RULES if given is None else "MAN(10)"
        options = {"safety_rules": rules, "suppress": "OPT(1)", "cost_var": "-2", "workdir": folder, "run": False}
        files = protect(micro, ["row", "column"], response="amount", **options).files
        if given is not None:
            marks = Path(folder) / "given.hst"
            named = [[THEIR_TOTAL if name == TOTAL else name for name in key] for key in given]
            marks.write_text("".join(f"{row};{column};u\n" for row, column in named), encoding="utf-8")
            batch = Path(files["arb"])
            words = batch.read_text(encoding="utf-8")
            batch.write_text(words.replace("<SUPPRESS>", f'<APRIORI> "{marks}",1,";",0,0\n<SUPPRESS>'), encoding="utf-8")
        run_batch(files["arb"])
        result = TableResult(path=files["tab1"], exp_vars=["row", "column"], response="amount", is_freq=False)
        frame = result.dataframe()
        spent = time.perf_counter() - started
    lines = frame if isinstance(frame, list) else frame.to_dicts()
    names = [[line[side].strip() for side in ("row", "column")] for line in lines]  # codes come back padded to one width
    keys = [(TOTAL if row == THEIR_TOTAL else row, TOTAL if column == THEIR_TOTAL else column) for row, column in names]
    return spent, {key: line["status"] for key, line in zip(keys, lines, strict=True) if line["status"] in ("U", "M")}
