"""Django's SQLite backend, over a SQLite library without the WAL-reset bug.

SQLite 3.7.0 to 3.51.2 can corrupt a database with a write-ahead log when two connections write or checkpoint at the
same time (https://sqlite.org/wal.html#walresetbug). Python links what the system ships, so `pysqlite3`, which bundles a
fixed SQLite, takes the place of the standard library's module where it is installed. It does so in the whole process:
two copies of SQLite that open one file in one process drop each other's locks.
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
    """Plain values where Django asks the database once per process.

    Django's question about JSON opens a transaction. Under a long write lock it fails, and "no" is remembered for good.
    """

    supports_json_field = True  # built in since 3.38
    max_query_params = 32_766  # SQLite's own default; pysqlite3 has no `getlimit` to ask


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return `sql` with its values, for logs and tests; Django's own needs `getlimit`."""
        if not params:
            return sql
        if isinstance(params, dict):
            return sql % {name: self._quoted(value) for name, value in params.items()}
        return sql % tuple(self._quoted(value) for value in params)

    def _quoted(self, value: Any) -> Any:
        return self.connection.connection.execute("SELECT QUOTE(?)", (value,)).fetchone()[0]


class WaitingCursor(base.SQLiteCursorWrapper):
    """A cursor whose statements also wait their turn among writers that come and go.

    SQLite's own wait is a poll without a queue: a busy site with a slow disk can fail it although no writer holds the
    lock for long. So what takes the lock, a BEGIN or a statement of its own, is tried again while others commit, up to
    `longest_wait` seconds in all (`config/database/patience.py`). A lock whose holder commits nothing ends the wait
    after `busy_timeout`.
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
