"""The seconds that a write waits for a database lock, on a real database that another connection has locked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import get_resolver

from config.database import patience
from config.database.patience import SECONDS_OF, lock_seconds
from tests.databases import ROOT, fresh_database
from tests.prepared import certificate_and_static_files
from tests.write_lock import write_lock

pytestmark = pytest.mark.own_database

# Times each kind of write in a process of its own, whose database is locked from the first line on.
WRITES = """
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.config.short_lock_wait_settings"
import django; django.setup()
from django.db import OperationalError, connection, connections
from django.test import Client
from config.database.patience import lock_timeout
from insights.models import Tag

def seconds(write):
    started = time.monotonic()
    try:
        answer = write()
    except OperationalError:
        answer = None
    return round(time.monotonic() - started, 2), getattr(answer, "status_code", None)

site = Client(raise_request_exception=False, headers={"host": "localhost"})
site.get("/insights/an-article/", secure=True)  # so that no time below is that of imports
post = lambda path, **data: lambda: site.post(path, data, secure=True)
measured = {
    "view": seconds(post("/insights/an-article/view/")),
    "sign-up": seconds(post("/newsletter/subscribe/", email="reader@example.org")),
    "comment": seconds(post("/insights/an-article/feedback/", helpful="yes")),
    "outside": seconds(lambda: Tag.objects.create(name="x", slug="x")),
}
with lock_timeout(0.1):
    measured["open"] = seconds(lambda: Tag.objects.create(name="x", slug="x"))
    connections.close_all()
    measured["opened inside"] = seconds(lambda: Tag.objects.create(name="x", slug="x"))
measured["read"] = seconds(lambda: site.get("/insights/an-article/", secure=True))
connections.close_all()
measured["pooled"] = seconds(lambda: Tag.objects.create(name="x", slug="x"))
print(json.dumps(measured))
"""


@pytest.fixture
def waited(tmp_path: Path) -> dict[str, list]:
    """Return for each kind of write the seconds until it gave up, and its status. Staff and workers wait 3 s here."""
    url = fresh_database(tmp_path)
    (tmp_path / "static").symlink_to(certificate_and_static_files() / "static")
    env = {**os.environ, "DATABASE_URL": url, "VAR_DIR": str(tmp_path), "ALLOWED_HOSTS": "hub.example.com,localhost"}
    article = "import django; django.setup(); from tests.factories import make_article; make_article('An article')"
    subprocess.run([sys.executable, "-c", article], cwd=ROOT, env=env, check=True, timeout=60)
    with write_lock(url):
        done = subprocess.run(
            [sys.executable, "-c", WRITES], cwd=ROOT, env=env, check=False, timeout=60, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_kind_of_write_gives_up_after_its_own_time(waited) -> None:
    """E4: the view counter after 0.2 s. Sign-up, votes and comments after 2 s. Staff and workers after theirs."""
    for kind, least, most in (
        ("view", 0.2, 1.2), ("sign-up", 2, 3.5), ("comment", 2, 3.5), ("outside", 3, 4.5), ("pooled", 3, 4.5),
        ("open", 0.1, 1), ("opened inside", 0.1, 1), ("read", 0, 1.5),
    ):  # fmt: skip
        assert least <= waited[kind][0] + 0.02 and waited[kind][0] <= most, (kind, waited)
    assert [waited[kind][1] for kind in ("view", "sign-up", "comment", "read")] == [503, 503, 503, 200]


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/insights/an-article/view/", 0.2),
        ("/newsletter/subscribe/", 2),
        ("/newsletter/confirm/token/", 2),
        ("/newsletter/unsubscribe/token/", 2),
        ("/insights/an-article/feedback/", 2),
        ("/admin/insights/article/1/autosave/", 2),
        ("/admin/insights/article/1/presence/", 0.2),
        ("/admin/insights/article/1/change/", 20),
        ("/admin/login/", 20),
        ("/no/such/page/", 20),
    ],
)
def test_the_seconds_of_a_request(path: str, seconds: float) -> None:
    """E4: 0.2 s for the view counter, 2 s for visitors, 20 s for staff."""
    assert lock_seconds(path) == seconds


def test_every_named_view_exists() -> None:
    for name in SECONDS_OF:
        namespace, _, view = name.partition(":")
        assert view in {str(key) for key in get_resolver().namespace_dict[namespace][1].reverse_dict}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/insights/an-article/view/", "/newsletter/subscribe/", "/admin/"])
def test_every_request_that_may_write_waits_its_turn(rf, path) -> None:
    """E4, E8: on SQLite, no view is lost because others are counted at the same time."""
    seen: list[float] = []
    patience.PatienceMiddleware(lambda request: seen.append(patience._longest.get()))(rf.post(path))
    assert seen == [patience.LOCK_RETRY_SECONDS]
