"""A full and a read-only disk: readers get their pages, writers a clear answer, and nothing is stored by half.

On SQLite the database is on that disk. On PostgreSQL only the site's own files are: pictures, pages, logs.
"""

from __future__ import annotations

import http.client
import io
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test.client import BOUNDARY, encode_multipart
from PIL import Image

from config.environment import Environment, SettingError
from config.page_cache.generations import SIZE, Generations
from tests.databases import is_postgres
from tests.site import Answer, Site, wait_until
from tests.small_disk import SmallDisk, on_a_small_disk, small_disk  # noqa: F401 (a fixture)

ARTICLES = """
from tests.factories import make_article
for n in range(80):
    make_article(f"Article {n}", slug=f"article-{n}")
print(make_article("A draft", published=None).pk)
"""
EMPTY_LOG = "from django.db import connection; connection.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')"
ROWS = """
from feedback.models import Answer
from insights.models import Picture, Version
from newsletter.models import Subscriber
print(Subscriber.objects.count(), Answer.objects.count(), Picture.objects.count(),
      Version.objects.filter(body__contains="Typed").count())
"""


class Readers:
    """Threads that read cached and uncached pages in turn, and record every answer."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.answers: list[tuple[str, object]] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(2)]

    @contextmanager
    def reading(self) -> Iterator[Readers]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        seen = len(self.answers)
        wait_until(lambda: len(self.answers) >= seen + more, f"{more} more pages", 60)

    @property
    def troubles(self) -> list[tuple[str, object]]:
        return [(path, status) for path, status in self.answers if status != 200]

    def _read(self, number: int) -> None:
        paths = [path for n in range(40) for path in (f"/insights/article-{2 * n + number}/", "/", "/insights/")]
        paths += ["/insights/search/?q=article", "/insights/feed.xml", "/newsletter/", "/privacy/"]
        while not self._over.is_set():
            for path in paths:
                if self._over.is_set():
                    return
                try:
                    self.answers.append((path, self.site.get(path).status))
                except Exception as error:  # a dropped connection, which must not happen
                    self.answers.append((path, repr(error)))


def png() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((150, 150), 80).save(stream, "PNG")
    return stream.getvalue()


class Writers:
    """The writes of one reader and one editor: sign up, vote, upload, save a text, save one with a cover."""

    def __init__(self, site: Site, draft: str) -> None:
        self.site, self.draft = site, draft
        self.editor = site.log_in(role="Editor")
        self.number = 0

    def sign_up(self) -> Answer:
        self.number += 1
        return self.site.post("/newsletter/subscribe/", {"email": f"reader{self.number}@example.com"})

    def vote(self) -> Answer:
        return self.site.post("/insights/article-1/feedback/", {"helpful": "no"})

    def count_view(self) -> Answer:
        return self.site.post("/insights/article-2/view/", user_agent="Mozilla/5.0")

    def upload(self) -> Answer:
        answer = self._send("/admin/markdown/upload/", {"alt": "A field"}, "image", accept="application/json")
        assert answer.headers["Content-Type"].startswith("application/json"), answer.text
        return answer

    def save(self) -> Answer:
        return self.site.post(f"/admin/insights/article/{self.draft}/change/", self._typed(), **self.editor)

    def save_with_cover(self) -> Answer:
        return self._send(
            f"/admin/insights/article/{self.draft}/change/", {**self._typed(), "cover_alt": "A field"}, "cover_file"
        )

    def _typed(self) -> dict[str, str]:
        page = self.site.get(f"/admin/insights/article/{self.draft}/change/", **self.editor).text
        base = re.search(r'name="base" value="([^"]*)"', page)
        return {"title": "A draft", "body": f"Typed text {self.number}", "base": base[1] if base else "", "_save": "1"}

    def _send(self, path: str, fields: dict[str, str], name: str, **headers: str) -> Answer:
        file = io.BytesIO(png())
        file.name = "a.png"
        body = encode_multipart(BOUNDARY, {**fields, name: file})
        kind = {"content_type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.site.post(path, body, **kind, **self.editor, **headers)


def readiness(site: Site) -> int:
    """Return the answer of `/readyz` to this server, past nginx."""
    connection = http.client.HTTPConnection("127.0.0.1", site.web_port, timeout=20)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    finally:
        connection.close()


def begin(start_site: Callable[..., Site], disk: SmallDisk, **options: object) -> tuple[Site, Writers]:
    site = start_site(within=disk.path, **options)
    draft = site.shell(ARTICLES)
    return site, Writers(site, draft)


def fill(site: Site, disk: SmallDisk) -> None:
    """Leave no space, also not in the space that SQLite's log has already."""
    if not is_postgres():
        site.shell(EMPTY_LOG)
    disk.fill()


def assert_nothing_by_half(site: Site) -> None:
    """Check that the database is whole, and that each picture's file has its row."""
    if not is_postgres():
        with sqlite3.connect(site.folder / "hub.sqlite3") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    files = [path for path in (site.folder / "media").rglob("*") if path.is_file() and "renditions" not in path.parts]
    stored = site.shell("from insights.models import Picture; print(Picture.objects.count())")
    assert len(files) == int(stored)
    assert all(path.stat().st_size for path in files)


def assert_all_work(site: Site, writers: Writers) -> None:
    assert [writers.sign_up().status, writers.vote().status] == [303, 303]
    assert writers.count_view().status in {200, 204}
    assert writers.upload().status == 200
    assert [writers.save().status, writers.save_with_cover().status] == [302, 302]
    site.mailbox.wait_for(f"reader{writers.number}@example.com")


def assert_refused(answer: Answer, *words: str) -> None:
    assert answer.status == 503, answer.text
    for word in words:
        assert word in answer.text


@pytest.mark.nginx
@on_a_small_disk
def test_readers_do_not_notice_a_full_disk(small_disk, start_site):  # noqa: F811
    """E6, D05: the site's folder, its log and nginx on one full disk. With space again all works without a restart."""
    disk = small_disk(100)
    site, writers = begin(start_site, disk, behind_nginx=True)
    assert writers.sign_up().status == 303
    before = site.shell(ROWS)
    pids = site.web_workers()
    readers = Readers(site)
    with readers.reading():
        fill(site, disk)
        readers.wait_for(60)
        uploaded, saved, with_cover = writers.upload(), writers.save(), writers.save_with_cover()
        answers = [writers.sign_up(), writers.vote(), writers.count_view()]
        is_ready = readiness(site)
        readers.wait_for(60)
        disk.free()
        readers.wait_for(20)
    assert readers.troubles == []
    assert is_ready == 503
    assert readiness(site) == 200
    assert_refused(uploaded, "error")
    assert_refused(with_cover, "Typed text")
    if is_postgres():
        assert "not enough disk space" in uploaded.text
        assert "not enough disk space" in with_cover.text
        assert [saved.status, *(answer.status for answer in answers[:2])] == [302, 303, 303]
    else:
        assert_refused(saved, "Typed text")
        for answer in answers:
            assert_refused(answer)
            assert answer.headers["Retry-After"]
        assert site.shell(ROWS) == before
    assert_nothing_by_half(site)
    assert_all_work(site, writers)
    assert_nothing_by_half(site)
    assert site.web_workers() == pids
    assert site.processes["worker"].poll() is None


@on_a_small_disk
def test_a_read_only_disk_for_pictures(small_disk, start_site):  # noqa: F811
    """E6: pictures are refused with a message, with the typed text. All else is stored."""
    disk = small_disk(100)
    site, writers = begin(start_site, disk)
    (site.folder / "media").mkdir(exist_ok=True)
    with disk.read_only(site.folder / "media"):
        assert_refused(writers.upload(), "The disk for pictures is read-only", "Tell your administrator")
        assert_refused(writers.save_with_cover(), "Typed text", "The disk for pictures is read-only")
        assert writers.save().status == 302
        assert writers.sign_up().status == 303
        assert site.get("/insights/article-3/").status == 200
        assert site.get("/readyz").status == 503
        assert site.get("/healthz").status == 200
    assert site.get("/readyz").status == 200
    assert_nothing_by_half(site)
    assert_all_work(site, writers)


@on_a_small_disk
def test_a_read_only_disk(small_disk, start_site):  # noqa: F811
    """E6, D05: a site that is started on it shows its pages. Once it is writable, all works without a restart."""
    disk = small_disk(100)
    site, writers = begin(start_site, disk)
    before = site.shell(ROWS)
    with disk.read_only(site.folder, but=site.folder / "logs"):
        site.end("web")
        site.start_web()
        readers = Readers(site)
        with readers.reading():
            readers.wait_for(60)
            answers = [writers.sign_up(), writers.vote(), writers.save()]
            uploaded = writers.upload()
            readers.wait_for(30)
        assert readers.troubles == []
        assert_refused(uploaded, "error")
        if is_postgres():
            assert [answer.status for answer in answers] == [303, 303, 302]
        else:
            for answer in answers:
                assert_refused(answer)
            assert "Typed text" in answers[2].text
            assert site.shell(ROWS) == before
    # A connection that was opened read-only is closed at its first write. At once, so that each worker gets one.
    with ThreadPoolExecutor(4) as pool:
        wait_until(
            lambda: [*pool.map(lambda _: writers.vote().status, range(16))] == [303] * 16, "all connections to write"
        )
    assert_all_work(site, writers)
    assert_nothing_by_half(site)


@on_a_small_disk
def test_counters_of_pages_on_a_full_disk_end_no_process(small_disk, tmp_path):  # noqa: F811
    """E6: a sparse file, as an earlier release made it, would kill any process that touches it (SIGBUS)."""
    disk = small_disk(1)
    folder = disk.path / "page-cache"
    folder.mkdir()
    with (folder / "generations").open("wb") as file:
        file.truncate(SIZE)
    disk.fill()
    code = (
        "import sys; from pathlib import Path; from config.page_cache.generations import Generations, group_of\n"
        "kept = Generations(Path(sys.argv[1]))\n"
        "for number in range(3000): kept.invalidate(f'/insights/{number}/')\n"
        "with kept.rendering(7, 1) as is_ours: print(is_ours, sum(kept.counters))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True 3000\n"), done.stderr


@on_a_small_disk
def test_a_secret_is_kept_whole_or_not_at_all(small_disk):  # noqa: F811
    """E6: an empty file would be an empty key at the next start."""
    disk = small_disk(1)
    file = disk.path / "state" / "secret-key"
    file.parent.mkdir()
    with (
        disk.full(),
        pytest.raises(SettingError, match=r"SECRET_KEY: cannot use the file .* \(No space left on device\)"),
    ):
        Environment({}).secret("SECRET_KEY", kept_in=file)
    assert list(file.parent.iterdir()) == []
    secret = Environment({}).secret("SECRET_KEY", kept_in=file)
    assert len(secret) > 50
    assert Environment({}).secret("SECRET_KEY", kept_in=file) == secret


@on_a_small_disk
def test_counters_of_pages_keep_what_they_count(small_disk):  # noqa: F811
    """E6: a second start on the same folder goes on. The marks for the proxy come back with the space."""
    disk = small_disk(1)
    first = Generations(disk.path / "page-cache")
    with disk.full():
        first.invalidate("/insights/a/")
    first.invalidate("/insights/b/")
    again = Generations(disk.path / "page-cache")
    assert sum(again.counters) == 2
    assert (Path(disk.path) / "page-cache" / "edge" / "b").exists()
