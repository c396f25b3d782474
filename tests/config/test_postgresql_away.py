"""PostgreSQL away: stopped, killed, frozen, restarted, while real processes serve readers and editors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.own_postgres import OwnPostgres
from tests.site import Answer, Site, wait_until

MAKE = "from tests.factories import make_article; [make_article(title) for title in ('Cached', 'Uncached')]"
CACHED, UNCACHED = "/insights/cached/", "/insights/uncached/"


@pytest.fixture
def away_site(start_site: Callable[..., Site], own_postgres: OwnPostgres) -> Iterator[Site]:
    """The site in its default shape (two sync workers) over a PostgreSQL of its own, with one page cached."""
    site = start_site(DATABASE_URL=own_postgres.url, THREADS="1", WORKERS="2")
    site.shell(MAKE)
    assert site.get(CACHED).status == 200
    yield site
    site.stop()


def timed(site: Site, path: str) -> tuple[float, Answer]:
    began = time.monotonic()
    answer = site.get(path)
    return time.monotonic() - began, answer


def is_put_off(answer: Answer) -> bool:
    return answer.status == 503 and int(answer.headers["Retry-After"]) > 0 and "Traceback" not in answer.text


def test_nobody_queues_behind_a_stopped_server(away_site: Site, own_postgres: OwnPostgres) -> None:
    """E5: 24 requests at once are all answered within about a second, /healthz at once; back within two seconds."""
    own_postgres.stop()
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda number: timed(away_site, f"{UNCACHED}?page={number}"), range(24)))
    assert all(is_put_off(answer) for _, answer in answers)
    assert max(took for took, _ in answers) < 1.5
    took, answer = timed(away_site, "/healthz")
    assert (answer.status, took < 0.5) == (200, True)
    assert timed(away_site, CACHED)[1].status == 200
    own_postgres.start()
    wait_until(lambda: away_site.get(UNCACHED).status == 200, "the page", 2)
    print(sorted(round(took, 3) for took, _ in answers))
