"""Official files read batch by batch in bounded memory: CSV (plain, gzip, zip) or Parquet, recognised by content."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from ensembleur.errors import BadInput

BLOCK = 8 * 1024 * 1024  # bytes of text parsed at a time
PARQUET_ROWS = 100_000
_HTML = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")

OnBytes = Callable[[int, int], None]  # (bytes read so far, bytes of the file)


@dataclass(frozen=True)
class Table:
    """An official file, checked enough to be read. `form` is csv, gzip, zip or parquet."""

    path: Path
    form: str
    columns: tuple[str, ...]
    separator: str = ","


def broken(path: Path, what: str, mend: str) -> BadInput:
    """The sentence for a file that cannot be used."""
    return BadInput("bad_file", f"{path.name} : {what} ; {mend}. Rien n'a été changé.")


def open_table(path: Path) -> Table:
    """Recognise a file by its first bytes and read its column names. Raises BadInput with one sentence."""
    if not path.is_file():
        raise broken(path, "fichier introuvable", "vérifiez le chemin")
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise broken(path, "fichier vide", "téléchargez-le de nouveau")
    if head.startswith(b"PAR1"):
        return _parquet(path)
    form = "gzip" if head.startswith(b"\x1f\x8b") else "zip" if head.startswith(b"PK\x03\x04") else "csv"
    with _errors(path), _text(path, form) as (stream, _position):
        first = stream.readline(1 << 20)
    _refuse_other_formats(path, first)
    try:
        header = first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _encoding(path, 1) from error
    separator = max(",;\t", key=header.count)
    columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=separator), []))
    if len(columns) < 2:
        raise broken(path, "ce n'est pas un CSV (la première ligne n'a qu'une colonne)", "donnez un fichier officiel Sirene")
    return Table(path, form, columns, separator)


def _refuse_other_formats(path: Path, first: bytes) -> None:
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML):
        raise broken(path, "c'est une page web (HTML), pas un CSV", "le téléchargement a rendu une page d'erreur, recommencez-le")
    if start.startswith(b"par1"):
        raise broken(path, "c'est un Parquet dans une archive", "donnez le fichier Parquet lui-même")
    if start[:1] in (b"{", b"["):
        raise broken(path, "c'est du JSON, pas un CSV", "donnez un fichier officiel Sirene en CSV ou en Parquet")
    if not start:
        raise broken(path, "la première ligne est vide", "la première ligne doit porter les noms des colonnes")


def _parquet(path: Path) -> Table:
    try:
        names = pl.scan_parquet(path).collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise broken(path, "le fichier Parquet est tronqué ou abîmé", "téléchargez-le de nouveau") from error
    return Table(path, "parquet", tuple(names))


def _encoding(path: Path, line: int) -> BadInput:
    return broken(
        path,
        f"vers la ligne {line}, le texte n'est pas en UTF-8 (sans doute du latin-1)",
        "enregistrez-le en UTF-8, comme le fichier officiel",
    )


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Damaged archives, in one sentence."""
    try:
        yield
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError) as error:
        raise broken(path, "l'archive est tronquée ou abîmée", "téléchargez-la de nouveau") from error


@contextmanager
def _text(path: Path, form: str) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The decompressed bytes, and how far in the file on disk they are."""
    with path.open("rb") as raw:
        if form == "gzip":
            with gzip.open(raw) as stream:
                yield stream, raw.tell  # type: ignore[misc]
        elif form == "zip":
            with zipfile.ZipFile(raw) as archive, archive.open(_only_csv(path, archive)) as member:
                yield member, raw.tell
        else:
            yield raw, raw.tell


def _only_csv(path: Path, archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "xl/workbook.xml" in names:
        raise broken(path, "c'est un classeur Excel", "donnez un fichier officiel Sirene en CSV ou en Parquet")
    tables = [name for name in names if name.lower().endswith((".csv", ".txt"))] or names
    if len(tables) != 1:
        raise broken(path, f"l'archive contient {len(tables)} fichiers", "gardez-y un seul CSV")
    return tables[0]


def batches(table: Table, wanted: tuple[str, ...], on_bytes: OnBytes | None = None) -> Iterator[pl.DataFrame]:
    """The wanted columns as text (empty when null), with `line` (the header is line 1), a bounded number of rows at a time.

    Raises BadInput when the file turns out to be damaged: nothing read so far should then be used.
    """
    if table.form == "parquet":
        yield from _parquet_batches(table, wanted, on_bytes)
        return
    size = table.path.stat().st_size
    line = 2
    with _errors(table.path), _text(table.path, table.form) as (stream, position):
        stream.readline()
        for block in _records(table, stream):
            frame = _parsed(table, block, wanted, line)
            line += frame.height
            yield frame
            if on_bytes:
                on_bytes(position(), size)


def _records(table: Table, stream: IO[bytes]) -> Iterator[bytes]:
    """Blocks of whole records: cut at a line end that is not inside quotes."""
    rest = b""
    while block := stream.read(BLOCK):
        block = rest + block
        cut = block.rfind(b"\n") + 1
        while cut and block.count(b'"', 0, cut) % 2:
            cut = block.rfind(b"\n", 0, cut - 1) + 1
        rest = block[cut:]
        if cut:
            yield block[:cut]
        elif len(rest) > 4 * BLOCK:
            raise broken(table.path, "un guillemet n'est jamais refermé", "le fichier est abîmé, téléchargez-le de nouveau")
    if rest.strip():
        if rest.count(b'"') % 2 or _fields(table, rest) != len(table.columns):
            raise broken(table.path, "la dernière ligne est incomplète, le fichier est tronqué", "téléchargez-le de nouveau")
        yield rest


def _fields(table: Table, record: bytes) -> int:
    lines = list(csv.reader(io.StringIO(record.decode("utf-8", "replace")), delimiter=table.separator))
    return len(lines[-1]) if lines else 0


def _refuse_uneven(table: Table, block: bytes, line: int) -> None:
    """Raises BadInput, naming the line, when some record has not the columns of the header."""
    bare = b"".join(block.split(b'"')[::2]) if b'"' in block else block  # what is outside quotes
    records = bare.count(b"\n") + (not block.endswith(b"\n"))
    if bare.count(table.separator.encode()) == records * (len(table.columns) - 1):
        return  # counted at once; only when the sum is wrong are the records looked at one by one
    rows = csv.reader(io.StringIO(block.decode("utf-8", "replace"), newline=""), delimiter=table.separator)
    for number, row in enumerate(rows, line):
        if row and len(row) != len(table.columns):
            raise broken(
                table.path,
                f"la ligne {number} a {len(row)} colonnes au lieu de {len(table.columns)}",
                "le fichier est abîmé ou tronqué",
            )


def _parsed(table: Table, block: bytes, wanted: tuple[str, ...], line: int) -> pl.DataFrame:
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _encoding(table.path, line + block.count(b"\n", 0, error.start)) from error
    _refuse_uneven(table, block, line)
    try:
        frame = (
            pl.scan_csv(
                block,
                has_header=False,
                separator=table.separator,
                schema=dict.fromkeys(table.columns, pl.String),
                row_index_name="line",
                row_index_offset=line,
            )
            .select("line", *wanted)
            .collect()
        )
    except pl.exceptions.PolarsError as error:
        count = line + block.count(b"\n") - 1
        raise broken(table.path, f"entre les lignes {line} et {count}, le texte ne se lit pas", "le fichier est abîmé") from error
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def _parquet_batches(table: Table, wanted: tuple[str, ...], on_bytes: OnBytes | None) -> Iterator[pl.DataFrame]:
    size = table.path.stat().st_size
    lazy = pl.scan_parquet(table.path, low_memory=True)
    try:
        total = lazy.select(pl.len()).collect().item()
        line = 2
        query = lazy.select(pl.col(name).cast(pl.String).fill_null("") for name in wanted)
        for batch in query.collect_batches(chunk_size=PARQUET_ROWS, maintain_order=True):
            yield batch.with_row_index("line", line)
            line += batch.height
            if on_bytes:
                on_bytes(round(size * min(1.0, (line - 2) / max(total, 1))), size)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise broken(table.path, "le fichier Parquet est tronqué ou abîmé", "téléchargez-le de nouveau") from error


def sha256(path: Path) -> str:
    """The fingerprint of a file, read in bounded memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
