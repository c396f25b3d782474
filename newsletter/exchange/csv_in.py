"""A CSV of readers into the database: all of it or nothing.

An import may say more than the database knows, and never takes back what a reader decided: who has left or had
themselves erased stays so, and nobody becomes confirmed without a recorded consent. No mail is sent.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import batched, count
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from insights.signals import deed_done
from newsletter.models import Subscriber, SuppressionKey

from .cells import unguarded
from .columns import COLUMNS
from .plan import Links, Plan, write
from .report import MOST_PROBLEMS, Report
from .rows import BadRow, Row, parse_row

MAX_BYTES = 10 * 1024 * 1024
CHUNK = 500
ATTEMPTS = 3

_SEPARATORS = {";": "semicolons (;)", "\t": "tabs", "|": "bars (|)"}

type Watch = Callable[[list[Any]], Iterable[Any]]


class FileTooLarge(Exception):
    """More than MAX_BYTES."""


def read_csv(stream: BinaryIO, *, is_dry_run: bool = False, actor: Any = None, watch: Watch = iter) -> Report:
    """Take the readers of a file. Changes nothing when one row is bad or in a dry run. Raises FileTooLarge.

    The audit entry names `actor` (None: the command line) and is written in the same transaction.

    Other writers wait only while rows are written, and not at all for a dry run.

    `watch` may look at the chunks of rows as they pass.
    """
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    report = Report()
    rows = list(_good_rows(content, report))
    if report.problems:
        return report
    plans = _applied(rows, watch, actor) if not is_dry_run else _planned(rows, _hashes(rows, may_write=False), watch)
    report.add_all(plan.report for plan in plans)
    report.is_applied = not report.problems and not is_dry_run
    return report


def _planned(rows: list[Row], hashes: list[str], watch: Watch) -> list[Plan]:
    """What the file would change, chunk by chunk; reads only."""
    links = Links()
    chunks = [(list(some), hashes[i * CHUNK : (i + 1) * CHUNK]) for i, some in enumerate(batched(rows, CHUNK))]
    return [Plan.made(some, theirs, links) for some, theirs in watch(chunks)]


def _applied(rows: list[Row], watch: Watch, actor: Any) -> list[Plan]:
    """Plan, and write unless a row turns out bad. Who signs up at the same moment under PostgreSQL is seen at the
    second attempt."""
    hashes = _hashes(rows, may_write=True)
    for attempt in count(1):
        plans = _planned(rows, hashes, watch)
        if any(plan.report.problems for plan in plans):
            break
        try:
            with transaction.atomic():
                plans = [plan.renewed() for plan in plans]
                if not any(plan.report.problems for plan in plans):
                    write(plans)
                    _record(plans, actor)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            break
    return plans


def _record(plans: list[Plan], actor: Any) -> None:
    """Write the audit entry of an import; part of the write transaction."""
    report = Report()
    report.add_all(plan.report for plan in plans)
    verb, details = "imported subscribers", report.counts
    deed_done.send(sender=Subscriber, actor=actor, verb=verb, subject="subscribers", details=details)


def _hashes(rows: list[Row], *, may_write: bool) -> list[str]:
    """The rows' hashes on the suppression list; before its key is made nobody can stand there."""
    if not may_write and not SuppressionKey.objects.exists():
        return [""] * len(rows)
    return SuppressionKey.hash_keys(row.key for row in rows)


def _good_rows(content: bytes, report: Report) -> Iterator[Row]:
    """The rows that can be taken; what is wrong with the others goes into the report."""
    seen: dict[str | uuid.UUID, int] = {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.complain(0, "This is no text in UTF-8. Save the file as “CSV UTF-8” and send it again.")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _is_header_fine(header, report):
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(report.problems) >= MOST_PROBLEMS:
                return
            row = _row(reader.line_num, header, cells, report)
            if row is None:
                continue
            if row.key in seen:
                report.complain(row.line, f"email: the same address stands in line {seen[row.key]}")
                continue
            if row.uid in seen:
                report.complain(row.line, f"uid: the same stands in line {seen[row.uid]}")
                continue
            seen |= {row.key: row.line} | ({row.uid: row.line} if row.uid else {})
            yield row
    except csv.Error as error:
        report.complain(reader.line_num + 1, f"this is no CSV: {error}")


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
