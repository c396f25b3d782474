"""Django's PostgreSQL backend: a pool that fails fast, and OperationalError for every error of a lost server."""

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

# SQLSTATEs of psycopg's InternalError: the server ended the session or became a standby.
LOST_STATES = {"25006", "25P03", "25P04"}


class ErrorWrapper(DatabaseErrorWrapper):
    wrapper: Any  # missing in Django's stubs

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
    # Django's own names, missing in its stubs.
    _connection_pools: dict[str, FailFastPool]
    _configure_connection: Callable[[Any], Any]

    @property
    def pool(self) -> FailFastPool | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            parameters = {**self.get_connection_params(), "autocommit": True}  # Django changes it as needed
            pool = FailFastPool(parameters, configure=self._configure_connection, **options)
            self._connection_pools.setdefault(self.alias, pool)  # the first of two threads wins
        return self._connection_pools[self.alias]

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        return ErrorWrapper(self)
