"""Twenty writers and fifty readers at once (D01), with production settings and on the real site."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.endurance import lengths
from tests.site import Site

pytestmark = pytest.mark.own_database

ROOT = Path(__file__).resolve().parents[3]
ARTICLE = "/insights/an-article/"
COUNTED = """
from insights.models import Article
from newsletter.models import Subscriber
print(Article.objects.get(slug="an-article").views, Subscriber.objects.count())
"""


@lengths("seconds", short=6, full=60)
def test_twenty_writers_lose_nothing(seconds: float, tmp_path: Path) -> None:
    """D01: 20 writers + 50 readers with production settings → 0 errors, no lost increment."""
    environment = {
        **os.environ,
        "DATABASE_URL": fresh_database(tmp_path),
        "VAR_DIR": str(tmp_path),
        "THREADS": "10",  # of a reader's process; its pool follows
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.config.database.writers", "--seconds", str(seconds)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150 + seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["errors"] == []
    assert result["views"] == result["rows"] == result["expected"] > 100
    assert result["reads"] > 0


@lengths("seconds", short=6, full=60)
def test_visitors_who_write_at_once_are_all_counted(start_site: Callable[..., Site], seconds: float) -> None:
    """D01, E4: no 500. All that was acknowledged is stored. A write that gave up with 503 is an answer."""
    site = start_site(TRUSTED_PROXIES="127.0.0.1", PAGE_CACHE="0")
    site.shell("from tests.factories import make_article; make_article('An article')")
    numbers, answers = itertools.count(1), Counter()
    until = time.monotonic() + seconds
    counting = threading.Lock()

    def ask(number: int, what: str) -> None:
        network = {"x_forwarded_for": f"10.{number // 250}.{number % 250}.1"}  # each visitor from a network of its own
        if what == "view":
            answer = site.post(f"{ARTICLE}view/", **network)
        elif what == "sign-up":
            answer = site.post("/newsletter/subscribe/", {"email": f"reader{number}@example.org"}, **network)
        else:
            answer = site.get(f"{ARTICLE}?{number}", **network)
        with counting:
            answers[what, answer.status] += 1

    def go_on(what: str) -> None:
        while time.monotonic() < until:
            ask(next(numbers), what)

    with ThreadPoolExecutor(70) as pool:
        kinds = ["view"] * 10 + ["sign-up"] * 10 + ["page"] * 50
        for done in [pool.submit(go_on, what) for what in kinds]:
            done.result()
    assert {status for _, status in answers} <= {200, 204, 303, 503}, answers
    assert answers["page", 503] == 0
    views, subscribers = map(int, site.shell(COUNTED).split())
    assert views == answers["view", 204] > 0
    assert subscribers == answers["sign-up", 303] > 0
