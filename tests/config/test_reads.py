"""Reads open no transaction and take no lock, so that a locked database keeps no reader waiting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from insights.models import SiteSettings, User
from tests.config.role_world import ACCOUNTS, make_account, make_world, names_in
from tests.config.test_public_table import lines as public_lines
from tests.config.test_public_table import names_in as public_names_in
from tests.config.test_role_table import TABLE
from tests.databases import ROOT, fresh_database
from tests.prepared import certificate_and_static_files
from tests.write_lock import write_lock

pytestmark = pytest.mark.own_database

_LOCKS = re.compile(
    r"\bFOR (NO KEY )?UPDATE\b|\bFOR (KEY )?SHARE\b|\bpg_advisory\w*lock|\s*(LOCK|BEGIN)\b", re.IGNORECASE
)
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
_SESSION = re.compile(r'\s*UPDATE "django_session" SET')


class Watch:
    """Records each statement that runs in a transaction, locks a row, or writes. The session's own are counted."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.prolonged = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block or _LOCKS.search(sql):
            self.seen.append(f"in a transaction: {sql[:100]}")
        elif _SESSION.match(sql):
            self.prolonged += 1
        elif _WRITES.match(sql):
            self.seen.append(sql[:100])
        return execute(sql, params, many, context)


def urls_of_the_site(author: Any) -> list[str]:
    """Return every URL, with rows for its parameters."""
    world = make_world(author)
    admin, public = names_in(world), public_names_in(world)
    return [
        *(line.address.format_map(admin) for line in TABLE if line.method == "GET"),
        *(address.format_map(public) for address, _ in public_lines()),
    ]


def check_that_watch_sees() -> None:
    """Check that a transaction, a locked row and a write are recorded. Raises AssertionError otherwise."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        User.objects.update(name="x")
        with transaction.atomic():
            User.objects.select_for_update().first()
    assert any(sql.startswith("UPDATE") for sql in watch.seen), watch.seen
    assert any(sql.startswith("in a transaction: SELECT") for sql in watch.seen), watch.seen


def walk(name: str, client: Client, urls: list[str]) -> dict[str, Any]:
    """GET every URL, each with a session that is due to be prolonged."""
    cookies = client.cookies.output(header="", sep="")
    wrong = []
    watch = Watch()
    with connection.execute_wrapper(watch):
        for url in urls:
            watch.seen.clear()
            client.cookies = SimpleCookie(cookies)
            SiteSettings.forget()
            began = time.monotonic() - time.process_time()
            answer = client.get(url, secure=True)
            if answer.streaming:
                answer.getvalue()
            waited = time.monotonic() - time.process_time() - began
            wrong += [f"{name} {url}: {sql}" for sql in watch.seen]
            if answer.status_code >= 500 or waited > 2.9:  # a busy server takes a while
                wrong.append(f"{name} {url}: {answer.status_code} after a wait of {waited:.1f} s")
    return {"wrong": wrong, "prolonged": watch.prolonged}


def main() -> None:
    """Request all as every account while the database is locked.

    A line from the parent process ends the preparations.
    """
    author = make_account("author")
    check_that_watch_sees()
    urls = urls_of_the_site(author)
    clients = {}
    for name in ACCOUNTS:
        clients[name] = client = Client(raise_request_exception=False, headers={"host": "localhost"})
        account = author if name == "author" else make_account(name)
        if account is not None:
            client.force_login(account)
    connections.close_all()
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    walked = {name: walk(name, client, urls) for name, client in clients.items()}
    print(json.dumps({"asked": len(urls), "accounts": walked}))  # noqa: T201


def test_no_get_waits_for_a_locked_database_or_opens_a_transaction(tmp_path: Path) -> None:
    """E1, E4: every URL, as a visitor and as each role, with a session that is due: answered at once.

    No transaction, no locked row, no write but the session's, which is skipped. A write would wait for 3 s here.
    """
    url = fresh_database(tmp_path)
    (tmp_path / "static").symlink_to(certificate_and_static_files() / "static")
    env = {
        **os.environ, "DATABASE_URL": url, "VAR_DIR": str(tmp_path), "MEDIA_ROOT": str(tmp_path / "media"),
        "ALLOWED_HOSTS": "hub.example.com,localhost", "DJANGO_SETTINGS_MODULE": "tests.config.short_lock_wait_settings",
    }  # fmt: skip
    code = "import django; django.setup(); from tests.config import test_reads; test_reads.main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready == "ready\n", process.communicate()[1]
        with write_lock(url):
            printed, log = process.communicate("go\n", timeout=300)
    assert process.returncode == 0, log
    result = json.loads(printed)
    wrong = [line for walked in result["accounts"].values() for line in walked["wrong"]]
    assert not wrong, "\n".join(wrong)
    assert result["asked"] > 100
    tried = {name: walked["prolonged"] for name, walked in result["accounts"].items()}
    assert tried.pop("anon") == 0
    assert min(tried.values()) > 10, tried
