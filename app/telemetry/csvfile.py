"""CSV files: the header, what makes an older file one of ours, and reading back after a restart."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Final

from app.telemetry.cells import csv_line, split_line
from app.telemetry.disk import older_names
from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Mishaps

ROWS_CHECKED: Final = 100
"""How many rows at the end of an older file must have all their columns for new rows to follow them."""

_TAIL_BYTES: Final = 256 * 1024


def csv_file(path: Path, columns: tuple[str, ...], mishaps: Mishaps, *, hold: int | None = None) -> LineFile:
    """A file of rows; one with another header, or with rows of another length at its end, is set aside."""
    header = csv_line(columns)

    def fits(fd: int) -> bool:
        return os.pread(fd, len(header), 0) == header and _last_rows_have(fd, len(columns))

    return LineFile(path, mishaps, header=header, fits=fits, hold=hold)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Every whole row by its column names, those of files set aside first, oldest file first.

    A torn tail, and a row that has not the header's number of columns, is left out; no file is no rows.
    """
    older = takewhile(Path.exists, older_names(path))
    return [row for file in (*older, path) if file.exists() for row in _rows_of(file)]


def read_back(path: Path) -> tuple[list[Mapping[str, str]], list[str]]:
    """The rows of `read_rows`, and a sentence for each line that it leaves out, those in `*.torn` included."""
    older = takewhile(Path.exists, older_names(path))
    rows: list[Mapping[str, str]] = []
    left_out: list[str] = []
    for file in (*older, path):
        *lines, tail = file.read_bytes().split(b"\n") if file.exists() else (b"",)
        kept = _rows_of(file) if file.exists() else []
        rows += kept
        if (ragged := len(lines[1:]) - len(kept)) > 0:
            left_out.append(f"{ragged} lines have not the columns of their file")
        if tail:
            left_out.append("its last line is torn")
    torn = path.with_name(f"{path.name}.torn")
    if torn.exists():
        left_out.append(f"half a line was torn off and is now in {torn.name}")
    return rows, left_out


def count_rows(path: Path, column: str) -> Counter[str]:
    """How many of the rows that `read_rows` would give have each value of `column`; a long file is never in memory."""
    counts: Counter[str] = Counter()
    for file in (*takewhile(Path.exists, older_names(path)), path):
        if file.exists():
            with file.open("rb") as lines:
                counts.update(_cells_of(lines, column))
    return counts


def _cells_of(lines: Iterable[bytes], column: str) -> Iterator[str]:
    rows = (split_line(line[:-1]) for line in lines if line.endswith(b"\n"))
    columns = next(rows, [])
    if column in columns:
        place = columns.index(column)
        yield from (row[place] for row in rows if len(row) == len(columns))


def _rows_of(path: Path) -> list[dict[str, str]]:
    lines = path.read_bytes().split(b"\n")[:-1]
    if not lines:
        return []
    columns = split_line(lines[0])
    rows = (split_line(line) for line in lines[1:])
    return [dict(zip(columns, row, strict=True)) for row in rows if len(row) == len(columns)]


def _last_rows_have(fd: int, columns: int) -> bool:
    size = os.fstat(fd).st_size
    start = max(0, size - _TAIL_BYTES)
    lines = os.pread(fd, size - start, start).split(b"\n")[:-1]
    whole = lines[1:] if start else lines
    return all(len(split_line(line)) == columns for line in whole[-ROWS_CHECKED:])
