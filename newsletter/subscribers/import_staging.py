"""Rows of a file in temporary tables, where SQL compares them with stored ones; filling them blocks no one.

Lists in memory would grow with the file. Rows of a real table would outlive a killed import.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import Error, connection, models

from insights.models import Article, Step
from newsletter.models import Consent, Subscriber
from newsletter.models.email_addresses import older_address_key
from newsletter.subscribers.csv_rows import SubscriberRow
from newsletter.subscribers.import_report import ImportReport

_MADE_BY_DATABASE = {"id", "status", "subscriber"}
SUBSCRIBER_FIELDS = [field for field in Subscriber._meta.concrete_fields if field.name not in _MADE_BY_DATABASE]
CONSENT_FIELDS = [field for field in Consent._meta.concrete_fields if field.name not in _MADE_BY_DATABASE]
MOST_LINKS = 10_000  # slugs in memory at a time


def columns(fields: list[Any], table: str = "") -> str:
    prefix = f"{table}." if table else ""
    return ", ".join(f"{prefix}{connection.ops.quote_name(field.column)}" for field in fields)


# Copies of the real tables, so that every column has its type on both engines.
_TABLES = {
    "import_row": f"""
        SELECT 1 AS line, {columns(SUBSCRIBER_FIELDS, "s")}, s.status, e.address_hash, e.address_hash AS older_hash,
               e.is_legacy AS has_uid
        FROM newsletter_subscriber s, newsletter_suppression e LIMIT 0""",  # noqa: S608
    "import_consent": f"SELECT 1 AS line, {columns(CONSENT_FIELDS)} FROM newsletter_consent LIMIT 0",  # noqa: S608
    "import_decision": """
        SELECT 1 AS line, s.id AS known_id, s.nonce AS kind, s.nonce AS why, s.confirmed_at, s.left_at, s.bounced_at
        FROM newsletter_subscriber s LIMIT 0""",
}

_INDEXES = [
    ("import_row_line", "import_row", "line"),
    ("import_row_key", "import_row", "address_key, line"),
    ("import_row_uid", "import_row", "uid, line"),
    ("import_consent_line", "import_consent", "line"),
    ("import_decision_line", "import_decision", "line"),
]


@contextmanager
def temporary_tables() -> Iterator[None]:
    # Some builds of SQLite, such as pysqlite3's, keep temporary tables in memory, so they get a file.
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _attached_file():
            _create("TABLE", "staging.")
            yield
        return
    _drop()
    _create("TEMPORARY TABLE", "")
    try:
        yield
    finally:
        with suppress(Error):  # the connection is lost, and its tables with it
            _drop()


@contextmanager
def _attached_file() -> Iterator[None]:
    """Attach an empty database as `staging`. Its file is deleted once it is open, so none outlives a kill."""
    with connection.cursor() as cursor:
        with tempfile.TemporaryDirectory(prefix="hub-import-") as folder:
            cursor.execute("ATTACH DATABASE %s AS staging", [str(Path(folder) / "rows.sqlite3")])
            cursor.execute("PRAGMA staging.journal_mode = MEMORY")  # no second file
            cursor.execute("CREATE TABLE staging.opened (x)")
        try:
            yield
        finally:
            cursor.execute("DETACH DATABASE staging")


def _create(kind: str, schema: str) -> None:
    """Create tables and indexes. Some builds of SQLite would sort an index that is made later in memory."""
    with connection.cursor() as cursor:
        for name, select in _TABLES.items():
            cursor.execute(f"CREATE {kind} {schema}{name} AS {select}")
        for name, table, fields in _INDEXES:
            cursor.execute(f"CREATE INDEX {schema}{name} ON {table} ({fields})")


def _drop() -> None:
    if connection.needs_rollback:
        return  # the tables end with the transaction
    schema = "temp" if connection.vendor == "sqlite" else "pg_temp"
    with connection.cursor() as cursor:
        for name in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {schema}.{name}")


class Links:
    def __init__(self) -> None:
        self.articles: dict[str, int | None] = {}
        self.steps: dict[str, int | None] = dict(Step.objects.values_list("slug", "pk"))

    def article(self, slug: str) -> int | None:
        if slug and slug not in self.articles:
            if len(self.articles) >= MOST_LINKS:
                self.articles.clear()
            self.articles[slug] = Article.objects.filter(slug=slug).values_list("pk", flat=True).first()
        return self.articles.get(slug)


class Staging:
    """Writer for the temporary tables. `hash_key` hashes an address key; None before a key exists."""

    def __init__(self, hash_key: Callable[[str], str] | None) -> None:
        self.hash_key = hash_key or (lambda key: "")
        self.links = Links()
        self._subscriber, self._consents = _plan(SUBSCRIBER_FIELDS), _plan(CONSENT_FIELDS)
        places = ", ".join(["%s"] * (len(SUBSCRIBER_FIELDS) + 5))
        self._insert_rows = f"INSERT INTO import_row VALUES ({places})"  # noqa: S608
        places = ", ".join(["%s"] * (len(CONSENT_FIELDS) + 1))
        self._insert_consents = f"INSERT INTO import_consent VALUES ({places})"  # noqa: S608

    def add(self, rows: tuple[SubscriberRow, ...]) -> None:
        consents = [self._consent(row.line, entry) for row in rows for entry in row.consents]
        with connection.cursor() as cursor:
            cursor.executemany(self._insert_rows, [self._row(row) for row in rows])
            if consents:
                cursor.executemany(self._insert_consents, consents)

    def _row(self, row: SubscriberRow) -> tuple[Any, ...]:
        given = {"email": row.email, "address_key": row.key, **row.dates}
        if row.uid:
            given["uid"] = row.uid
        older = older_address_key(row.email) if "xn--" in row.key else row.key
        hashes = self.hash_key(row.key), self.hash_key(older) if older != row.key else ""
        return (row.line, *_values(given, self._subscriber), row.status, *hashes, row.uid is not None)

    def _consent(self, line: int, entry: dict[str, Any]) -> tuple[Any, ...]:
        links = {
            "article_id": self.links.article(entry.get("article_slug", "")),
            "step_id": self.links.steps.get(entry.get("step_slug", "")),
        }
        return (line, *_values({**entry, **links}, self._consents))

    def finish(self, report: ImportReport) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE import_row")
                cursor.execute("ANALYZE import_consent")
        self._complain_of_doubles(report, "address_key", "email: already in line {}; remove one of the two")
        self._complain_of_doubles(report, "uid", "uid: already in line {}; fix it, or clear the cell")

    @staticmethod
    def _complain_of_doubles(report: ImportReport, column: str, words: str) -> None:
        first = f"SELECT line, MIN(line) OVER (PARTITION BY {column}) AS first FROM import_row"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT line, first FROM ({first}) lines WHERE line > first ORDER BY line LIMIT 500")  # noqa: S608
            for line, other in cursor.fetchall():
                report.add_problem(line, words.format(other))


def _values(given: dict[str, Any], plan: list[tuple[str, Callable[[], Any], Callable[[Any], Any]]]) -> list[Any]:
    return [prepare(given[name] if name in given else default()) for name, default, prepare in plan]


def _plan(fields: list[Any]) -> list[tuple[str, Callable[[], Any], Callable[[Any], Any]]]:
    """Return name, default and converter of each field, computed once instead of for each row."""

    def ready(field: Any) -> Callable[[Any], Any]:
        if isinstance(field, models.DateTimeField):
            return connection.ops.adapt_datetimefield_value
        if isinstance(field, models.UUIDField):
            return lambda value: field.get_db_prep_value(value, connection)
        return lambda value: value

    return [(field.attname, field.get_default, ready(field)) for field in fields]
