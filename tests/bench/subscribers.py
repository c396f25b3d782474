"""`make bench-subscribers`: the cost of importing and exporting N subscribers (default: 1,000,000).

On each engine: a fresh database and a generated CSV with one consent a row. The commands run as processes of their own,
measured by time and peak memory. So is the longest wait of another writer during the import. The export is also
compared with a bare csv loop in one process. It writes the same columns of both tables from a raw cursor, through
`csv.writer`, into nothing. Export and bare loop run in turn. Printed are the medians of their CPU times.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.peak import megabytes_at_rest, run
from tests.bench.site import environment

TURNS = 3
CONSENT = [
    "2026-05-25T09:00:00.123456+00:00", "2026-05-25T09:05:00.654321+00:00", "/insights/a-made-up-article/",
    "2026-05-25T09:05:00.654321+00:00", "One issue a week.",
    "button pressed after opening the link in the confirmation email",
]  # fmt: skip
HEADER = [
    "email", "status", "created_at", "confirmed_at", "page", "consent_at", "consent_wording", "consent_proof", "uid",
]  # fmt: skip


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write_file(path: Path, rows: int) -> None:
    """Write a CSV of made-up subscribers at many hosts, in no order."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for number in range(rows):
            email = f"{uuid.uuid5(uuid.NAMESPACE_DNS, str(number)).hex[:12]}.{number}@host{number % 5000}.example.com"
            created, confirmed, page, *consent = CONSENT
            writer.writerow([email, "confirmed", created, confirmed, page, *consent, uuid.uuid4()])


# In the process that exports


class Nothing:
    def write(self, text: str) -> None:
        pass


def bare_loop() -> None:
    """Write the columns of both tables, row by row, into nothing."""
    from newsletter.models import Consent, Subscriber

    writer = csv.writer(Nothing())
    subscriber = ("email", "status", "created_at", "confirmed_at", "left_at", "bounced_at", "uid")
    consent = ("what", "happened_at", "page", "article_slug", "article_title", "step_slug", "wording", "proof")
    for rows, columns in ((Subscriber.objects, subscriber), (Consent.objects, consent)):
        order = ["pk"] if columns is subscriber else ["subscriber_id"]
        sql, parameters = rows.order_by(*order).values_list(*columns).query.sql_with_params()
        with _cursor() as cursor:
            cursor.execute(sql, parameters)
            while some := cursor.fetchmany(1000):
                writer.writerows(some)


@contextmanager
def _cursor() -> Iterator[Any]:
    """Yield a cursor that does not hold all rows in memory. On PostgreSQL it is a named one, WITH HOLD as the ORM's."""
    from django.db import connection

    connection.ensure_connection()
    with connection.chunked_cursor() as cursor:
        yield cursor


def export() -> None:
    from newsletter.models import Subscriber
    from newsletter.subscribers import write_csv

    write_csv(Subscriber.objects.all(), Nothing())


def measure() -> dict[str, list[float]]:
    """Return the CPU seconds of each turn. On PostgreSQL the server's own work is not included."""
    times: dict[str, list[float]] = {"bare": [], "export": [], "bare, clock": [], "export, clock": []}
    for _ in range(TURNS):
        for name, work in (("bare", bare_loop), ("export", export)):
            clock, began = time.perf_counter(), time.process_time()
            work()
            times[name].append(time.process_time() - began)
            times[f"{name}, clock"].append(time.perf_counter() - clock)
    return times


# In the process that compares


@contextmanager
def other_writer(url: str) -> Iterator[list[float]]:
    """Write a row again and again in the background. Yields the waits in seconds."""
    waits: list[float] = []
    stop = threading.Event()

    def write() -> None:
        execute = _writer(url)
        while not stop.is_set():
            began = time.monotonic()
            execute()
            waits.append(time.monotonic() - began)
            stop.wait(0.02)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def _writer(url: str) -> Callable[[], object]:
    statement = "UPDATE newsletter_subscriber SET bounced_at = NULL WHERE address_key = 'other@example.com'"
    if url.startswith("sqlite"):
        import sqlite3

        file = sqlite3.connect(
            url.removeprefix("sqlite:///"), timeout=600, isolation_level=None, check_same_thread=False
        )
        return lambda: file.execute(statement)
    import psycopg

    server = psycopg.connect(url, autocommit=True)
    return lambda: server.execute(statement)


@contextmanager
def database(engine: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a fresh migrated database with one subscriber."""
    from tests.engine import start_postgres  # imported here: it gives the importing process an environment of its own

    url = f"sqlite:///{folder}/hub.sqlite3" if engine == "sqlite" else start_postgres(folder / "server")
    env = environment(folder, url)
    run("manage.py", "migrate", "-v0", env=env)
    (folder / "one.csv").write_text("email\nother@example.com\n")
    run("manage.py", "import_subscribers", str(folder / "one.csv"), env=env)
    yield env


def report(engine: str, folder: Path, file: Path, rows: int) -> None:
    say(f"\n### {engine}\n")
    with database(engine, folder) as env:
        rest = megabytes_at_rest(env)
        with other_writer(env["DATABASE_URL"]) as waits:
            imported = run("manage.py", "import_subscribers", str(file), env=env)
        exported = run("manage.py", "export_subscribers", "--output", str(folder / "out.csv"), env=env)
        found = json.loads(run("-m", "tests.bench.subscribers", "--measure", env=env).printed)
    median = {name: statistics.median(times) for name, times in found.items()}
    ratio = statistics.median(a / b for a, b in zip(found["export"], found["bare"], strict=True))
    clock = statistics.median(a / b for a, b in zip(found["export, clock"], found["bare, clock"], strict=True))
    say(f"A command at rest holds {rest:.0f} MB.\n")
    say("| | seconds | CPU seconds | peak MB |\n|---|---:|---:|---:|")
    for name, done in (("import_subscribers", imported), ("export_subscribers", exported)):
        say(f"| {name}, {rows:,} rows | {done.seconds:.1f} | {done.processor:.1f} | {done.megabytes:.0f} |")
    say(f"\nAnother writer waited {max(waits):.1f} s at most during the import.")
    say(f"Export {median['export']:.2f} s of CPU, bare loop {median['bare']:.2f} s: ratio {ratio:.2f}.")
    say(f"By the clock {median['export, clock']:.2f} s and {median['bare, clock']:.2f} s: ratio {clock:.2f}.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.subscribers", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--measure", action="store_true", help="measure the database of this environment, as JSON")
    options = parser.parse_args()
    if options.measure:
        import django

        django.setup()
        sys.stdout.write(json.dumps(measure()))
        return
    say(f"{os.cpu_count()} processors; medians of {TURNS} turns.")
    with tempfile.TemporaryDirectory(prefix="hub-subscribers-") as name:
        file = Path(name) / "subscribers.csv"
        write_file(file, options.rows)
        for engine in [options.engine] if options.engine else ["sqlite", "postgres"]:
            folder = Path(name) / engine
            (folder / "server").mkdir(parents=True, mode=0o700)
            report(engine, folder, file, options.rows)


if __name__ == "__main__":
    main()
