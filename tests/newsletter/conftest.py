"""Fixtures of the newsletter tests: a mail server that records, and the links in its emails."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail as outgoing

from tests.site import Mailbox

_hosts = itertools.count(1)


@pytest.fixture
def sink(settings) -> Iterator[Mailbox]:
    """Yield a real SMTP server, to which the site sends during the test."""
    mailbox = Mailbox()
    settings.MAILERS = {"default": smtp(mailbox.port)}
    yield mailbox
    mailbox.stop()


def smtp(port: int, **options: Any) -> dict[str, Any]:
    """Return Django's entry for a mail server on this host."""
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5, **options},
    }


@pytest.fixture
def sign_up(client) -> Callable[..., Any]:
    """Post the sign-up form and follow its redirect.

    From another network each time, or from `client_address`.
    """

    def post(email: str, client_address: str = "", **data: Any) -> Any:
        number = next(_hosts)
        address = client_address or f"10.{number // 250}.{number % 250}.7"
        return client.post("/newsletter/subscribe/", {"email": email, **data}, REMOTE_ADDR=address, follow=True)

    return post


def link_in(text: str) -> str:
    """Return the path of the first newsletter link in the text of an email."""
    found = re.search(r"https://hub\.example\.com(/newsletter/\S+)", text)
    assert found, text
    return found.group(1)


@pytest.fixture
def mailed_link(sign_up, run_tasks) -> Callable[[str], str]:
    """Sign an email address up. Returns the path of the link in its email."""

    def sign_up_and_open(email: str = "reader@example.com", **data: Any) -> str:
        sign_up(email, **data)
        run_tasks()
        return link_in(outgoing.outbox[-1].body)

    return sign_up_and_open
