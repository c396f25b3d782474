"""Warning about a SQLite library with the WAL-reset bug (see `config/database/sqlite/base.py`)."""

from __future__ import annotations

import logging

from django.db import connection

FIXED_IN = (3, 51, 3)

logger = logging.getLogger(__name__)


def log_outdated_sqlite() -> None:
    """Log a warning if the SQLite library has the bug. A system check would make `check --deploy` fail."""
    if connection.vendor != "sqlite":
        return
    version = connection.Database.sqlite_version_info  # type: ignore[attr-defined]
    if version < FIXED_IN:
        used, fixed = (".".join(map(str, numbers)) for numbers in (version, FIXED_IN))
        logger.warning(
            "SQLite %s can corrupt a database under concurrent writes (fixed in %s). "
            "Install pysqlite3 or a newer Python, or use PostgreSQL.",
            used,
            fixed,
        )
