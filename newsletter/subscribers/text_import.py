"""Encoding and separator of a CSV file that a spreadsheet or another program wrote."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

MOST_IN_LINE = 1_000_000  # characters; a file without line breaks must not fill the memory

_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # Excel writes and reads this first line


class LineTooLong(Exception):
    """A line has more than MOST_IN_LINE characters."""


def open_text(stream: BinaryIO) -> io.TextIOWrapper:
    """Return the text of a file in UTF-8, or in UTF-16 with a byte order mark (Excel's “Unicode text”)."""
    start = _peek(stream)
    is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return io.TextIOWrapper(stream, encoding="utf-16" if is_utf16 else "utf-8-sig", newline="")


def csv_rows(text: io.TextIOWrapper) -> Any:
    """Return a csv reader with the separator that is most frequent in the first line."""
    lines = _lines(text)
    first = next(lines, "")
    if match := _SEPARATOR_LINE.fullmatch(first):
        # An empty line replaces it, so that line numbers stay right.
        return csv.reader(chain(["\n"], lines), delimiter=match[1], strict=True)
    bare = _QUOTED.sub("", first)
    return csv.reader(chain([first] if first else [], lines), delimiter=max(_SEPARATORS, key=bare.count), strict=True)


def _peek(stream: BinaryIO) -> bytes:
    if hasattr(stream, "peek"):
        return bytes(stream.peek(2)[:2])
    place = stream.tell()
    start = stream.read(2)
    stream.seek(place)
    return start


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MOST_IN_LINE):
        if len(line) == MOST_IN_LINE and not line.endswith("\n"):
            raise LineTooLong
        yield line
