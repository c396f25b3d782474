"""The rows of a CSV, one by one, whatever its size: what is wrong with a row goes into the report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from insights.email_addresses import strip_invisible

from .cells import unguarded
from .columns import COLUMNS
from .report import MOST_PROBLEMS, Report
from .rows import BadRow, Row, parse_row

MOST_IN_LINE = 1_000_000  # characters; a file without line breaks must not fill the memory

_SEPARATORS = {";": "semicolons (;)", "\t": "tabs", "|": "bars (|)"}


class LineTooLong(Exception):
    """A line has more than MOST_IN_LINE characters."""


def good_rows(stream: BinaryIO, report: Report) -> Iterator[Row]:
    """Yield the rows that can be taken, until the report is full."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(_lines(text), strict=True)
    try:
        header = [strip_invisible(name).strip() for name in next(reader, [])]
        if not _is_header_fine(header, report):
            return
        for cells in reader:
            if not any(map(strip_invisible, cells)):
                continue
            if (row := _row(reader.line_num, header, cells, report)) is not None:
                yield row
            if len(report.problems) >= MOST_PROBLEMS:
                return
    except UnicodeDecodeError:
        report.complain(0, "This is no text in UTF-8. Save the file as “CSV UTF-8” and send it again.")
    except csv.Error as error:
        report.complain(reader.line_num + 1, f"this is no CSV: {error}")
    except LineTooLong:
        report.complain(reader.line_num + 1, f"this is no CSV: a line of more than {MOST_IN_LINE:,} characters")
    finally:
        text.detach()  # the stream is the caller's to close


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MOST_IN_LINE):
        if len(line) == MOST_IN_LINE and not line.endswith("\n"):
            raise LineTooLong
        yield line


def _is_header_fine(header: list[str], report: Report) -> bool:
    unknown = [name for name in header if name not in COLUMNS]
    if len(header) == 1 and (separator := next((name for name in _SEPARATORS if name in header[0]), "")):
        report.complain(1, f"the cells are parted by {_SEPARATORS[separator]}; save the file with commas (“CSV UTF-8”)")
    elif "email" not in header and (lookalike := next((name for name in unknown if "mail" in name.casefold()), "")):
        report.complain(1, f"the heading “{lookalike[:40]}” is not known; the column of addresses is named “email”")
    elif "email" not in header:
        found = f"; found were {_quoted(header)}" if header else ""
        report.complain(1, f"the column “email” is missing{found}")
    elif unknown:
        verb = "column {} is" if len(unknown) == 1 else "columns {} are"
        report.complain(1, f"the {verb.format(_quoted(unknown))} not known; known are {', '.join(COLUMNS)}")
    elif len(set(header)) < len(header):
        report.complain(1, "a column stands there twice")
    return not report.problems


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name[:40]}”" for name in names[:10]) + (" and more" if len(names) > 10 else "")


def _row(line: int, header: list[str], cells: list[str], report: Report) -> Row | None:
    if len(cells) != len(header):
        report.complain(line, f"{len(cells)} cells where the header has {len(header)}")
        return None
    try:
        return parse_row(line, dict(zip(header, map(unguarded, cells), strict=True)))
    except BadRow as error:
        report.complain(line, str(error))
        return None
