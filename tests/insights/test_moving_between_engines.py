"""The documented way from SQLite to PostgreSQL and back: everything arrives, and the search finds it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT, migrated_file
from tests.own_postgres import migrated_postgres

WRITE = """
from tests.factories import make_article, make_author, make_tag
from newsletter.models import Subscriber
from insights.models import User
make_article("Small LLMs", slug="small", body="Running LLMs on GPUs.", tags=[make_tag("Phones")], authors=[make_author("Ann")])
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
    """The commands of docs/deploy.md under the heading that this test is about, as arguments of manage.py."""
    section = (ROOT / "docs" / "deploy.md").read_text().partition("## From SQLite to PostgreSQL")[2].partition("\n## ")[0]
    return [line.split() for line in re.findall(r"python manage\.py (.+)", section)]


def manage(url: str, folder: Path, *arguments: str, code: str = "") -> str:
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, input=code, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def move(old: str, new: str, folder: Path) -> str:
    """Follow the document from one database to an empty one; returns the last command's words."""
    said = ""
    for arguments in documented():
        said = manage(old if arguments[0] == "dumpdata" else new, folder, *arguments)
    return said


@pytest.fixture
def postgres():
    server = migrated_postgres()
    yield server
    server.remove()


def test_to_postgresql_and_back(tmp_path, postgres):
    """Fault F5: the search finds everything after each move, by the commands of docs/deploy.md."""
    names = [arguments[0] for arguments in documented()]
    assert names == ["dumpdata", "migrate", "flush", "loaddata", "index_search"]
    shutil.copy(migrated_file(), tmp_path / "old.sqlite3")
    old, back = f"sqlite:///{tmp_path / 'old.sqlite3'}", f"sqlite:///{tmp_path / 'back.sqlite3'}"
    manage(old, tmp_path, "shell", code=WRITE)
    before = manage(old, tmp_path, "shell", code=LOOK)
    assert FOUND in before
    assert move(old, postgres.url, tmp_path) == "The index holds 2 texts; 2 entries were put right.\n"
    assert manage(postgres.url, tmp_path, "shell", code=LOOK) == before
    move(postgres.url, back, tmp_path)
    assert manage(back, tmp_path, "shell", code=LOOK) == before


def test_a_dump_with_the_search_s_own_tables_is_repaired_too(tmp_path, postgres):
    """Fault F5: entries that arrive without their documents are found out."""
    shutil.copy(migrated_file(), tmp_path / "old.sqlite3")
    old = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    manage(old, tmp_path, "shell", code=WRITE)
    manage(old, tmp_path, "dumpdata", "--natural-foreign", "--natural-primary", "-e", "contenttypes", "-e",
           "auth.permission", "-o", "all.json")  # fmt: skip
    manage(postgres.url, tmp_path, "flush", "--no-input")
    manage(postgres.url, tmp_path, "loaddata", "all.json")
    assert "llm []" in manage(postgres.url, tmp_path, "shell", code=LOOK)
    assert manage(postgres.url, tmp_path, "index_search") == "The index holds 2 texts; 2 entries were put right.\n"
    assert FOUND in manage(postgres.url, tmp_path, "shell", code=LOOK)
