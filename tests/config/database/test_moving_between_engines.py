"""The documented migration from SQLite to PostgreSQL and back: nothing is lost, and the search finds it."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from tests.databases import ROOT, migrated_file
from tests.own_postgres import migrated_postgres
from tests.shell import Shell

pytestmark = pytest.mark.own_database

WRITE = """
from tests.factories import make_article, make_author, make_tag
from newsletter.models import Subscriber
from insights.models import User
tags, authors = [make_tag("Phones")], [make_author("Ann")]
make_article("Small LLMs", slug="small", body="Running LLMs on GPUs.", tags=tags, authors=authors)
make_article("Straße", slug="strasse", body="On C++.")
User.objects.create_superuser("ada@example.com", "a long password", name="Ada")
"""
LOOK = """
from insights.models import *
from insights.search.finding import search
from insights.search.queries import read_query
for query in ("llm", "gpus", "C++", "strasse", "phone"):
    print(query, [hit.version.article.slug for hit in search(read_query(query)).page(1)])
print(Article.objects.count(), Version.objects.count(), User.objects.get().email, Step.objects.count())
print(list(Version.objects.order_by("pk").values_list("title", "words", "decision__slug")))
"""
FOUND = "llm ['small']\ngpus ['small']\nC++ ['strasse']\nstrasse ['strasse']\nphone ['small']"


def documented() -> list[list[str]]:
    """Return the commands of docs/deploy.md under the heading of this test, as arguments of manage.py."""
    section = (
        (ROOT / "docs" / "deploy.md").read_text().partition("## From SQLite to PostgreSQL")[2].partition("\n## ")[0]
    )
    return [line.split() for line in re.findall(r"python manage\.py (.+)", section)]


@pytest.fixture
def manage(tmp_path):
    """Yield a function that runs manage.py, or a piece of code, on the database with this URL.

    It returns the output.
    """
    shells: dict[str, Shell] = {}

    def run(url: str, *arguments: str, code: str = "") -> str:
        if url not in shells:
            shells[url] = Shell({**os.environ, "DATABASE_URL": url})
        command = f"from django.core.management import call_command; call_command(*{arguments!r})"
        return shells[url].run(f"import os; os.chdir({str(tmp_path)!r})\n" + (code or command))

    yield run
    for shell in shells.values():
        shell.stop()


@pytest.fixture
def postgres():
    server = migrated_postgres()
    yield server
    server.remove()


@pytest.fixture
def old(tmp_path, manage) -> str:
    """Return the URL of an SQLite database with two articles."""
    shutil.copy(migrated_file(), tmp_path / "old.sqlite3")
    manage(url := f"sqlite:///{tmp_path / 'old.sqlite3'}", code=WRITE)
    return url


def test_to_postgresql_and_back(tmp_path, manage, postgres, old):
    """Fault F5: the search finds everything after each move, by the commands of docs/deploy.md."""

    def move(source: str, target: str) -> str:
        said = [manage(source if arguments[0] == "dumpdata" else target, *arguments) for arguments in documented()]
        return said[-1]

    assert [arguments[0] for arguments in documented()] == ["dumpdata", "migrate", "flush", "loaddata", "index_search"]
    before = manage(old, code=LOOK)
    assert FOUND in before
    assert move(old, postgres.url) == "Texts in the search index: 2. Repaired entries: 2."
    assert manage(postgres.url, code=LOOK) == before
    back = f"sqlite:///{tmp_path / 'back.sqlite3'}"
    shutil.copy(migrated_file(), tmp_path / "back.sqlite3")
    move(postgres.url, back)
    assert manage(back, code=LOOK) == before


def test_a_dump_with_the_search_s_own_tables_is_repaired_too(manage, postgres, old):
    """Fault F5: entries that arrive without their documents are detected."""
    dump, _, flush, load, index = documented()
    with_all = [word for word in " ".join(dump).replace("-e insights.searchentry", "").split() if word]
    manage(old, *with_all)
    for arguments in (flush, load):
        manage(postgres.url, *arguments)
    assert "llm []" in manage(postgres.url, code=LOOK)
    assert manage(postgres.url, *index) == "Texts in the search index: 2. Repaired entries: 2."
    assert FOUND in manage(postgres.url, code=LOOK)
