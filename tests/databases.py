"""Fresh migrated databases for real processes, on the engine of the run.

Migrating takes seconds, so it is done once for a test process; each site gets a copy (a file, or a TEMPLATE of
PostgreSQL's).
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_numbers = count(1)


def fresh_database(folder: Path) -> str:
    """The DATABASE_URL of a database that is migrated and empty."""
    if not os.environ["DATABASE_URL"].startswith("postgres"):
        shutil.copy(_migrated_file(), folder / "hub.sqlite3")
        return f"sqlite:///{folder / 'hub.sqlite3'}"
    name = f"site_{os.getpid()}_{next(_numbers)}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{_migrated_template()}"')
    atexit.register(_on_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    return _url(name)


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hub-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(f"sqlite:///{folder / 'hub.sqlite3'}")
    return folder / "hub.sqlite3"


@cache
def _migrated_template() -> str:
    name = f"template_{os.getpid()}"
    _on_server(f'CREATE DATABASE "{name}"')
    atexit.register(_on_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _migrate(_url(name))
    return name


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


def _url(name: str) -> str:
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _on_server(statement: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
