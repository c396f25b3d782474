"""`python -m tests.config.database.writers`: processes that write and threads that read, with production settings.

Prints one line of JSON: `errors`, `expected`, `views` (read-then-write under a lock), `rows` (inserts), `reads`,
`seconds`. The processes are forked before any connection is open, like gunicorn's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=20, help="processes that write")
    parser.add_argument("--seconds", type=float, default=6, help="how long each of them writes")
    parser.add_argument("--readers", type=int, default=50, help="threads that read, ten in a process")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between two reads of a thread")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    slug = in_child(make_the_article)
    start = time.monotonic()
    until = start + options.seconds
    writers = [fork(lambda number=number: write(slug, number, until)) for number in range(options.writers)]
    stop_read, stop_write = os.pipe()
    readers = [fork(lambda: read(slug, 10, stop_read, options.pause)) for _ in range(options.readers // 10)]
    written = [collect(child) for child in writers]
    seconds = time.monotonic() - start
    os.write(stop_write, b"x" * len(readers))
    done = [collect(child) for child in readers]
    views, rows = in_child(lambda: count(slug))
    print(  # noqa: T201
        json.dumps(
            {
                "errors": [error for result in [*written, *done] for error in result["errors"]],
                "expected": sum(result["writes"] for result in written),
                "views": views,
                "rows": rows,
                "reads": sum(result["reads"] for result in done),
                "seconds": round(seconds, 1),
            }
        )
    )


def make_the_article() -> str:
    from tests.factories import make_article

    return make_article("The article that everybody writes").slug


def write(slug: str, number: int, until: float) -> dict[str, Any]:
    """Read the counter, increment it and insert a row, in one transaction, again and again."""
    from django.db import transaction

    from insights.models import Article, Tag

    errors, step = [], 0
    while time.monotonic() < until:
        step += 1
        try:
            with transaction.atomic():
                article = Article.objects.select_for_update().get(slug=slug)
                article.views += 1
                article.save(update_fields=["views"])
                Tag.objects.create(name=f"Tag {number} {step}", slug=f"tag-{number}-{step}")
        except Exception as error:
            errors.append(repr(error))
    return {"errors": errors, "writes": step - len(errors)}


def read(slug: str, threads: int, stop: int, pause: float) -> dict[str, Any]:
    """Read in `threads` threads, each every `pause` seconds, until a byte comes through the pipe `stop`."""
    from django.db import connection

    from insights.models import Article, Version

    errors: list[str] = []
    reads = [0] * threads
    ended = threading.Event()

    def loop(number: int) -> None:
        while not ended.wait(pause):
            try:
                assert Version.objects.readable().count() == 1
                Article.objects.get(slug=slug)
                reads[number] += 1
            except Exception as error:
                errors.append(repr(error))
            finally:
                connection.close()

    running = [threading.Thread(target=loop, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    os.read(stop, 1)
    ended.set()
    for thread in running:
        thread.join()
    return {"errors": errors, "reads": sum(reads)}


def count(slug: str) -> tuple[int, int]:
    from insights.models import Article, Tag

    return Article.objects.get(slug=slug).views, Tag.objects.count()


def fork(work: Callable[[], Any]) -> tuple[int, int]:
    """Run `work` in a child. Its result comes through a pipe. Returns (pid, the pipe's end)."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid:
        os.close(send)
        return pid, receive
    try:
        with os.fdopen(send, "w") as pipe:
            json.dump(work(), pipe)
    finally:
        sys.stderr.flush()
        os._exit(0)


def collect(child: tuple[int, int]) -> Any:
    pid, receive = child
    with os.fdopen(receive) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def in_child(work: Callable[[], Any]) -> Any:
    return collect(fork(work))


if __name__ == "__main__":
    main()
