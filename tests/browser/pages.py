"""Actions and checks of a person on a page, for the browser tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.site import Site


@contextmanager
def next_page(page: Any) -> Iterator[None]:
    """Wait for the next page, with its scripts and pictures, after the block.

    Texts of the page before ("Draft saved." of an earlier save) then count for nothing. No click meets a page that is
    about to go. A new URL alone is no other page: the first autosave of an article changes it, too.
    """
    page.wait_for_load_state()
    with page.expect_event("load", timeout=60_000):
        yield


def press(page: Any, what: Any) -> None:
    """Press a link or submit button (a locator or a selector), and wait for the next page."""
    with next_page(page):
        (page.locator(what) if isinstance(what, str) else what).click()


def visible_lines(page: Any) -> list[str]:
    """Return the lines of a page's main part as a reader sees them, with "Why this?" opened.

    Bullets, case and repeated blanks are normalized.
    """
    page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
    return plain_lines(page.inner_text("main"))


def plain_lines(text: str) -> list[str]:
    """Return lines without bullets, in one case, with single blanks, and without empty ones."""
    lines = (re.sub(r"^\s*•\s*", "", line) for line in text.splitlines())
    return [" ".join(line.split()).casefold() for line in lines if line.strip()]


def missing_line(wanted: list[str], seen: list[str]) -> str:
    """Return the first line of `wanted` that is missing in `seen`, or an empty result.

    Lines have to come in order. Others may come between them.
    """
    rest = iter(seen)
    return next((line for line in wanted if line not in rest), "")


def log_in_by_session(page: Any, site: Site, email: str) -> None:
    """Give a page the session of an account. The login form has tests of its own."""
    session = site.shell(
        "from django.test import Client; from insights.models import User; client = Client();"
        f"client.force_login(User.objects.get(email={email!r})); print(client.cookies['__Host-session'].value)"
    )
    cookie = {"name": "__Host-session", "value": session, "url": f"{site.url}/", "secure": True, "httpOnly": True}
    page.context.add_cookies([cookie])


def log_in(page: Any, email: str, password: str) -> None:
    """Log in at the admin with its form."""
    page.goto("/admin/login/?next=/admin/")
    fill_in_the_login(page, email, password)


def fill_in_the_login(page: Any, email: str, password: str) -> None:
    """Fill in the login form, which leads on to `next`."""
    page.fill("[name=username]", email)
    page.fill("[name=password]", password)
    press(page, "[type=submit]")
    assert urlsplit(page.url).path == "/admin/"
