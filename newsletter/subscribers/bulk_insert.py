"""Insert and update of staged rows: four statements, for any number of rows."""

from __future__ import annotations

from django.db import connection

from newsletter.subscribers.import_staging import CONSENT_FIELDS, SUBSCRIBER_FIELDS, columns

_CONSENTS = f"""
INSERT INTO newsletter_consent (subscriber_id, {columns(CONSENT_FIELDS)})
SELECT s.id, {columns(CONSENT_FIELDS, "c")}
FROM import_decision d
JOIN import_row r ON r.line = d.line
JOIN newsletter_subscriber s ON s.address_key = r.address_key
JOIN import_consent c ON c.line = d.line
"""  # noqa: S608
STATEMENTS = [
    f"""
INSERT INTO newsletter_subscriber ({columns(SUBSCRIBER_FIELDS)})
SELECT {columns(SUBSCRIBER_FIELDS, "r")} FROM import_decision d JOIN import_row r ON r.line = d.line
WHERE d.kind = 'new' ORDER BY d.line
""",  # noqa: S608
    """
UPDATE newsletter_subscriber SET
    confirmed_at = COALESCE(d.confirmed_at, newsletter_subscriber.confirmed_at),
    left_at = COALESCE(d.left_at, newsletter_subscriber.left_at),
    bounced_at = COALESCE(d.bounced_at, newsletter_subscriber.bounced_at)
FROM import_decision d WHERE d.known_id = newsletter_subscriber.id AND d.kind = 'changed'
""",
    f"{_CONSENTS} WHERE d.kind = 'new' ORDER BY d.line",
    f"""{_CONSENTS}
WHERE d.kind = 'changed' AND NOT EXISTS (
    SELECT 1 FROM newsletter_consent k
    WHERE k.subscriber_id = s.id AND k.what = c.what AND k.happened_at = c.happened_at
) ORDER BY d.line
""",  # noqa: S608
]
# SQLite's default of 2 MB would write each index page many times while the lock is held.
_PAGES = "PRAGMA cache_size = -{}"
_CACHE = 24_000  # kB


def insert_decided() -> None:
    with connection.cursor() as cursor:
        before = 0
        if connection.vendor == "sqlite":
            before = -cursor.execute("PRAGMA cache_size").fetchone()[0]
            cursor.execute(_PAGES.format(_CACHE))
        try:
            for statement in STATEMENTS:
                cursor.execute(statement)
        finally:
            if before:
                cursor.execute(_PAGES.format(before))
