"""Rows of a CSV of any size, one by one; errors of a row go into the report."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError

from insights.text.email_addresses import strip_invisible
from newsletter.models.email_addresses import clean_address
from newsletter.subscribers.csv_headings import Layout
from newsletter.subscribers.csv_rows import BadRow, SubscriberRow, parse_row
from newsletter.subscribers.import_report import MOST_PROBLEMS, ImportReport
from newsletter.subscribers.text_import import MOST_IN_LINE, LineTooLong, csv_rows, open_text

NO_CONSENTS = (
    "The file has no recorded consents, so no one becomes confirmed. To ask pending subscribers, select them in the "
    "list and choose “Send confirmation emails”."
)


def good_rows(stream: BinaryIO, report: ImportReport) -> Iterator[SubscriberRow]:
    text = open_text(stream)
    reader = None
    try:
        reader = csv_rows(text)
        header = _header(reader)
        bare = _bare_address(header)
        layout = Layout(["email"] if bare else header)
        if bare:
            report.notes.append("The file has no headings, so each line is read as an email address.")
            yield from _good(_row(1, layout, header, report))
        elif not _is_header_fine(layout, report):
            return
        _note_columns(layout, report)
        for cells in reader:
            if not any(map(strip_invisible, cells)):
                continue
            yield from _good(_row(reader.line_num, layout, cells, report))
            if len(report.problems) >= MOST_PROBLEMS:
                return
    except UnicodeError:
        report.add_problem(0, "The file is not UTF-8 text. Save it as “CSV UTF-8” and import it again.")
    except csv.Error as error:
        report.add_problem(_line_after(reader), f"not valid CSV: {error}")
    except LineTooLong:
        report.add_problem(_line_after(reader), f"not valid CSV: the line has more than {MOST_IN_LINE:,} characters")
    finally:
        text.detach()  # the caller closes the stream


def _line_after(reader: Any) -> int:
    return 1 + (reader.line_num if reader else 0)


def _good(row: SubscriberRow | None) -> list[SubscriberRow]:
    return [] if row is None else [row]


def _header(reader: Any) -> list[str]:
    """Return the first row that is not empty; spreadsheets write empty rows above their table."""
    for cells in reader:
        if any(names := [strip_invisible(name).strip() for name in cells]):
            return names
    return []


def _bare_address(header: list[str]) -> str:
    """Return the email address in place of headings, if the file contains nothing but email addresses."""
    filled = [name for name in header if name]
    if len(filled) != 1 or "@" not in filled[0] or header[0] != filled[0]:
        return ""
    try:
        return clean_address(filled[0])
    except ValidationError:
        return ""


def _is_header_fine(layout: Layout, report: ImportReport) -> bool:
    header = [name for name in layout.headings if name]
    if layout.is_double:
        report.add_problem(1, "two columns have the same heading; rename or remove one")
    elif "email" in layout.ours:
        return True
    elif any("@" in name for name in header):
        report.add_problem(
            1, "the first line has an email address instead of headings; add a heading line with “email”"
        )
    elif lookalike := next((name for name in header if "mail" in name.casefold()), ""):
        report.add_problem(1, f"the heading “{lookalike[:40]}” is unknown; name the email address column “email”")
    else:
        found = f"; found columns: {_quoted(header)}" if header else ""
        report.add_problem(1, f"the column “email” is missing{found}")
    return False


def _note_columns(layout: Layout, report: ImportReport) -> None:
    if layout.skipped:
        columns = "Column" if len(layout.skipped) == 1 else "Columns"
        report.notes.append(f"{columns} skipped and not stored: {_quoted(layout.skipped)}.")
    if not layout.has_consents:
        report.notes.append(NO_CONSENTS)


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name[:40]}”" for name in names[:40]) + (" and more" if len(names) > 40 else "")


def _row(line: int, layout: Layout, cells: list[str], report: ImportReport) -> SubscriberRow | None:
    width = len(layout.headings)
    if len(cells) < layout.width or any(map(strip_invisible, cells[width:])):
        report.add_problem(line, f"cells: expected {width}, found {len(cells)}; check separators and quotes")
        return None
    try:
        return parse_row(line, *layout.cells(cells))
    except BadRow as error:
        report.add_problem(line, str(error))
        return None
