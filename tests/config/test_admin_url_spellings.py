"""Other spellings of the admin's URLs open nothing that the plain one refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from feedback.models import Answer
from insights.models import Article, Picture
from newsletter.models import Subscriber
from tests.config.role_forms import FORMS
from tests.config.role_world import ACCOUNTS, make_account, make_world, names_in

pytestmark = pytest.mark.django_db

SPELLINGS = {
    "without its slash": lambda address: address.rstrip("/"),
    "doubled slash in front": lambda address: f"/{address}",
    "doubled slash after admin": lambda address: address.replace("/admin/", "/admin//"),
    "doubled slash before the end": lambda address: f"{address}/",
    "doubled slash everywhere": lambda address: address.replace("/", "//"),
    "upper case": str.upper,
    "upper case after admin": lambda address: "/admin" + address.removeprefix("/admin").upper(),
    "upper case of admin": lambda address: address.replace("/admin/", "/Admin/"),
    "a dot": lambda address: address.replace("/admin/", "/admin/%2e/"),
    "two dots": lambda address: address.replace("/admin/", "/admin/login/%2e%2e/"),
    "from outside": lambda address: f"/insights/%2e%2e{address}",
    "slash encoded": lambda address: address.replace("/admin/", "/admin%2f"),
    "dot encoded twice": lambda address: address.replace("/admin/", "/admin/%252e/"),
    "semicolon": lambda address: address.replace("/admin/", "/admin;x/"),
    "blank at the end": lambda address: f"{address.rstrip('/')}%20/",
    "backslash": lambda address: address.replace("/admin/", "/admin%5c"),
}
TARGETS = (
    "/admin/", "/admin/insights/article/", "/admin/insights/article/{other}/change/",
    "/admin/insights/article/{other}/preview/", "/admin/insights/step/{step}/change/", "/admin/insights/user/",
    "/admin/newsletter/subscriber/", "/admin/newsletter/subscriber/{subscriber}/change/",
    "/admin/newsletter/subscriber/import/", "/admin/feedback/answer/{answer}/change/", "/admin/auth/group/",
    "/admin/insights/sitesettings/{settings}/change/",
)  # fmt: skip
ACTIONS = {
    "/admin/newsletter/subscriber/": "erase",
    "/admin/newsletter/subscriber/export/": "",
    "/admin/insights/article/{other}/delete/": "yes",
    "/admin/feedback/answer/{answer}/change/": "approve",
    "/admin/markdown/upload/": "image",
    "/admin/failed-tasks/{failed}/dismiss/": "",
    "/admin/insights/sitesettings/{settings}/change/": "settings-preview",
}


@pytest.fixture
def author() -> Any:
    return make_account("author")


@pytest.fixture
def world(author: Any) -> Any:
    return make_world(author)


def enter(client: Client, account: str, author: Any) -> None:
    user = author if account == "author" else make_account(account)
    if user is not None:
        client.force_login(user)


def send(client: Client, method: str, address: str, data: Any = None) -> Any:
    """Send a request whose path reaches the site as spelt."""
    return getattr(client, method)("/", data, PATH_INFO=unquote(address))


def end_of(client: Client, answer: Any) -> tuple[int, str]:
    """Return the status and the URL at which an answer's redirects end."""
    address = ""
    for _ in range(5):
        if answer.status_code not in {301, 302}:
            return answer.status_code, address
        address = answer["Location"]
        answer = client.get(address)
    raise AssertionError(f"led in circles: {address}")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_spelling_shows_more_than_the_plain_address(client: Client, account: str, author: Any, world: Any) -> None:
    """A14: without slash, doubled slash, upper case, `%2e`."""
    enter(client, account, author)
    names = names_in(world)
    wrong = []
    for target in TARGETS:
        plain = target.format_map(names)
        is_open = client.get(plain).status_code == 200
        for name, spell in SPELLINGS.items():
            status, ends_at = end_of(client, send(client, "get", spell(plain)))
            is_refused = status in {400, 403, 404, 405} or ends_at.startswith(("/admin/login/", "/admin/?next="))
            is_start_page = ends_at == "/admin/"
            if not (is_refused or is_start_page or (status == 200 and is_open and ends_at in {"", plain})):
                wrong.append(f"{plain}, {name}: {status} {ends_at}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("account", ["anon", "user", "author"])
def test_no_spelling_does_more_than_the_plain_address(client: Client, account: str, author: Any, world: Any) -> None:
    """A14: no action is run by one of them."""
    enter(client, account, author)
    names = names_in(world)
    pictures = Picture.objects.count()
    for target, form in ACTIONS.items():
        if account == "author" and form == "image":
            continue  # which authors may
        for spell in SPELLINGS.values():
            data = FORMS[form](world) if form else {}
            assert send(client, "post", spell(target.format_map(names)), data).status_code in {
                301,
                302,
                400,
                403,
                404,
                405,
            }
    assert Article.objects.filter(pk=world.other.pk).exists()
    assert Subscriber.objects.count() == 1
    assert DBTaskResult.objects.filter(pk=world.failed.pk).exists()
    assert Picture.objects.count() == pictures
    assert Answer.objects.get().status == "waiting"
