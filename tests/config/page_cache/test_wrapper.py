"""The page cache's choice of pages to store, around a handler with prepared answers."""

from __future__ import annotations

import datetime as dt
import io
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import OperationalError

from config.page_cache import PageCache, wrapper
from config.page_cache.generations import Generations
from config.page_cache.page import _preferred, cache_control, make_page, preferred_encoding
from config.page_cache.stores import FILES, FolderStore, Generation, Memory

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/insights/a-page/"


class Handler:
    """A replacement for Django: `headers`, `status` and `body` can be set. `asked` are the requests that came."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = "200 OK", [("Content-Type", "text/html; charset=utf-8")], b"<p>One</p>"
        self.asked: list[dict[str, Any]] = []
        self.while_rendering: Callable[[], Any] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.asked.append(environ)
        body = self.body
        self.while_rendering()
        start_response(self.status, list(self.headers))
        return [body]


@pytest.fixture
def handler(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    wrapper._generations.cache_clear()
    monkeypatch.setattr(wrapper, "_bounds", [])
    yield Handler()
    wrapper._generations.cache_clear()


@pytest.fixture
def cached(handler) -> PageCache:
    return PageCache(handler)


def ask(application: Any, path: str = PATH, **more: Any) -> tuple[str, dict[str, str], bytes]:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, **more,
    }  # fmt: skip
    said: list[Any] = []
    body = b"".join(application(environ, lambda *values: said.extend(values)))
    return said[0], dict(said[1]), body


class TestWhatIsRendered:
    def test_nothing_of_the_visitor_reaches_a_page_that_is_kept(self, cached, handler):
        """H05: the page is rendered for an anonymous request, at the site's own URL."""
        ask(cached, HTTP_COOKIE="sessionid=secret", HTTP_AUTHORIZATION="Basic x", HTTP_USER_AGENT="Me/1.0",
            HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_REFERER="https://elsewhere.example/", HTTP_HOST="127.0.0.1:81",
            QUERY_STRING="utm_source=ana@example.com", HTTP_IF_NONE_MATCH='"x"', REMOTE_ADDR="203.0.113.9")  # fmt: skip
        (environ,) = handler.asked
        seen = {name: value for name, value in environ.items() if not name.startswith("wsgi.")}
        assert seen["HTTP_HOST"] == "hub.example.com"
        assert not [text for text in seen.values() if any(word in text for word in ("secret", "203.0", "ana@", "Me/"))]
        assert {name for name in seen if name.startswith("HTTP_")} == {"HTTP_HOST"}

    def test_a_head_fills_the_page_for_a_get(self, cached, handler):
        status, headers, body = ask(cached, REQUEST_METHOD="HEAD")
        assert (status, headers["Content-Length"], body) == ("200 OK", "10", b"")
        assert ask(cached)[2] == b"<p>One</p>"
        assert len(handler.asked) == 1

    @pytest.mark.parametrize(
        "more",
        [
            {"REQUEST_METHOD": "POST"}, {"HTTP_HOST": "evil.example"}, {"RAW_URI": f"https://localhost{PATH}"},
            {"QUERY_STRING": "before=1"}, {"PATH_INFO": "/admin/"},
            {"PATH_INFO": "/media/a.png"}, {"PATH_INFO": "/insights/a-page/feedback/"}, {"PATH_INFO": "/nowhere"},
            {"PATH_INFO": "/newsletter/confirm/token/"}, {"PATH_INFO": "/newsletter/unsubscribe/token/"},
        ],
    )  # fmt: skip
    def test_other_requests_pass_as_they_are(self, cached, handler, more):
        ask(cached)
        for _ in range(2):
            ask(cached, **more, HTTP_COOKIE="a=b")
        assert [environ.get("HTTP_COOKIE") for environ in handler.asked] == [None, "a=b", "a=b"]


class TestWhatIsKept:
    @pytest.mark.parametrize(
        "header",
        [
            ("Set-Cookie", "a=b"), ("Cache-Control", "no-store"), ("Cache-Control", "private"), ("Vary", "Cookie"),
            ("Cache-Control", "max-age=0, no-cache"), ("vary", "Accept, *"), ("Content-Encoding", "gzip"),
        ],
        ids=str,
    )  # fmt: skip
    def test_what_is_not_for_everybody_is_never_kept(self, cached, handler, header):
        """H05: answers with a cookie or marked as private are requested each time."""
        handler.headers.append(header)
        for _ in range(3):
            ask(cached)
        assert len(handler.asked) == 3
        assert not list((wrapper._generations().folder / "pages").iterdir())

    @pytest.mark.parametrize("status", ["404 Not Found", "301 Moved", "500 Oops", "503 Away", "206 Part", "304 No"])
    def test_only_whole_pages_are_kept(self, cached, handler, status):
        handler.status = status
        assert [ask(cached)[0] for _ in range(2)] == [status, status]
        assert len(handler.asked) == 2

    def test_a_page_of_two_megabytes_is_not_kept(self, cached, handler):
        handler.body = b"x" * (wrapper.PAGE_BYTES + 1)
        ask(cached)
        ask(cached)
        assert len(handler.asked) == 2

    def test_the_order_of_parameters_makes_no_second_page(self, cached, handler):
        for query in ("before=a-b", "utm_medium=mail&before=a-b", "before=a%2Db"):
            ask(cached, "/insights/", QUERY_STRING=query)
        assert [environ["QUERY_STRING"] for environ in handler.asked] == ["before=a-b"]

    def test_another_process_takes_over_what_one_has_rendered(self, cached, handler):
        other = PageCache(handler)
        ask(cached)
        assert ask(other)[2] == b"<p>One</p>"
        assert len(handler.asked) == 1


class TestForgetting:
    def test_one_page_or_all(self, cached, handler):
        for _ in range(2):
            ask(cached), ask(cached, "/privacy/")
        wrapper.invalidate(PATH)
        ask(cached), ask(cached, "/privacy/")
        assert len(handler.asked) == 3
        wrapper.invalidate()
        ask(cached), ask(cached, "/privacy/")
        assert len(handler.asked) == 5

    def test_a_page_that_was_being_rendered_when_it_changed_is_not_taken_for_the_new_one(self, cached, handler):
        handler.while_rendering = wrapper.invalidate
        assert ask(cached)[2] == b"<p>One</p>"
        handler.while_rendering, handler.body = lambda: None, b"<p>Two</p>"
        assert ask(cached)[2] == b"<p>Two</p>"

    def test_a_start_forgets_what_an_earlier_release_left(self, cached, handler):
        ask(cached)
        handler.body = b"<p>Two</p>"
        assert ask(PageCache(handler))[2] == b"<p>Two</p>"

    def test_the_first_process_that_hears_of_a_change_counts_it(self, tmp_path):
        one, two = Generations(tmp_path), Generations(tmp_path)
        token = one.invalidate()
        two.invalidate(token=token)
        assert (one.counters[0], two.counters[0]) == (1, 1)
        two.invalidate(token=token + 1)
        assert one.counters[0] == 2


class TestTime:
    def test_a_page_that_is_only_old_is_handed_out_while_one_process_renders_it(self, cached, handler, settings):
        settings.PAGE_CACHE = {"insights:article": {"seconds": 0.05}}
        ask(cached)
        begun, may_end = threading.Event(), threading.Event()

        def slow() -> None:
            begun.set()
            assert may_end.wait(20)

        handler.while_rendering, handler.body = slow, b"<p>Two</p>"
        _wait_for(lambda: time.time() > cached._memory.get(PATH).fresh_until)
        answers: list[bytes] = []
        renderer = threading.Thread(target=lambda: answers.append(ask(cached)[2]))
        renderer.start()
        assert begun.wait(20)
        assert ask(cached)[2] == b"<p>One</p>"
        may_end.set()
        renderer.join()
        assert answers == [b"<p>Two</p>"]
        assert len(handler.asked) == 2

    def test_no_page_is_cached_past_the_next_scheduled_change(self, cached, handler, monkeypatch):
        import datetime as dt

        asked: list[dt.datetime] = []

        def soon(after: dt.datetime) -> dt.datetime:
            asked.append(after)
            return after + dt.timedelta(seconds=0.3)

        monkeypatch.setattr(wrapper, "_bounds", [soon])
        with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
            control = ask(cached)[1]["Cache-Control"]
            assert control == "public, max-age=0, s-maxage=0, stale-while-revalidate=0"
            ask(cached)
            assert len(handler.asked) == len(asked) == 1
            handler.body = b"<p>Two</p>"
            clock.shift(dt.timedelta(seconds=0.31))
            assert ask(cached)[2] == b"<p>Two</p>"

    @pytest.mark.parametrize(
        ("seconds", "shared", "stale"), [(None, 10, 30), (40, 10, 30), (39, 10, 29), (12, 10, 2), (3, 3, 0), (0, 0, 0)]
    )
    def test_other_caches_get_no_more_time_than_there_is(self, seconds, shared, stale):
        said = cache_control(seconds)
        assert said == f"public, max-age=0, s-maxage={shared}, stale-while-revalidate={stale}"

    def test_two_texts_within_a_second_never_share_a_date(self):
        first = make_page("k", [], b"one", before=None, now=1000.1, fresh_until=0, until=0)
        second = make_page("k", [], b"two", before=first, now=1000.9, fresh_until=0, until=0)
        third = make_page("k", [], b"one", before=second, now=1001.0, fresh_until=0, until=0)
        assert (first.modified, second.modified, third.modified) == (1000, 0, 1001)
        again = make_page("k", [], b"two", before=second, now=1001.2, fresh_until=0, until=0)
        assert again.modified == 1001  # of entries without one, the next rendering sets one

    def test_an_unchanged_text_keeps_its_date_and_its_compressed_bytes(self):
        text = [("Content-Type", "text/html")]
        first = make_page("k", text, b"one " * 500, before=None, now=1000.1, fresh_until=0, until=0)
        second = make_page("k", text, b"one " * 500, before=first, now=2000.0, fresh_until=0, until=0)
        assert second.modified == 1000
        assert second.bodies is first.bodies
        assert set(first.bodies) == {"identity", "br", "gzip"}


class TestWhileTheDatabaseIsAway:
    """E5, D10: an outdated page is served for an hour, an invalidated one never."""

    @pytest.fixture
    def clock(self, cached, handler, monkeypatch):
        """Yield a clock that can be moved on. The page is cached and expired, and the database does not answer."""

        def ask_database(after: dt.datetime) -> dt.datetime | None:
            if handler.status.startswith("503"):
                raise OperationalError("the server is away")
            return self.scheduled_at

        monkeypatch.setattr(wrapper, "_bounds", [ask_database])
        self.scheduled_at: dt.datetime | None = None
        handler.headers.append(("Retry-After", "30"))
        with time_machine.travel(dt.datetime(2026, 5, 25, tzinfo=dt.UTC), tick=False) as clock:
            yield clock

    def fall_ill(self, cached, handler, clock, after: float) -> tuple[str, bytes]:
        handler.status, handler.body = "200 OK", b"<p>One</p>"
        ask(cached)
        handler.status, handler.body = "503 Service Unavailable", b"away"
        clock.shift(after)
        status, _, body = ask(cached)
        return status[:3], body

    @pytest.mark.parametrize("after", [30, 61, 121, 3600])
    def test_an_old_page_is_handed_out(self, cached, handler, clock, after):
        assert self.fall_ill(cached, handler, clock, after) == ("200", b"<p>One</p>")

    def test_after_an_hour_the_outage_is_shown(self, cached, handler, clock):
        assert self.fall_ill(cached, handler, clock, 3662) == ("503", b"away")

    def test_a_page_that_has_changed_is_not_handed_out(self, cached, handler, clock):
        ask(cached)
        wrapper._invalidate_now(PATH)
        assert self.fall_ill(cached, handler, clock, 0) == ("200", b"<p>One</p>")
        wrapper._invalidate_now(PATH)
        assert ask(cached)[0][:3] == "503"

    def test_nor_is_one_beyond_a_scheduled_time(self, cached, handler, clock):
        self.scheduled_at = dt.datetime(2026, 5, 25, 0, 5, tzinfo=dt.UTC)
        assert self.fall_ill(cached, handler, clock, 299) == ("200", b"<p>One</p>")
        clock.shift(2)
        assert ask(cached)[0][:3] == "503"

    def test_another_process_hands_it_out_as_well(self, cached, handler, clock, monkeypatch):
        ask(cached)
        monkeypatch.setattr(wrapper, "_invalidate_now", lambda *paths: None)  # forked, not started again
        other = PageCache(handler)
        handler.status = "503 Service Unavailable"
        clock.shift(90)
        assert ask(other)[2] == b"<p>One</p>"

    def test_the_page_is_rendered_again_within_a_second_of_its_return(self, cached, handler, clock):
        assert self.fall_ill(cached, handler, clock, 3662)[0] == "503"
        handler.status, handler.body = "200 OK", b"<p>Two</p>"
        clock.shift(1)
        assert ask(cached)[2] == b"<p>Two</p>"
        asked = len(handler.asked)
        assert ask(cached)[2] == b"<p>Two</p>"
        assert len(handler.asked) == asked


class TestBounds:
    def test_memory_is_bounded_and_pages_in_use_stay(self):
        memory = Memory(100_000)
        for number in range(200):
            if wanted := memory.get("0"):
                wanted.used = True
            memory.put(make_page(str(number), [], b"x" * 6000, before=None, now=1, fresh_until=0, until=0))
        assert sum(page.size for page in memory.pages.values()) <= 100_000
        assert memory.get("0") is not None
        assert memory.get("1") is None
        memory.clear()
        assert not memory.pages

    def test_the_folder_never_holds_more_files_than_places(self, tmp_path):
        folder = FolderStore(tmp_path / "pages", Generations(tmp_path))
        for number in range(3 * FILES):
            page = make_page(f"/{number}", [], b"x", before=None, now=1, fresh_until=0, until=0)
            folder.write(page, Generation("0", "0"))
        assert len(list((tmp_path / "pages").iterdir())) <= FILES
        assert folder.read(f"/{3 * FILES - 1}", "/")[1]

    def test_a_damaged_file_is_no_page(self, cached, handler):
        ask(cached)
        (file,) = (wrapper._generations().folder / "pages").iterdir()
        for damage in (b"", b"nonsense", file.read_bytes()[:-1], b"{}\n", b'{"key": 1}\n'):
            file.write_bytes(damage)
            cached._memory.clear()
            assert ask(cached)[2] == b"<p>One</p>"

    def test_headers_that_differ_each_time_fill_no_memory(self):
        for number in range(2000):
            assert preferred_encoding(f"br, x-{number}") == "br"
        assert len(_preferred) <= 502


def _wait_for(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < latest
        threading.Event().wait(0.01)
