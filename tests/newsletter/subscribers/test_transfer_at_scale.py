"""Import and export of large files: constant memory, few statements, and no wait for a dry run."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
from itertools import islice
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Subscriber
from newsletter.subscribers import csv_lines
from tests.bench.peak import Run, run
from tests.bench.subscribers import write_file
from tests.databases import fresh_database
from tests.newsletter.factories import make_subscriber
from tests.site import MANAGE, ROOT

pytestmark = pytest.mark.own_database

FEW, MANY = 2_000, 40_000


@pytest.fixture(scope="module")
def transfers(tmp_path_factory) -> dict[int, tuple[Run, Run, Path, Path]]:
    """Return an import and an export for few and for many rows, as processes of their own, and both files."""
    done = {}
    for rows in (FEW, MANY):
        folder = tmp_path_factory.mktemp(f"rows-{rows}")
        env = {**os.environ, "DATABASE_URL": fresh_database(folder), "VAR_DIR": str(folder)}
        file, written = folder / "in.csv", folder / "out.csv"
        write_file(file, rows)
        imported = run("manage.py", "import_subscribers", str(file), env=env)
        exported = run("manage.py", "export_subscribers", "--output", str(written), env=env)
        done[rows] = (imported, exported, file, written)
    return done


def test_the_memory_of_an_import_does_not_grow_with_its_file(transfers):
    """E14: twenty times the rows take little more than the maximum of the database's own cache (24 MB)."""
    assert transfers[MANY][0].printed == f"Done: {MANY} new, 0 changed, 0 unchanged, 0 skipped.\n"
    assert transfers[MANY][0].megabytes - transfers[FEW][0].megabytes < 40
    assert transfers[MANY][0].megabytes < 150


def test_the_memory_of_an_export_does_not_grow_with_its_rows(transfers):
    """E14, X05: the same chunks, for any number of rows."""
    assert transfers[MANY][1].megabytes - transfers[FEW][1].megabytes < 10


def test_a_large_import_and_export_lose_nothing(transfers):
    """E14, X04: row for row the same, in the order of the file."""
    with transfers[MANY][2].open(newline="") as given, transfers[MANY][3].open(newline="") as taken:
        for row, again in zip(csv.DictReader(given), csv.DictReader(taken), strict=True):
            page = row.pop("page")  # of the confirmation; the column is that of the request
            assert {name: again[name] for name in row} == row
            assert f'"page":"{page}"' in again["consents"]


@pytest.mark.django_db
def test_an_export_asks_twice_for_a_thousand_rows():
    """E14: the rows in one statement, the consents of each thousand in another."""
    for _ in range(3):
        make_subscriber(status="confirmed")
    with CaptureQueriesContext(connection) as queries:
        list(csv_lines(Subscriber.objects.all()))
    assert len(queries) == 2


def test_consents_stay_with_their_subscribers_when_few_of_many_are_exported(db):
    """E14: for ids close together and far apart."""
    states = ["left", *["pending"] * 4] * 8
    rows = [make_subscriber(f"r{number}@example.com", status=status) for number, status in enumerate(states)]
    chosen = Subscriber.objects.filter(status="left")
    exported = list(csv.DictReader(csv_lines(chosen)))
    assert [row["email"] for row in exported] == [row.email for row in rows[::5]]
    assert {row["consents"].count('"what"') for row in exported} == {2}


def command(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_check_runs_while_another_process_holds_the_write_lock(tmp_path):
    """E14, X06: staged rows are in temporary tables, which take no lock of the database."""
    env = {**os.environ, "DATABASE_URL": fresh_database(tmp_path), "VAR_DIR": str(tmp_path)}
    file = tmp_path / "in.csv"
    write_file(file, 1_500)
    other = holder(env["DATABASE_URL"])
    try:
        done = command(env, "import_subscribers", str(file), "--dry-run", "--skip-checks")
    finally:
        other.close()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Dry run: 1500 new, 0 changed, 0 unchanged, 0 skipped."
    assert len(done.stdout.splitlines()) == 1_501


def holder(url: str):
    """Return a connection with a writer's lock: SQLite's write lock, or the table's on PostgreSQL."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other
    import psycopg

    server = psycopg.connect(url)
    server.execute("LOCK TABLE newsletter_subscriber IN SHARE ROW EXCLUSIVE MODE")
    return server


def test_a_bad_row_at_the_end_of_a_large_file_changes_nothing(tmp_path):
    """E14, X06: more than ten megabytes, and the last of the rows is invalid."""
    env = {**os.environ, "DATABASE_URL": fresh_database(tmp_path), "VAR_DIR": str(tmp_path)}
    file = tmp_path / "in.csv"
    write_file(file, 2_000)
    with file.open("a") as stream:
        stream.write("reader@example.com,confirmed,2026-01-01,,,,,," + "\n")
        stream.write('bad@example.com,pending,,,,,"' + "x" * 100_000 + '\n",,\n')
    done = command(env, "import_subscribers", str(file))
    assert done.returncode == 1
    assert "line 2002: confirmed, but without a recorded consent" in done.stderr
    assert "nothing was changed" in done.stderr
    assert command(env, "export_subscribers").stdout.count("\n") == 1


def test_a_file_of_more_than_ten_megabytes_is_taken_by_the_command(tmp_path):
    """E14: no limit but the disk's. Here the cells are long."""
    env = {**os.environ, "DATABASE_URL": fresh_database(tmp_path), "VAR_DIR": str(tmp_path)}
    file = tmp_path / "in.csv"
    with file.open("w") as stream:
        stream.write("email,status,consent_at,consent_wording,consent_proof\n")
        for number in range(5_500):
            stream.write(f"r{number}@example.com,confirmed,2026-05-25,{'w' * 1_900},paper form\n")
    assert file.stat().st_size > 10 * 1024 * 1024
    assert command(env, "import_subscribers", str(file)).stdout.startswith("Done: 5500 new")


def test_the_first_bytes_of_an_export_come_before_the_last_rows_are_read(db):
    """X05: the file streams."""
    for _ in range(3):
        make_subscriber()
    assert len(list(islice(csv_lines(Subscriber.objects.all()), 2))) == 2
