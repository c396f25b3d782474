"""`make bench-scale`: the cost of lists, search and saving with 1,000 articles and with 100,000.

On each engine and for each size: a fresh database with the demo and that many generated articles. `--versions 5` gives
each five versions. Requests run in one process through the whole application, without the page cache. It prints the
fastest of many runs and the ratio of the larger size to the smaller. Other work on the server only adds time. The
figures themselves depend on the server. The two sizes are measured in turn. For saves in the admin (through the whole
application, permissions and form included) it prints the median.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.site import HOST, ROOT, environment, prepare

SMALL = 1_000
ROUNDS = 15  # of each measurement, in each of TURNS
TURNS = 3


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# In the process that sends the requests


def addresses() -> dict[str, str]:
    """Return the URLs that are requested, from the existing rows."""
    from insights.demo.scale import COMMON, RARE
    from insights.models import Category, Tag, Version
    from insights.public.listing import make_cursor

    def cursor(versions: Any, field: str = "listed_at") -> str:
        """Return the cursor of the entry before the last page."""
        return make_cursor(list(versions.select_related("article").order_by(field, "article_id")[:14])[-1])

    readable = Version.objects.readable()
    category, tag = Category.objects.get(slug="generated-2"), Tag.objects.get(slug="generated-3")
    tagged = readable.filter(version_tags__tag=tag)
    return {
        "list, first page": "/insights/",
        "list, last page": f"/insights/?before={cursor(readable)}",
        "category, first page": category.get_absolute_url(),
        "category, last page": f"{category.get_absolute_url()}?before={cursor(readable.filter(category=category))}",
        "tag, first page": tag.get_absolute_url(),
        "tag, last page": f"{tag.get_absolute_url()}?before={cursor(tagged, 'version_tags__listed_at')}",
        "search, common word": f"/insights/search/?q={COMMON}",
        "search, common word, page 20": f"/insights/search/?q={COMMON}&page=20",
        "search, rare word": f"/insights/search/?q={RARE}",
        "search, two common words": f"/insights/search/?q={COMMON}+model",
        "search, phrase": f"/insights/search/?q=%22{COMMON}+says+so%22",
        "search, one category": f"/insights/search/?q={COMMON}&category=generated-2",
        "search, misspelled": "/insights/search/?q=quantizaton",
    }


def saving() -> Callable[[], None]:
    """Write and publish one article, again and again."""
    from insights.models import Article
    from insights.publishing.drafts import import_version

    article = Article.objects.get(slug="generated-77")
    texts = iter(range(1_000_000))

    def save() -> None:
        text = f"A new sentence, number {next(texts)}, about models.\n\n" * 40
        article.publish(import_version(article, {"title": "A saved article", "body": text}))

    return save


def saves_in_the_admin(client: Any) -> dict[str, Callable[[], None]]:
    """Autosave and save an editor's draft over a published text."""
    from insights.models import Article, User
    from insights.publishing.edit_base import relations_of, version_token
    from tests.factories import make_user

    client.force_login(User.objects.filter(name="Measuring").first() or make_user("Editor", name="Measuring"))
    texts = iter(range(1_000_000))

    def saver(slug: str, button: dict[str, str], wanted: int) -> Callable[[], None]:
        article = Article.objects.get(slug=slug)
        version = article.newest_version()
        filed = relations_of(version)
        values = {
            "title": version.title, "excerpt": version.excerpt, "category": version.category_id, "slug": slug,
            "tags": list(filed.tags), "authors_0": filed.authors[0], "takes_feedback": "on", "tab": "0" * 32, **button,
        }  # fmt: skip
        address = f"/admin/insights/article/{article.pk}/{'change' if button else 'autosave'}/"

        def save() -> None:
            values["base"] = version_token(article.newest_version())
            values["body"] = f"A new sentence, number {next(texts)}, about models.\n\n" * 40
            status = client.post(address, values).status_code
            if status != wanted:
                raise RuntimeError(f"{address} answers {status}")

        return save

    return {
        "autosave of a draft": saver("generated-78", {}, 200),
        "save of a draft by the button": saver("generated-79", {"_save": "1"}, 302),
    }


def measure(*, only_saves: bool = False) -> dict[str, float]:
    """Return the milliseconds of each page, and of saving. Raises RuntimeError for a page that is not a 200."""
    from django.test import Client

    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"}, REMOTE_ADDR="127.0.0.1")
    staff_client = Client(headers={"host": HOST, "x-forwarded-proto": "https"}, REMOTE_ADDR="127.0.0.1")

    def ask(path: str) -> Callable[[], None]:
        def once() -> None:
            status = client.get(path).status_code
            if status != 200:
                raise RuntimeError(f"{path} answers {status}")

        return once

    pages = {} if only_saves else {name: ask(path) for name, path in addresses().items()}
    actions = pages | {"saving an article": saving()}
    saves = saves_in_the_admin(staff_client)
    return {name: fastest_of(action) for name, action in actions.items()} | {
        name: statistics.median(times_of(action)) for name, action in saves.items()
    }


def fastest_of(action: Callable[[], None]) -> float:
    return min(times_of(action))


def times_of(action: Callable[[], None]) -> list[float]:
    action()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
    return times


# In the process that compares


def prepared(env: dict[str, str], articles: int, versions: int) -> None:
    prepare(env)
    began = time.monotonic()
    command = [sys.executable, "manage.py", "make_scale", str(articles), "--versions", str(versions)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    say(f"{articles:,} articles were made in {time.monotonic() - began:.0f} s.")


def asked(env: dict[str, str], *, only_saves: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.scale", "--ask", *(["--only-saves"] if only_saves else [])]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield an environment for each of two databases, the smaller and the larger."""
    from tests.engine import start_postgres  # imported here: it gives the importing process an environment of its own

    environments = []
    base = start_postgres(folder / "server") if engine == "postgres" else ""
    for name in ("small", "large"):
        (folder / name).mkdir()
        url = f"sqlite:///{folder}/{name}/hub.sqlite3"
        if base:
            import psycopg

            with psycopg.connect(base, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
            url = f"{base.rpartition('/')[0]}/{name}"
        environments.append(environment(folder / name, url))
    yield environments[0], environments[1]


def compare(engine: str, folder: Path, fewer: int, articles: int, versions: int, *, only_saves: bool) -> None:
    say(f"\n### {engine}\n")
    with databases(engine, folder) as (small, large):
        prepared(small, fewer, versions)
        prepared(large, articles, versions)
        turns = [(asked(small, only_saves=only_saves), asked(large, only_saves=only_saves)) for _ in range(TURNS)]
    say(f"\n| | among {fewer:,}, ms | among {articles:,}, ms | ratio |")
    say("|---|---:|---:|---:|")
    for name in turns[0][0]:
        less = min(turn[0][name] for turn in turns)
        more = min(turn[1][name] for turn in turns)
        say(f"| {name} | {less:.1f} | {more:.1f} | {more / less:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--small", type=int, default=SMALL, help="the number that it is compared with; at least 100")
    parser.add_argument("--versions", type=int, default=1, help="of each article; the last one is live")
    parser.add_argument("--only-saves", action="store_true", help="leave lists and search aside")
    parser.add_argument("--ask", action="store_true", help="measure the database of this environment, as JSON")
    options = parser.parse_args()
    if options.ask:
        import django

        django.setup()
        sys.stdout.write(json.dumps(measure(only_saves=options.only_saves)))
        return
    say(
        f"{os.cpu_count()} processors; the fastest of {TURNS} turns of {ROUNDS}; "
        f"{options.versions} versions an article."
    )
    with tempfile.TemporaryDirectory(prefix="hub-scale-") as name:
        for engine in [options.engine] if options.engine else ["sqlite", "postgres"]:
            folder = Path(name) / engine
            (folder / "server").mkdir(parents=True, mode=0o700)
            compare(engine, folder, options.small, options.articles, options.versions, only_saves=options.only_saves)


if __name__ == "__main__":
    main()
