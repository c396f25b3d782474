"""Decision on all staged rows, in one statement. People who left or were erased stay so."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from newsletter.subscribers.import_report import MOST_PROBLEMS, ImportReport, RowOutcome

AT_ONCE = 1000  # rows of a report in memory at a time

# PostgreSQL: lock known subscribers until the transaction ends.
_HOLD = """
SELECT COUNT(*) FROM (
    SELECT s.id FROM newsletter_subscriber s JOIN import_row r ON r.address_key = s.address_key
    ORDER BY s.id FOR UPDATE OF s
) held
"""
# A confirmation after a date in the file takes precedence over that date.
_FACTS = """
SELECT r.line, r.status, s.id AS known_id, s.left_at IS NOT NULL AS has_left,
       e.id IS NOT NULL OR (o.id IS NOT NULL AND s.confirmed_at IS NULL) AS is_erased,
       r.has_uid AND EXISTS (SELECT 1 FROM newsletter_subscriber u WHERE u.uid = r.uid) AS is_uid_taken,
       CASE WHEN r.status = 'confirmed' AND s.status = 'pending' THEN r.confirmed_at END AS confirmed_at,
       CASE WHEN s.left_at IS NULL AND NOT COALESCE(s.confirmed_at > r.left_at, FALSE) THEN r.left_at END AS left_at,
       CASE WHEN s.bounced_at IS NULL AND NOT COALESCE(s.confirmed_at > r.bounced_at, FALSE) THEN r.bounced_at
            END AS bounced_at
FROM import_row r
LEFT JOIN newsletter_subscriber s ON s.address_key = r.address_key
LEFT JOIN newsletter_suppression e ON e.address_hash = r.address_hash
LEFT JOIN newsletter_suppression o ON o.address_hash = r.older_hash AND o.is_legacy
"""
_DECIDE = f"""
INSERT INTO import_decision (line, known_id, kind, why, confirmed_at, left_at, bounced_at)
SELECT line, known_id, kind,
       CASE WHEN kind IN ('new', 'changed') AND status = 'left' THEN 'unsubscribed'
            WHEN kind IN ('new', 'changed') THEN status
            WHEN kind = 'skipped' AND is_erased THEN 'erased on request'
            WHEN kind = 'skipped' THEN 'unsubscribed' ELSE '' END,
       confirmed_at, left_at, bounced_at
FROM (
    SELECT facts.*,
           CASE WHEN is_erased THEN 'skipped'
                WHEN known_id IS NULL AND is_uid_taken THEN 'refused'
                WHEN known_id IS NULL THEN 'new'
                WHEN has_left AND status = 'left' THEN 'unchanged'
                WHEN has_left THEN 'skipped'
                WHEN COALESCE(confirmed_at, left_at, bounced_at) IS NOT NULL THEN 'changed'
                ELSE 'unchanged' END AS kind
    FROM ({_FACTS}) facts
) decided
ORDER BY line
"""  # noqa: S608
_REFUSED = "SELECT line FROM import_decision WHERE kind = 'refused' ORDER BY line LIMIT %s"
_SOME = "SELECT line, kind, why FROM import_decision WHERE line > %s ORDER BY line LIMIT %s"


def decide_staged_rows(report: ImportReport, *, may_write: bool) -> None:
    """Decide on all staged rows and count the results; with `may_write`, as part of the write transaction."""
    with connection.cursor() as cursor:
        if may_write and connection.features.has_select_for_update:
            cursor.execute(_HOLD)
        cursor.execute("DELETE FROM import_decision")
        cursor.execute(_DECIDE)
        cursor.execute(_REFUSED, [MOST_PROBLEMS])
        for (line,) in cursor.fetchall():
            report.add_problem(line, "uid: belongs to another subscriber; fix it, or clear the cell")
        cursor.execute("SELECT kind, COUNT(*) FROM import_decision GROUP BY kind")
        report.count(dict(cursor.fetchall()))


def outcomes() -> Iterator[RowOutcome]:
    line = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_SOME, [line, AT_ONCE])
            found = [RowOutcome(*values) for values in cursor.fetchall()]
            if not found:
                return
            yield from found
            line = found[-1].line
