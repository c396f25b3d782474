"""Web workers that are replaced when their memory grows, one at a time, without a failed request."""

from __future__ import annotations

import mmap
import re
import threading
from collections.abc import Callable
from itertools import count

import pytest

from config import gunicorn
from config.recycling import PAUSE_SECONDS, resident_bytes
from tests.bench.site import gunicorn as benchmark_command
from tests.prepared import ROOT
from tests.site import Site, wait_until


@pytest.mark.nginx
def test_a_worker_that_grows_is_replaced_and_no_request_fails(start_site: Callable[..., Site]) -> None:
    """E15: behind nginx, with readers. Two workers never stop at once."""
    site = start_site(
        behind_nginx=True,
        with_worker=False,
        WORKER_MEMORY="250",
        DJANGO_SETTINGS_MODULE="tests.config.leaking_settings",
    )
    site.shell("from tests.factories import make_article; make_article('An article')")
    first, numbers, statuses, ended = set(site.web_workers()), count(), [], threading.Event()
    alive: list[int] = []

    def read() -> None:
        while not ended.wait(0.02):
            statuses.append(site.get(f"/insights/an-article/?n={next(numbers)}").status)

    def watch() -> None:
        while not ended.wait(0.02):
            alive.append(len(site.web_workers()))

    threads = [threading.Thread(target=work) for work in (read, read, read, watch)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: not first & set(site.web_workers()), "two new workers", 60)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200}
    assert min(alive) >= 1
    ends = re.findall(r"Worker \d+ uses (\d+) MB, more than WORKER_MEMORY. It is being replaced\.", site.logs("web"))
    assert len(ends) >= 2
    assert all(int(megabytes) >= 250 for megabytes in ends)
    site.stop()


def test_nothing_else_ends_a_worker() -> None:
    """E15: no number of requests does. A worker that serves for days keeps its cache."""
    assert not hasattr(gunicorn, "max_requests")
    assert PAUSE_SECONDS >= 5


def test_memory_is_read_where_the_system_tells_it() -> None:
    before = resident_bytes()
    with mmap.mmap(-1, 50_000_000) as fresh:  # bytes() may reuse memory that the process already has
        fresh.write(b"x" * 50_000_000)
        assert resident_bytes() - before > 40_000_000 or before == 0


def test_the_benchmark_runs_what_production_runs() -> None:
    """E15: gunicorn's command of the service file, with only a port and an application added."""
    service = (ROOT / "deploy" / "hub-web.service").read_text()
    production = re.search(r"^ExecStart=\S+/python (.*)$", service, re.MULTILINE)
    assert production
    arguments = benchmark_command(8001, "tests.bench.bare:application")[1:]
    assert arguments == [*production[1].split(), "-b", "127.0.0.1:8001", "tests.bench.bare:application"]
