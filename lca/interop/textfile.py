"""Text files of other tools: rows by column name, numbers with the line they stand in."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from lca.tables import DataError


def content(path: str | Path) -> str:
    """Return the text of a file.

    Raises
    ------
    DataError
        If there is no such file, or it is no text.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is no text file in UTF-8") from None


def rows(path: str | Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and row, by column name, of a CSV file with a header.

    Raises
    ------
    DataError
        If the file has no header, names a column twice, or a line has too few or too many fields.
    """
    lines = csv.reader(content(path).splitlines())
    header = [name.strip() for name in next(lines, [])]
    if not any(header):
        raise DataError(f"{path} is empty: no header")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(f"{path}: column {twice[0]!r} stands there twice")
    for fields in lines:
        if not fields:
            continue
        if len(fields) != len(header):
            raise DataError(
                f"{path}, line {lines.line_num}: {len(fields)} fields under {len(header)} columns"
            )
        yield lines.line_num, dict(zip(header, (field.strip() for field in fields), strict=True))


def number(where: str, row: Mapping[str, str], column: str) -> float:
    """Return a number of at least 0 in a column, or say where there is none."""
    text = row.get(column, "")
    try:
        value = float(text)
    except ValueError:
        raise DataError(f"{where}: {column} = {text!r} is not a number") from None
    if not math.isfinite(value) or value < 0:
        raise DataError(f"{where}: {column} = {text} is no number of at least 0")
    return value
