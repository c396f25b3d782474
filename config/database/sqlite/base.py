"""Django's SQLite backend with a SQLite library that has no WAL-reset bug.

SQLite 3.7.0 to 3.51.2 can corrupt a database with a write-ahead log when two connections write at the same time
(https://sqlite.org/wal.html#walresetbug). `pysqlite3` bundles a fixed SQLite. It replaces the standard module in the
whole process, since two copies of SQLite that open one file drop each other's locks.
"""

from __future__ import annotations

import sys
import time
from typing import Any

try:
    import pysqlite3
except ImportError:  # no wheel for this platform
    pass
else:
    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2

from sqlite3 import OperationalError

from django.db.backends.sqlite3 import base, features, operations


class DatabaseFeatures(features.DatabaseFeatures):
    # Constants: under a long write lock, Django's own test for JSON fails, and it remembers “no” for good.
    supports_json_field = True  # built in since 3.38
    max_query_params = 32_766  # SQLite's default; pysqlite3 has no `getlimit`


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return `sql` with its values, for logs and tests. Django's version needs `getlimit`."""
        if not params:
            return sql
        if isinstance(params, dict):
            return sql % {name: self._quoted(value) for name, value in params.items()}
        return sql % tuple(self._quoted(value) for value in params)

    def _quoted(self, value: Any) -> Any:
        return self.connection.connection.execute("SELECT QUOTE(?)", (value,)).fetchone()[0]


class WaitingCursor(base.SQLiteCursorWrapper):
    """Cursor that retries a locked statement while other writers commit, up to `longest_wait` seconds in all.

    SQLite polls for its lock without a queue, so a busy site with a slow disk could fail. A lock whose holder commits
    nothing ends the wait after `busy_timeout`.
    """

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        longest = self.wrapper.longest_wait
        if not longest or self.connection.in_transaction:
            return super().execute(query, params)
        end = time.monotonic() + longest
        commits = self._commits_of_others()
        while True:
            try:
                return super().execute(query, params)
            except OperationalError as error:
                before, commits = commits, self._commits_of_others()
                if "locked" not in str(error) or commits == before or time.monotonic() >= end:
                    raise

    def _commits_of_others(self) -> int:
        """Return a number that changes with every commit of another connection."""
        return self.connection.execute("PRAGMA data_version").fetchone()[0]


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    longest_wait = 0.0

    def create_cursor(self, name: str | None = None) -> WaitingCursor:
        cursor = self.connection.cursor(factory=WaitingCursor)
        cursor.wrapper = self
        return cursor
