"""The SQLite library of the site, and the features that the backend knows without a query."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext

from tests.databases import ROOT, migrated_file
from tests.engine import hide_pysqlite3
from tests.prepared import certificate_and_static_files

pytestmark = pytest.mark.own_database

FLOW = """
import django; django.setup()
from django.db import connection, transaction
from django.test import Client
from tests.factories import make_article
import sqlite3

site = Client(headers={"host": "hub.example.com"})
article = make_article("The model card", body="Its *evaluation*.")
answer = site.get(article.get_absolute_url(), secure=True)
assert answer.status_code == 200 and b"<em>evaluation</em>" in answer.content
assert b"The model card" in site.get("/insights/search/?q=evaluations", secure=True).content
posted = site.post("/newsletter/subscribe/", {"email": "reader@example.org"}, secure=True)
assert posted.status_code == 303, posted.status_code
with transaction.atomic():
    article.unpublish()
    transaction.set_rollback(True)
print(sqlite3.__name__, sqlite3.sqlite_version, connection.Database.sqlite_version)
"""

# One connection holds the write lock; every feature of the backend is read on another.
FEATURES = """
import django; django.setup()
import inspect, sys
from django.db import connection
import sqlite3

connection.ensure_connection()
other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
connection.connection.execute("PRAGMA busy_timeout = 1")
seen = []
connection.connection.set_trace_callback(seen.append)
features = connection.features
asked = [name for name, _ in inspect.getmembers(type(features)) if not name.startswith("_")]
for name in asked:
    if not name.startswith("django_test") and name != "test_now_utc_template":
        getattr(features, name)
assert "supports_json_field" in asked and features.supports_json_field
assert not seen, seen
"""


def run(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `code` on a fresh SQLite database, whatever the engine of the suite."""
    database = tmp_path / "hub.sqlite3"
    database.write_bytes(migrated_file().read_bytes())
    (tmp_path / "static").symlink_to(certificate_and_static_files() / "static")
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        **variables,
    }
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(params=["pysqlite3", "sqlite3"])
def library(request, tmp_path) -> dict[str, str]:
    """Return the variables that make a process use the library."""
    return {} if request.param == "pysqlite3" else hide_pysqlite3(tmp_path)


def test_readers_and_sign_ups_work_with_either_library(library, tmp_path) -> None:
    """E12: pysqlite3 where it is installed, the standard library's module elsewhere."""
    done = run(FLOW, tmp_path, **library)
    assert done.returncode == 0, done.stderr
    name, version, used_by_django = done.stdout.split()
    assert version == used_by_django  # never two copies of SQLite in one process
    assert name == ("sqlite3" if library or "--standard-sqlite" in sys.argv else "pysqlite3")


def test_the_library_that_we_ship_has_no_wal_reset_bug(tmp_path) -> None:
    """E12: SQLite 3.51.3 or newer."""
    code = "import pysqlite3; print(*pysqlite3.sqlite_version_info)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert tuple(map(int, done.stdout.split())) >= (3, 51, 3)


def test_no_feature_is_probed_under_a_lock(library, tmp_path) -> None:
    """E1: every feature of the backend is known without a statement, so no lock can make its value wrong."""
    done = run(FEATURES, tmp_path, **library)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_statements_are_shown_with_their_values() -> None:
    """E12: the list of queries of DEBUG and of tests needs no `getlimit`."""
    from django.db import connection

    from insights.models import Tag

    with CaptureQueriesContext(connection) as queries:
        list(Tag.objects.filter(name="it's 100%", slug__in=["a", "b"]))
    assert "it''s 100%" in queries[0]["sql"]


WEB = "import config.wsgi"
WORKER = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'worker', '--once'])"


@pytest.mark.parametrize("start", [WEB, WORKER], ids=["web", "worker"])
def test_an_outdated_library_is_named_once_in_the_log(start, library, tmp_path) -> None:
    """E12: one line at start, of the web server and of the worker."""
    show_version = "import sqlite3, sys; print(*sqlite3.sqlite_version_info)"
    done = run(f"{start}\n{show_version}", tmp_path, **library)
    assert done.returncode == 0, done.stderr
    is_outdated = tuple(map(int, done.stdout.split()[-3:])) < (3, 51, 3)
    assert done.stderr.count("can corrupt a database under concurrent writes") == int(is_outdated), done.stderr
