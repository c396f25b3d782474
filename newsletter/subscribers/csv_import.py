"""A CSV of subscribers into the database: all of it or nothing, in constant memory, whatever its size.

An import may say more than the database knows, and never takes back what a person decided: people who left or were
erased stay so, and no one becomes confirmed without a recorded consent. No email is sent.

The file is read once, checked row by row and staged (`import_staging.py`); no one waits for that. Then one transaction
decides and writes all of it with five statements, the audit entry included. Chosen against batches, which would leave a
part behind when they are killed. PostgreSQL lets others write meanwhile; SQLite's lock is held for two or three seconds
in 100,000 new rows, and `docs/newsletter.md` says what that means for a million.
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
    """Take the subscribers of a file. Changes nothing when one row is bad or in a dry run.

    The audit entry names `actor` (None: the command line) and is written in the same transaction. `watch` may look at
    the rows as they pass, `on_outcome` at what became of each.
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
    """Read what became of each row: as many as the report keeps, or all for `on_outcome`."""
    try:
        for outcome in outcomes() if on_outcome else islice(outcomes(), MOST_OUTCOMES):
            report.tell(outcome)
            if on_outcome:
                on_outcome(outcome)
    except Error as error:
        if not report.is_applied:
            raise
        logger.warning("The subscribers were imported; the list of rows broke off (%s).", type(error).__name__)


def _apply(report: ImportReport, actor: Any) -> None:
    """Decide and write. A sign-up that comes in between under PostgreSQL is seen at the second attempt."""
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
    """The function that hashes address keys; None before its key is made, when the list is empty."""
    return SuppressionKey.hasher() if may_write or SuppressionKey.objects.exists() else None
