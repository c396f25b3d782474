"""Fresh migrated databases for real processes, on the engine of the run.

Migrating takes seconds, so it is done once for a run. Each site gets a copy (a file, or a TEMPLATE of PostgreSQL's).
The demo publication is kept in the same way.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

from tests.prepared import made_once

ROOT = Path(__file__).resolve().parent.parent
_numbers = count(1)


def fresh_database(folder: Path, kind: str = "migrated") -> str:
    """Return the DATABASE_URL of a new database: "migrated" and empty, or another `kind` that `keep_as` has kept."""
    if not is_postgres():
        shutil.copy(_migrated() if kind == "migrated" else _file(kind), folder / "hub.sqlite3")
        return f"sqlite:///{folder / 'hub.sqlite3'}"
    template = migrated_template() if kind == "migrated" else _template(kind)
    name = f"site_{os.getpid()}_{next(_numbers)}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    atexit.register(_on_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    return _url(name)


def migrated_template() -> str:
    """Return the name of PostgreSQL's migrated database, which no process connects to."""
    _migrated()
    return _template("migrated")


def begin_migrated(connection: Any) -> None:
    """Fill an empty SQLite database with the migrated content."""
    import sqlite3  # imported here: by now it is the library that the site uses

    source = sqlite3.connect(_migrated())
    source.backup(connection)
    source.close()


def keep_as(kind: str, url: str) -> None:
    """Keep an unused database as the source that `fresh_database` copies for this `kind`."""
    if is_postgres():
        _on_server(f'CREATE DATABASE "{_template(kind)}" TEMPLATE "{url.partition("?")[0].rpartition("/")[2]}"')
        return
    # Its last connection has closed, so its log is merged into the file.
    shutil.copy(url.removeprefix("sqlite:///"), _file(kind))


def drop_templates() -> None:
    """Drop the databases that this run has kept on a server that is not its own."""
    for kind in ("migrated", "demo"):
        _on_server(f'DROP DATABASE IF EXISTS "{_template(kind)}" WITH (FORCE)')


def migrated_file() -> Path:
    """Return a migrated SQLite database to copy, whatever the engine of the run."""
    if not is_postgres():
        return _migrated()
    return made_once("sqlite", lambda folder: _migrate(f"sqlite:///{folder / 'hub.sqlite3'}")) / "hub.sqlite3"


def _migrated() -> Path:
    def make(folder: Path) -> None:
        if is_postgres():
            _on_server(f'CREATE DATABASE "{_template("migrated")}"')
            _migrate(_url(_template("migrated")))
        else:
            _migrate(f"sqlite:///{_file('migrated')}")

    made_once("migrated", make)
    return _file("migrated")


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


def is_postgres() -> bool:
    """Return whether the suite runs on PostgreSQL. A test that asks has a database (`tests/once.py`)."""
    engine = os.environ["DATABASE_URL"].partition(":")[0]
    assert engine in {"postgres", "sqlite"}, "a test with a database of its own has the mark own_database"
    return engine == "postgres"


def _file(kind: str) -> Path:
    return Path(os.environ["VAR_DIR"]) / f"{kind}.sqlite3"


def _template(kind: str) -> str:
    return f"{Path(os.environ['VAR_DIR']).name}-{kind}"


def _url(name: str) -> str:
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _on_server(statement: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
