"""Import of a CSV of subscribers: all rows or none, in constant memory. No email is sent.

People who left or were erased stay so, and only a recorded consent confirms anyone. Rows are staged, which blocks no
one, and written in one transaction with five statements. We do not use batches because a killed import would leave a
part behind. SQLite's lock is held for two or three seconds per 100,000 new rows (see `docs/newsletter.md`); PostgreSQL
allows other writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import batched, count, islice
from typing import Any, BinaryIO

from django.db import Error, IntegrityError, transaction

from insights.signals import audit_event
from newsletter.models import Subscriber, SuppressionKey
from newsletter.subscribers.bulk_insert import insert_decided
from newsletter.subscribers.csv_file import good_rows
from newsletter.subscribers.import_decision import decide_staged_rows, outcomes
from newsletter.subscribers.import_report import MOST_OUTCOMES, ImportReport, RowOutcome
from newsletter.subscribers.import_staging import Staging, temporary_tables

logger = logging.getLogger(__name__)

CHUNK = 500
ATTEMPTS = 3

type Watch = Callable[[Iterable[Any]], Iterable[Any]]


def import_csv(
    stream: BinaryIO,
    *,
    is_dry_run: bool = False,
    actor: Any = None,
    watch: Watch = iter,
    on_outcome: Callable[[RowOutcome], object] | None = None,
) -> ImportReport:
    """Import the subscribers of a file. Change nothing if one row is bad, or in a dry run.

    The audit log entry names `actor` (None: the command line). `watch` wraps the rows; `on_outcome` gets each result.
    """
    report = ImportReport()
    with temporary_tables():
        staging = Staging(_hash_key(may_write=not is_dry_run))
        for rows in batched(watch(good_rows(stream, report)), CHUNK):
            staging.add(rows)
        staging.finish(report)
        if not report.problems and is_dry_run:
            decide_staged_rows(report, may_write=False)
        elif not report.problems:
            _apply(report, actor)
        report.sort()
        if not report.problems:
            _list_outcomes(report, on_outcome)
    return report


def _list_outcomes(report: ImportReport, on_outcome: Callable[[RowOutcome], object] | None) -> None:
    try:
        for outcome in outcomes() if on_outcome else islice(outcomes(), MOST_OUTCOMES):
            report.tell(outcome)
            if on_outcome:
                on_outcome(outcome)
    except Error as error:
        if not report.is_applied:
            raise
        logger.warning("The subscribers were imported, but listing the rows failed (%s).", type(error).__name__)


def _apply(report: ImportReport, actor: Any) -> None:
    """Decide and write. If PostgreSQL reports a conflict with a parallel sign-up, a second attempt sees that row."""
    for attempt in count(1):
        try:
            with transaction.atomic():
                decide_staged_rows(report, may_write=True)
                if not report.problems:
                    insert_decided()
                    report.is_applied = True
                    verb, details = "imported subscribers", report.counts
                    audit_event.send(sender=Subscriber, actor=actor, verb=verb, subject="subscribers", details=details)
                return
        except IntegrityError:
            report.is_applied = False
            if attempt == ATTEMPTS:
                raise


def _hash_key(*, may_write: bool) -> Callable[[str], str] | None:
    """Return the function that hashes address keys; None without a key, which means an empty list."""
    return SuppressionKey.hasher() if may_write or SuppressionKey.objects.exists() else None
