"""Limit on a request's wait for the answer to one statement, when the server keeps the connection but is silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from config.database.postgresql.pool import PooledConnection, wait_longer

READ_SECONDS = 5.0  # same as for a connection of a full pool
WRITE_SECONDS = 25.0  # a save by staff may wait twenty seconds for a lock

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def limit_waits(application: Application) -> Application:
    """Limit each statement to READ_SECONDS, or to WRITE_SECONDS in a request that may write."""
    PooledConnection.answer_seconds = READ_SECONDS

    def limited(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return application(environ, start_response)
        with wait_longer(WRITE_SECONDS):
            return _waited(application(environ, start_response))

    return limited


def _waited(body: Iterable[bytes]) -> Iterable[bytes]:
    """Give a streamed body (an export queries the database while it is sent) the same limit as its request."""
    return _LongBody(body) if getattr(body, "streaming", False) else body


class _LongBody:
    def __init__(self, body: Any) -> None:
        self._body, self._parts = body, iter(body)

    def __iter__(self) -> _LongBody:
        return self

    def __next__(self) -> bytes:
        with wait_longer(WRITE_SECONDS):
            return next(self._parts)

    def close(self) -> None:
        self._body.close()
