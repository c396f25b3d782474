"""Connection pool that fails fast if the server is unavailable, and waits if it is busy.

The pool of psycopg retries until `timeout`, so a stopped server would hold every web worker. Here a failed attempt to
connect ends the wait. Then requests are refused until the server answers a probe thread, or for AWAY_SECONDS without
that thread (circuit breaker per process).
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, ClassVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

logger = logging.getLogger(__name__)

AWAY_SECONDS = 2.0
PROBE_SECONDS = 0.5
CONNECT_SECONDS = 1.0  # a longer attempt counts as failed; libpq accepts no timeout below two
LOOK_SECONDS = 0.05


_longer: ContextVar[float] = ContextVar("longer", default=0)


@contextmanager
def wait_longer(seconds: float) -> Iterator[None]:
    """Let statements inside wait `seconds` for their answer, if the process has a limit."""
    before = _longer.set(seconds)
    try:
        yield
    finally:
        _longer.reset(before)


class DatabaseUnavailable(psycopg.OperationalError):
    """The server is unreachable, or was so a short time ago."""


class Availability:
    """Circuit breaker. `connect` makes one attempt; `size` returns how many connections the pool has or is opening."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]], size: Callable[[], int]) -> None:
        self._connect, self._size = connect, size
        self._lock = threading.Lock()
        self._attempts: dict[int, float] = {}  # thread → start of its attempt
        self._probe: threading.Thread | None = None
        self._cause = ""
        self._failed_at = self._away_until = self._away_since = self._asked_at = 0.0

    def check(self) -> None:
        if self._away_since:
            self._asked_at = now = time.monotonic()
            if now < self._away_until or (self._probe is not None and self._probe.is_alive()):
                raise DatabaseUnavailable(self._cause)

    def check_attempts(self, since: float) -> None:
        """Raise DatabaseAway if an attempt failed after `since`, or takes longer than CONNECT_SECONDS."""
        now = time.monotonic()
        if any(now - began > CONNECT_SECONDS for began in list(self._attempts.values())):
            self.failed(f"no connection within {CONNECT_SECONDS:g} s")
        if self._failed_at >= since:
            raise DatabaseUnavailable(self._cause)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        self._attempts[threading.get_ident()] = time.monotonic()
        try:
            yield
        except psycopg.Error as error:
            # While other connections are in use, the server is up: after “too many clients”, a request waits for one of
            # those.
            if self._size() <= len(self._attempts):
                self.failed(" ".join(str(error).split()))
            raise
        else:
            self._succeeded()
        finally:
            self._attempts.pop(threading.get_ident(), None)

    def failed(self, cause: str) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._away_since:
                self._away_since = self._asked_at = now
                logger.error("PostgreSQL is unavailable: %s", cause)
            self._cause, self._failed_at, self._away_until = cause, now, now + AWAY_SECONDS
            if self._probe is None or not self._probe.is_alive():
                self._probe = threading.Thread(target=self._look, name="postgresql-probe", daemon=True)
                self._probe.start()

    def _succeeded(self) -> None:
        with self._lock:
            if self._away_since:
                logger.warning("PostgreSQL is available again after %.1f s.", time.monotonic() - self._away_since)
            self._away_since = 0.0

    def _look(self) -> None:
        """Try to connect every PROBE_SECONDS, until it works or no request has come for a minute."""
        pause = threading.Event()
        while not pause.wait(PROBE_SECONDS) and self._away_since and time.monotonic() < self._asked_at + 60:
            with suppress(psycopg.Error):
                self._connect().close()


class PooledConnection(psycopg.Connection[Any]):
    """Connection that waits at most `answer_seconds` (None: no limit) for an answer."""

    # A frozen server keeps its connections: neither the network nor `statement_timeout` ends the wait.
    answer_seconds: ClassVar[float | None] = None
    availability: Availability

    @classmethod
    def connect(cls, conninfo: str = "", *, availability: Availability, **parameters: Any) -> PooledConnection:  # type: ignore[override]
        with availability.attempt():
            connection = super().connect(conninfo, **parameters)
        connection.availability = availability
        return connection

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None or self.answer_seconds is None:
            return super().wait(gen, interval, timeout)
        seconds = _longer.get() or self.answer_seconds
        latest = time.monotonic() + seconds
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.OperationalError:
            if time.monotonic() >= latest:
                self._give_up(f"no answer within {seconds:g} s")
            raise

    def _give_up(self, cause: str) -> None:
        """Cancel the statement, which might still be executed, and close the connection."""
        try:
            self.cancel_safe(timeout=CONNECT_SECONDS)
        except psycopg.Error:
            self.availability.failed(cause)
        self.close()


class FailFastPool(ConnectionPool[PooledConnection]):
    """psycopg's pool, opened by its user. `options` are psycopg's; `timeout` is the wait for a full pool."""

    def __init__(self, parameters: dict[str, Any], configure: Callable[[Any], Any], **options: Any) -> None:
        self.availability = Availability(
            lambda: PooledConnection.connect(**parameters, availability=self.availability),
            lambda: self.get_stats()["pool_size"],
        )
        super().__init__(
            kwargs={**parameters, "availability": self.availability},
            connection_class=PooledConnection,
            configure=configure,
            open=False,
            reconnect_timeout=0,  # the next request tries again; psycopg's own pauses grow to minutes
            **options,
        )

    def getconn(self, timeout: float | None = None) -> PooledConnection:
        """Return a working connection. Raises DatabaseAway, or PoolTimeout if none is free within `timeout` seconds."""
        self.availability.check()
        began = time.monotonic()
        latest = began + (self.timeout if timeout is None else timeout)
        while True:
            try:
                connection = super().getconn(min(LOOK_SECONDS, max(latest - time.monotonic(), 0.001)))
            except PoolTimeout:
                self.availability.check_attempts(began)
                if time.monotonic() >= latest:
                    raise
            else:
                if is_alive(connection):
                    return connection
                connection.close()
                self.putconn(connection)


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Return whether the connection works, mostly by polling its socket: a ping costs a tenth of a page's time."""
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    # An idle server sends data only when it ends the session; `tcp_user_timeout` detects a lost network.
    if not waiting.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
