"""A CSV of readers into the database: all of it or nothing.

An import may say more than the database knows, and never takes back what a reader decided: who has left or had
themselves erased stays so, and nobody becomes confirmed without a recorded consent. No mail is sent.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any, BinaryIO

from django.db import transaction

from insights.models import Article, Step
from newsletter.models import Consent, Subscriber, Suppression, SuppressionKey

from .cells import unguarded
from .columns import COLUMNS
from .report import MOST_PROBLEMS, Report
from .rows import BadRow, Row, parse_row

MAX_BYTES = 10 * 1024 * 1024
CHUNK = 500


class FileTooLarge(Exception):
    """More than MAX_BYTES."""


def read_csv(
    stream: BinaryIO, *, is_dry_run: bool = False, watch: Callable[[list[Any]], Iterable[Any]] = iter
) -> Report:
    """Take the readers of a file. Changes nothing when one row is bad or in a dry run. Raises FileTooLarge.

    `watch` may look at the chunks of rows as they pass.
    """
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    report = Report()
    rows = list(_good_rows(content, report))
    if report.problems:
        return report
    with transaction.atomic():
        links = _Links()
        for chunk in watch(list(batched(rows, CHUNK))):
            _apply(list(chunk), links, report)
        if report.problems or is_dry_run:
            transaction.set_rollback(True)
    report.is_applied = not report.problems and not is_dry_run
    return report


def _good_rows(content: bytes, report: Report) -> Iterator[Row]:
    """The rows that can be taken; what is wrong with the others goes into the report."""
    seen: dict[str, int] = {}
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
            seen[row.key] = row.line
            yield row
    except csv.Error as error:
        report.complain(reader.line_num + 1, f"this is no CSV: {error}")


def _is_header_fine(header: list[str], report: Report) -> bool:
    if "email" not in header:
        report.complain(1, "the column “email” is missing")
    for name in header:
        if name not in COLUMNS:
            report.complain(1, f"the column “{name[:40]}” is not known; known are {', '.join(COLUMNS)}")
    if len(set(header)) < len(header):
        report.complain(1, "a column stands there twice")
    return not report.problems


def _row(line: int, header: list[str], cells: list[str], report: Report) -> Row | None:
    if len(cells) != len(header):
        report.complain(line, f"{len(cells)} cells where the header has {len(header)}")
        return None
    try:
        return parse_row(line, dict(zip(header, map(unguarded, cells), strict=True)))
    except BadRow as error:
        report.complain(line, str(error))
        return None


class _Links:
    """Slugs → rows that consents link to, each looked up once."""

    def __init__(self) -> None:
        self.articles: dict[str, int | None] = {"": None}
        self.steps: dict[str, int | None] = {"": None, **dict(Step.objects.values_list("slug", "pk"))}

    def consents(self, subscriber: Subscriber, entries: list[dict[str, Any]]) -> list[Consent]:
        return [
            Consent(
                subscriber=subscriber,
                article_id=self._article(entry.get("article_slug", "")),
                step_id=self.steps.get(entry.get("step_slug", "")),
                **entry,
            )
            for entry in entries
        ]

    def _article(self, slug: str) -> int | None:
        if slug not in self.articles:
            self.articles[slug] = Article.objects.filter(slug=slug).values_list("pk", flat=True).first()
        return self.articles[slug]


def _apply(rows: list[Row], links: _Links, report: Report) -> None:
    known = {row.address_key: row for row in Subscriber.objects.filter(address_key__in=[row.key for row in rows])}
    taken = set(Subscriber.objects.filter(uid__in=[row.uid for row in rows if row.uid]).values_list("uid", flat=True))
    hashes = SuppressionKey.hash_addresses([row.email for row in rows])
    suppressed = Suppression.objects.among(hashes)
    fresh: list[tuple[Subscriber, Row]] = []
    for row, address_hash in zip(rows, hashes, strict=True):
        if address_hash in suppressed:
            report.tell(row.line, "left out", "erased at the reader's request")
        elif row.key in known:
            _update(known[row.key], row, links, report)
        elif row.uid in taken:
            report.complain(row.line, "uid: belongs to another reader")
        else:
            given = {"uid": row.uid, **row.moments} if row.uid else row.moments
            fresh.append((Subscriber(email=row.email, address_key=row.key, **given), row))
            taken |= {row.uid} if row.uid else set()
            report.tell(row.line, "new", row.status)
    Subscriber.objects.bulk_create([subscriber for subscriber, _ in fresh])
    Consent.objects.bulk_create(
        [consent for subscriber, row in fresh for consent in links.consents(subscriber, row.consents)]
    )


def _update(subscriber: Subscriber, row: Row, links: _Links, report: Report) -> None:
    """Add to a known reader what the file knows more."""
    if subscriber.left_at:
        has_left_in_file = row.status == Subscriber.Status.LEFT
        report.tell(row.line, *(("unchanged",) if has_left_in_file else ("left out", "has left")))
        return
    news = _news(subscriber, row)
    if not news:
        report.tell(row.line, "unchanged")
        return
    for name, moment in news.items():
        setattr(subscriber, name, moment)
    subscriber.save(update_fields=list(news))
    held = set(subscriber.consents.values_list("what", "happened_at"))
    missing = [entry for entry in row.consents if (entry["what"], entry["happened_at"]) not in held]
    Consent.objects.bulk_create(links.consents(subscriber, missing))
    report.tell(row.line, "changed", row.status)


def _news(subscriber: Subscriber, row: Row) -> dict[str, Any]:
    """The moments to take over; what the reader confirmed after a moment in the file counts for more than the file."""
    news = {}
    for name in ("left_at", "bounced_at"):
        moment = row.moments.get(name)
        is_known = getattr(subscriber, name) is not None
        if moment and not is_known and not (subscriber.confirmed_at and subscriber.confirmed_at > moment):
            news[name] = moment
    if row.status == Subscriber.Status.CONFIRMED and subscriber.status == Subscriber.Status.PENDING:
        news["confirmed_at"] = row.moments["confirmed_at"]
    return news
