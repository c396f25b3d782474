"""Reading opens no transaction and takes no lock, so that a locked database keeps no reader waiting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from insights.models import SiteSettings, User
from tests.config.role_world import ACCOUNTS, make_account, make_world, names_in
from tests.config.test_public_table import lines as public_lines
from tests.config.test_public_table import names_in as public_names_in
from tests.config.test_role_table import TABLE
from tests.databases import ROOT, fresh_database
from tests.prepared import certificate_and_static_files
from tests.write_lock import write_lock

# Inside the transaction of a test, each transaction of the code is a savepoint, on both engines.
_OPENS = re.compile(r"\s*(BEGIN|SAVEPOINT|START)\b", re.IGNORECASE)
_LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE\b|\bFOR (KEY )?SHARE\b|\bpg_advisory\w*lock|\s*LOCK\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
_SESSION = re.compile(r'\s*UPDATE "django_session" SET')


def addresses(author: Any) -> list[str]:
    """Every URL of the site, with rows for its words."""
    world = make_world(author)
    admin, public = names_in(world), public_names_in(world)
    return [
        *(line.address.format_map(admin) for line in TABLE if line.method == "GET"),
        *(address.format_map(public) for address, _ in public_lines()),
    ]


def visitor(name: str, author: Any) -> Client:
    """The account of that name, logged in, with a session that is due to be prolonged."""
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    account = author if name == "author" else make_account(name)
    if account is not None:
        client.force_login(account)
    return client


def read(client: Client, address: str) -> Any:
    answer = client.get(address, secure=True)
    if answer.streaming:
        answer.getvalue()
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCOUNTS)
def test_no_get_opens_a_transaction_or_writes(name: str) -> None:
    """E1: every URL, as a visitor and as each role: no transaction, no row locked, no write but the session's."""
    author = make_account("author")
    urls, client = addresses(author), visitor(name, author)
    cookies = client.cookies.output(header="", sep="")
    seen: list[str] = []
    prolonged: list[str] = []
    wrong: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _SESSION.match(sql):
            prolonged.append(sql)
        elif _OPENS.match(sql) or _LOCKS.search(sql) or _WRITES.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    for url in urls:
        seen.clear()
        client.cookies = SimpleCookie(cookies)
        with transaction.atomic(), connection.execute_wrapper(watch):
            read(client, url)
            transaction.set_rollback(True)  # so that the session is due to be prolonged each time
        SiteSettings.forget()
        wrong += [f"{url}: {sql[:100]}" for sql in seen]
    assert not wrong, "\n".join(wrong)
    assert bool(prolonged) == (name != "anon")
    assert len(prolonged) > 50 or name in {"anon", "user"}


@pytest.mark.django_db
def test_what_the_watch_looks_for_is_seen() -> None:
    """A transaction inside a test's own, a locked row and a write show up as the test above looks for them."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    make_account("author")
    with connection.execute_wrapper(watch):
        with transaction.atomic():
            User.objects.select_for_update().get()
        User.objects.update(name="x")
    assert any(_OPENS.match(sql) for sql in seen)
    assert any(_WRITES.match(sql) for sql in seen)
    assert any(_LOCKS.search(sql) for sql in seen) == (connection.vendor == "postgresql")


# Asks every URL as every account in a process of its own, whose database another process has locked meanwhile.
READS = """
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.config.hasty_settings"
import django; django.setup()
from django.db import connections
from tests.config.role_world import ACCOUNTS, make_account
from tests.config.test_reads import addresses, read, visitor

author = make_account("author")
urls = addresses(author)
clients = {name: visitor(name, author) for name in ACCOUNTS}
cookies = {name: client.cookies.output(header="", sep="") for name, client in clients.items()}
connections.close_all()
print("ready", flush=True)
sys.stdin.readline()
slow, statuses, told = [], {}, []
for name, client in clients.items():
    for url in urls:
        client.cookies.load(cookies[name])
        started = time.process_time(), time.monotonic()
        status = read(client, url).status_code
        waited = (time.monotonic() - started[1]) - (time.process_time() - started[0])
        if status >= 500:
            told.append(f"{name} {url}: {status}")
        if waited > 1.5:
            slow.append(f"{name} {url}: waited {waited:.1f} s")
print(json.dumps({"slow": slow, "errors": told, "asked": len(clients) * len(urls)}))
"""


def test_every_get_is_answered_at_once_while_the_database_is_locked(tmp_path: Path) -> None:
    """E1, E4: as a visitor and as each role, with a session that is due; a write would wait for two seconds here."""
    url = fresh_database(tmp_path)
    (tmp_path / "static").symlink_to(certificate_and_static_files() / "static")
    env = {
        **os.environ, "DATABASE_URL": url, "VAR_DIR": str(tmp_path), "MEDIA_ROOT": str(tmp_path / "media"),
        "ALLOWED_HOSTS": "hub.example.com,localhost",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", READS], cwd=ROOT, env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready == "ready\n", process.communicate()[1]
        with write_lock(url):
            printed, log = process.communicate("go\n", timeout=180)
    assert process.returncode == 0, log
    result = json.loads(printed)
    assert result["asked"] > 700
    assert not result["errors"], "\n".join(result["errors"])
    assert not result["slow"], "\n".join(result["slow"])
