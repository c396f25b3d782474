"""Processes killed with -9 in the middle of an audited action: rows and audit entry are both there, or neither.

A trigger makes each audit entry take a second or so. Every other kill comes as soon as another process sees the rows.
An entry in a transaction of its own would still be missing then. The rest come at a random time of the process's life.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.nursery import Child, nursery
from tests.prepared import MANAGE, ROOT
from tests.site import Site, wait_until

ROWS = 1500

# The import of round `number`: its file, the query for its rows, and its verb and subject in the audit.
WATCHED = {
    "subscribers": "from newsletter.models import Subscriber\nrows = Subscriber.objects.filter(email__startswith={!r})",
    "articles": "from insights.models import Article\nrows = Article.objects.filter(slug__startswith={!r})",
}

KILL_WHEN_SEEN = """
import os, signal, time
latest = time.monotonic() + 60
while not rows.exists():
    assert time.monotonic() < latest, "the rows never came"
for pid in {}:
    os.kill(pid, signal.SIGKILL)
"""

COUNT = """
from insights.models import AuditEntry
entries = AuditEntry.objects.filter(verb="imported {}", details__new__gt=0)
print(rows.count(), entries.count())
"""


SLOW_ENTRIES = """
from django.db import connection
count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n"
with connection.cursor() as cursor:
    if connection.vendor == "postgresql":
        cursor.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM * FROM ({count}) AS counted; RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER slow BEFORE INSERT ON insights_auditentry FOR EACH ROW EXECUTE FUNCTION slow()")
    else:
        cursor.execute(f"CREATE TRIGGER slow BEFORE INSERT ON insights_auditentry BEGIN SELECT * FROM ({count}); END")
"""


@pytest.fixture(scope="module")
def house(start_site: Callable[..., Site]):
    site = start_site(with_worker=False)
    site.shell(SLOW_ENTRIES)
    yield site
    site.stop()


def start(site: Site, *arguments: str) -> Child:
    """Start a management command as a process of its own, silent."""
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        return nursery().start([*MANAGE[1:], *arguments], site.env, (nothing, nothing, nothing))
    finally:
        os.close(nothing)


def import_of(kind: str, number: str, folder: Path) -> tuple[str, list[str], int]:
    """Return the prefix of the rows of round `number`, the command, and the number of rows."""
    prefix, place = f"{kind}-{number}-", folder / f"{kind}-{number}"
    if kind == "subscribers":
        place.write_text("email\n" + "".join(f"{prefix}{row}@example.com\n" for row in range(ROWS)))
        return prefix, ["import_subscribers", str(place)], ROWS
    place.mkdir()
    for row in range(8):
        (place / f"{row}.md").write_text(f"---\ntitle: Text {row}\nslug: {prefix}{row}\n---\nWords.\n")
    return prefix, ["import_articles", str(place)], 8


@pytest.mark.parametrize("kind", ["subscribers", "articles"])
@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.endurance)])
def test_a_killed_import_leaves_rows_and_entry_or_neither(house: Site, tmp_path: Path, kind: str, kills: int) -> None:
    """E9: kill -9 during an import → the audit entry is there exactly if the rows are."""
    seconds = random.Random(9)  # the same times in each run
    began = time.monotonic()
    prefix, command, expected = import_of(kind, f"{kills}-0", tmp_path)
    assert start(house, *command).wait() == 0
    life = time.monotonic() - began
    applied = int(house.shell(f"{WATCHED[kind].format('')}\n{COUNT.format(kind)}").split()[1])
    for number in range(1, kills + 1):
        prefix, command, expected = import_of(kind, f"{kills}-{number}", tmp_path)
        watched = WATCHED[kind].format(prefix)
        process = start(house, *command)
        if number % 2:
            house.shell(watched + KILL_WHEN_SEEN.format([process.pid]))
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds.uniform(0.2, 0.9) * life)
            process.send_signal(signal.SIGKILL)
        process.wait()
        rows, entries = map(int, house.shell(watched + COUNT.format(kind)).split())
        assert rows in {0, expected}
        assert entries == applied + (rows > 0)
        applied = entries


EXPORTED = (
    "from insights.models import AuditEntry; print(AuditEntry.objects.filter(verb='exported subscribers').count())"
)


@pytest.mark.parametrize("way", ["pipe", "file", "admin"])
def test_a_killed_export_is_in_the_audit_once_a_byte_has_left(fresh_site: Site, tmp_path: Path, way: str) -> None:
    """E9: kill -9 at an export's first byte → the entry says who has the data."""
    fresh_site.shell(
        "from tests.newsletter.factories import make_subscriber\n"
        "for _ in range(600): make_subscriber(status='confirmed')"
    )
    assert fresh_site.shell(EXPORTED) == "0"
    if way == "admin":
        headers = fresh_site.log_in(role="Newsletter manager")
        answer = fresh_site.post("/admin/newsletter/subscriber/export/", {}, **headers)
        assert answer.status == 200
        assert answer.text.startswith("email,")
    else:
        file = tmp_path / "out.csv"
        command = [*MANAGE, "export_subscribers", *(["--output", str(file)] if way == "file" else [])]
        process = subprocess.Popen(
            command, cwd=ROOT, env=fresh_site.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        assert process.stdout
        if way == "pipe":
            assert process.stdout.read(1) == b"e"
        else:
            part = tmp_path / "out.csv.part"
            wait_until(lambda: file.exists() or (part.exists() and part.stat().st_size), "the first bytes")
        process.kill()
        process.stdout.close()
        process.wait(60)
    assert fresh_site.shell(EXPORTED) == "1"


TAKEN_OFF = "from newsletter.models import Subscriber\nrows = Subscriber.objects.filter(status='left')\n"


def test_a_killed_bulk_action_leaves_all_of_it_or_nothing(fresh_site: Site) -> None:
    """E9: kill -9 of the web workers once a bulk action is visible → all rows and their entry are there."""
    fresh_site.shell(
        "from tests.newsletter.factories import make_subscriber\n"
        "for _ in range(50): make_subscriber(status='confirmed')"
    )
    fresh_site.shell(SLOW_ENTRIES)
    headers = fresh_site.log_in(role="Newsletter manager")
    chosen = fresh_site.shell(
        "from newsletter.models import Subscriber\nprint(*Subscriber.objects.values_list('pk', flat=True))"
    )
    form = "action=take_off&" + "&".join(f"_selected_action={pk}" for pk in chosen.split())
    killing = TAKEN_OFF + KILL_WHEN_SEEN.format(fresh_site.web_workers())
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(fresh_site.shell, killing)
        with suppress(OSError, http.client.HTTPException):  # killed before it has answered
            fresh_site.post("/admin/newsletter/subscriber/", form.encode(), **headers)
        killed.result()
    state = TAKEN_OFF + (
        "from insights.models import AuditEntry\n"
        "entries = AuditEntry.objects.filter(verb='unsubscribed subscribers')\n"
        "print(rows.count(), *entries.values_list('details', flat=True))"
    )
    assert fresh_site.shell(state) == "50 {'count': 50}"
