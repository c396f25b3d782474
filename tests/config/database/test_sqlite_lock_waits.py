"""A writer's wait for SQLite's lock: its turn among short transactions, and an early end at a stuck lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import Error, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from config.database.sqlite.base import base
from config.environment import Environment

SHORT, LONGEST = 0.1, 5.0


@pytest.fixture
def connection(tmp_path: Path, django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection of the site's backend, which waits SHORT seconds for one holder of the lock."""
    environment = Environment({"DATABASE_URL": f"sqlite:///{tmp_path / 'turns.sqlite3'}"})
    settings = environment.database("DATABASE_URL", default=tmp_path, lock_seconds=SHORT, pool_size=1)
    connection = ConnectionHandler({"default": settings})["default"]
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE turns (writer TEXT)")
        yield connection
        connection.close()


@contextmanager
def others(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    """Have another connection hold the lock, commit and take it again at once, for `seconds`."""
    begun, end = threading.Event(), time.monotonic() + seconds

    def write_and_write() -> None:
        other = base.Database.connect(connection.settings_dict["NAME"], isolation_level=None)
        while time.monotonic() < end:
            other.execute("BEGIN IMMEDIATE")
            begun.set()
            other.execute("INSERT INTO turns VALUES ('other')")
            time.sleep(SHORT * 0.7)
            other.execute("COMMIT")
        other.close()

    thread = threading.Thread(target=write_and_write)
    thread.start()
    assert begun.wait(5)
    try:
        yield
    finally:
        thread.join()


def begin(connection: BaseDatabaseWrapper) -> float:
    """Begin and end a transaction. Returns the seconds until it began, or gave up."""
    started = time.monotonic()
    try:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    except OperationalError as error:
        assert "locked" in str(error)
        return -(time.monotonic() - started)
    waited = time.monotonic() - started
    connection.rollback()
    connection.set_autocommit(True)
    return waited


def test_a_transaction_waits_its_turn_while_others_commit(connection) -> None:
    """E4, N15: a visitor's sign-up is not refused because others sign up at the same time."""
    connection.longest_wait = LONGEST
    with others(connection, SHORT * 5):
        assert 0 <= begin(connection) < LONGEST


def test_a_statement_outside_a_transaction_waits_its_turn_too(connection) -> None:
    """E4, N15: also a write of one statement, such as a counter's."""
    connection.longest_wait = LONGEST
    with others(connection, SHORT * 5), connection.cursor() as cursor:
        started = time.monotonic()
        cursor.execute("INSERT INTO turns VALUES ('this')")
        assert time.monotonic() - started < LONGEST
        cursor.execute("SELECT COUNT(*) FROM turns WHERE writer = 'this'")
        assert cursor.fetchone() == (1,)


def test_the_longest_wait_ends_although_others_commit(connection) -> None:
    connection.longest_wait = SHORT * 2
    with others(connection, SHORT * 15):
        waits = [begin(connection) for _ in range(3)]
    assert min(waits) < 0, "the others left no gap"
    assert all(abs(wait) < SHORT * 6 for wait in waits)


@pytest.mark.parametrize("longest", [0.0, LONGEST])
def test_a_lock_whose_holder_commits_nothing_ends_the_wait_early(connection, longest) -> None:
    """E4: readers need the worker. Commits before the wait do not count."""
    connection.longest_wait = longest
    assert 0 <= begin(connection) < LONGEST
    stuck = base.Database.connect(connection.settings_dict["NAME"], isolation_level=None)
    stuck.execute("INSERT INTO turns VALUES ('earlier')")
    stuck.execute("BEGIN IMMEDIATE")
    assert -LONGEST / 2 < begin(connection) < -SHORT * 0.9
    stuck.close()


def test_a_fault_at_the_begin_is_the_databases(connection) -> None:
    """E6: an error of the driver is Django's, so that the answer is a 503 with the typed text."""
    connection.longest_wait = LONGEST
    connection.connection.close()
    with pytest.raises(Error):
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
