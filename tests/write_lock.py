"""A write lock on a site's database, held by a separate connection: readers read on, no writer gets in.

SQLite has one lock for all writers (`BEGIN IMMEDIATE`). On PostgreSQL every table is locked against all but reading,
which has the same effect. As a program, `python -m tests.write_lock URL SECONDS`, it holds the lock that long. Then it
waits until its input ends.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def write_lock(url: str) -> Iterator[None]:
    """Hold the write lock of the database at `url`."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 20000")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
        return
    import psycopg

    with psycopg.connect(url) as held:
        tables = held.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
        held.execute(f"LOCK TABLE {', '.join(name for (name,) in tables)} IN EXCLUSIVE MODE")
        yield
        held.rollback()


@contextmanager
def write_lock_for(url: str, seconds: float) -> Iterator[None]:
    """Have another process hold the lock for the block, and for `seconds` at least."""
    command = [sys.executable, "-m", "tests.write_lock", url, str(seconds)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        assert process.poll() is None
        process.communicate()
    assert process.returncode == 0


if __name__ == "__main__":
    with write_lock(sys.argv[1]):
        print("locked", flush=True)  # noqa: T201
        time.sleep(float(sys.argv[2]))
        sys.stdin.read()
