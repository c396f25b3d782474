"""The audit log and the audited actions share one transaction."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import Client

from insights.admin.bylines import make_byline
from insights.demo import loading
from insights.models import AuditEntry, HistoryEntry, SiteSettings, User, Version
from insights.publishing import slugs
from newsletter.models import Subscriber, SuppressionKey
from newsletter.subscribers import erasure
from tests.config.role_forms import FORMS
from tests.config.role_world import make_account, make_world, names_in
from tests.config.test_role_table import TABLE, Line
from tests.factories import make_article
from tests.newsletter.factories import make_subscriber
from tests.test_architecture import HOUSE, ROOT, called, modules, name_of, tree_of

# Logins, and uploads: those count even when they are refused.
UNRELATED = {"sessions.Session", "insights.UploadCount"}


class Failure(Exception):
    """The failure right after an audit entry was written."""


class Failing:
    """Makes every write of an audit entry fail, and records the calling functions."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def fail(self, **kwargs: Any) -> None:
        frame = sys._getframe()
        while frame := frame.f_back:  # type: ignore[assignment]
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT):
                self.seen.add((name_of(file), frame.f_code.co_name))
        raise Failure


@pytest.fixture
def failing() -> Iterator[Failing]:
    found = Failing()
    post_save.connect(found.fail, sender=AuditEntry)
    yield found
    post_save.disconnect(found.fail, sender=AuditEntry)


def recorders() -> set[tuple[str, str]]:
    """Return each function that has an audit entry written: file and name."""
    found = set()
    for path in modules(*HOUSE):
        for function in ast.walk(tree_of(path)):
            if isinstance(function, ast.FunctionDef) and any(map(_records, ast.walk(function))):
                found.add((name_of(path), function.name))
    return found


def _records(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or called(node) not in {"send", "record"}:
        return False
    target = ast.unparse(node.func)
    return target.endswith(("audit_event.send", "AuditEntry.record"))


def rows() -> dict[str, list[str]]:
    """Return every row of the database, by model."""
    return {
        model._meta.label: sorted(repr([_plain(value) for value in row]) for row in model._base_manager.values_list())
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in UNRELATED
    }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


class Walk:
    """Runs one audited action after the other, each from the same rows."""

    def __init__(self) -> None:
        self.before = rows()
        self.wrong: list[str] = []
        self.failed = 0

    def do(self, name: str, action: Callable[[], Any]) -> None:
        """Run it. If it failed at its audit entry, nothing of it may be left. A success is undone here."""
        point = transaction.savepoint_create()
        try:
            action()
        except Failure:
            self.failed += 1
            after = rows()
            changed = [label for label in after if after[label] != self.before[label]]
            self.wrong += [f"{name}: left {', '.join(changed)}"] if changed else []
        finally:
            transaction.savepoint_rollback(point)
            SiteSettings.forget()


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies.output(header="", sep="")


def post(session: str, line: Line, world: Any, names: dict[str, str]) -> None:
    client = Client()
    client.cookies = SimpleCookie(session)
    answer = client.post(line.address.format_map(names), FORMS[line.form](world) if line.form else {})
    if answer.streaming:
        answer.getvalue()


@pytest.mark.django_db
def test_a_failure_after_an_audit_entry_leaves_neither_the_entry_nor_what_it_tells(failing, tmp_path) -> None:
    """E9: every POST of the admin, every command and task → entry and action are rolled back together."""
    author, administrator = make_account("author"), make_account("admin")
    assert isinstance(author, User)
    assert isinstance(administrator, User)
    post_save.disconnect(failing.fail, sender=AuditEntry)
    world = make_world(author)
    for number in range(3):
        make_subscriber(f"reader{number}@example.com")
    SuppressionKey.hash_address("")  # the key is there
    names = names_in(world)
    sessions = [session_of(administrator), session_of(author)]
    order = order_of(administrator)
    waiting = Version.objects.filter(pk=make_article("Waits for a slug", published=None).newest_version().pk)
    waiting.update(new_slug="taken")
    to_ask = make_subscriber("to-ask@example.com", status="pending")
    post_save.connect(failing.fail, sender=AuditEntry)

    walk = Walk()
    for session in sessions:
        for line in TABLE:
            if line.method == "POST":
                walk.do(str(line), lambda session=session, line=line: post(session, line, world, names))
    csv = tmp_path / "readers.csv"
    csv.write_text("email\nnew@example.com\n")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "text.md").write_text("---\ntitle: A text\n---\nWords.\n")
    silent = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    for name, action in {
        "import_subscribers": lambda: call_command("import_subscribers", csv, **silent),
        "export_subscribers": lambda: call_command("export_subscribers", **silent),
        "export to a file": lambda: call_command("export_subscribers", output=tmp_path / "out.csv", **silent),
        "import_articles": lambda: call_command("import_articles", tmp_path / "texts", **silent),
        "load_demo": lambda: loading.load_demo(lambda report: None, folder=tmp_path / "texts"),
        "order an erasure": lambda: erasure.order(Subscriber.objects.all(), administrator),
        "erase in the background": lambda: erasure.erase_marked.call(order.pk),
        "ask to confirm": lambda: post_action(sessions[0], "newsletter/subscriber", "send_confirmations", to_ask),
        "make a byline": lambda: make_byline(author, actor=administrator),
        "give up a slug": lambda: slugs._give_up_new_slug(waiting.get().pk),
    }.items():
        failed = walk.failed
        walk.do(name, action)
        assert walk.failed == failed + 1, f"{name} writes no audit entry"

    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.failed > 90
    assert recorders() - failing.seen == set()
    assert not silent["stdout"].getvalue()  # no row was sent
    assert not list(tmp_path.glob("out*"))


def post_action(session: str, model: str, action: str, row: Any) -> None:
    client = Client()
    client.cookies = SimpleCookie(session)
    client.post(f"/admin/{model}/", {"action": action, "_selected_action": [row.pk]})


def order_of(user: User) -> Any:
    """Return an order to erase one subscriber that no worker has begun."""
    reader = make_subscriber("to-erase@example.com")
    return erasure.order(Subscriber.objects.filter(pk=reader.pk), user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("record", ["audit", "history"])
def test_an_entry_outside_any_transaction_is_refused(record) -> None:
    """E9: code that records outside a transaction fails in its first test, not at the first killed process."""
    article = make_article("A text", published=None)
    before = AuditEntry.objects.count(), HistoryEntry.objects.count()

    def write() -> None:
        if record == "audit":
            AuditEntry.record(None, "did", "something")
        else:
            HistoryEntry.record(article, HistoryEntry.Verb.SAVED, None)

    assert not connection.in_atomic_block
    with pytest.raises(
        transaction.TransactionManagementError, match="in the transaction of the action that it records"
    ):
        write()
    assert (AuditEntry.objects.count(), HistoryEntry.objects.count()) == before
    with transaction.atomic():
        write()
    assert AuditEntry.objects.count() + HistoryEntry.objects.count() == sum(before) + 1


@pytest.mark.django_db
def test_what_changes_nothing_is_not_in_the_audit(client) -> None:
    """E9: unsubscribing an unsubscribed subscriber is no action, and leaves no entry."""
    client.force_login(make_account("admin"))
    reader = make_subscriber("gone@example.com", status="left")
    client.post("/admin/newsletter/subscriber/", {"action": "take_off", "_selected_action": [reader.pk]})
    assert not AuditEntry.objects.filter(verb="unsubscribed subscribers").exists()
