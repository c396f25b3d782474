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

from django.db import OperationalError
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


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions also wait their turn among writers that come and go.

    SQLite's own wait is a poll without a queue: a busy site with a slow disk can fail it although no writer holds the
    lock for long. So a transaction begins again while others commit, up to `longest_wait` seconds in all
    (`config/database/patience.py`). A lock whose holder commits nothing ends the wait after `busy_timeout`.
    """

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    longest_wait = 0.0

    def _start_transaction_under_autocommit(self) -> None:
        end = time.monotonic() + self.longest_wait
        commits = self._commits_of_others()
        while True:
            try:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
                return
            except OperationalError:
                before, commits = commits, self._commits_of_others()
                if commits == before or time.monotonic() >= end:
                    raise

    def _commits_of_others(self) -> int:
        """Return a number that changes with every commit of another connection; 0 where no wait is to be longer."""
        if not self.longest_wait:
            return 0
        with self.wrap_database_errors:
            return self.connection.execute("PRAGMA data_version").fetchone()[0]
