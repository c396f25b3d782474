"""Django's PostgreSQL backend, with a pool that knows at once when the server is away.

`ENGINE: config.database.postgresql`. A connection that is lost, or leads to a server that takes no writes, raises
Django's OperationalError, whichever class psycopg gives it: one `except` finds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from config.database.postgresql.pool import FailFastPool

# SQLSTATEs that psycopg counts as internal errors: the server ended the session, or is a standby by now.
LOST_STATES = {"25006", "25P03", "25P04"}


class ErrorWrapper(DatabaseErrorWrapper):
    """Django's translation of psycopg's errors, but OperationalError for whatever a lost server causes."""

    wrapper: Any  # Django's stubs leave it out

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if _is_lost(exc_value):
            self.wrapper.errors_occurred = True
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def _is_lost(error: object) -> bool:
    if isinstance(error, psycopg.InternalError):
        return error.sqlstate in LOST_STATES
    return isinstance(error, psycopg.InterfaceError) and "connection is closed" in str(error)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper over a `FailFastPool`."""

    # Django's own names, which its stubs leave out.
    _connection_pools: dict[str, FailFastPool]
    _configure_connection: Callable[[Any], Any]

    @property
    def pool(self) -> FailFastPool | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            parameters = {**self.get_connection_params(), "autocommit": True}  # Django sets it as it needs it
            pool = FailFastPool(parameters, configure=self._configure_connection, **options)
            self._connection_pools.setdefault(self.alias, pool)  # of two threads, the first one's
        return self._connection_pools[self.alias]

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        return ErrorWrapper(self)
