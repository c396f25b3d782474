"""What a person sees and does on a page, for the browser tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.site import Site


@contextmanager
def next_page(page: Any) -> Iterator[None]:
    """What is done within leads to another page; goes on once that one stands, with its scripts and pictures.

    Words of the page before ("Draft saved." of an earlier save) are then no answer, and no click meets a page that is
    about to go. A new address alone is no other page: the first autosave of an article changes it, too.
    """
    page.wait_for_load_state()
    with page.expect_event("load", timeout=60_000):
        yield


def press(page: Any, what: Any) -> None:
    """Press what leads to another page (a locator or a selector: a button that sends a form, a link), and go there."""
    with next_page(page):
        (page.locator(what) if isinstance(what, str) else what).click()


def visible_lines(page: Any) -> list[str]:
    """The lines of a page's main part as a reader sees them, "Why this?" opened; bullets, case and blanks aside."""
    page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
    return plain_lines(page.inner_text("main"))


def plain_lines(text: str) -> list[str]:
    """Lines without bullets, in one case, with single blanks; empty ones left out."""
    lines = (re.sub(r"^\s*•\s*", "", line) for line in text.splitlines())
    return [" ".join(line.split()).casefold() for line in lines if line.strip()]


def missing_line(wanted: list[str], seen: list[str]) -> str:
    """The first of `wanted` that does not stand in `seen` in its order (others may stand between), or nothing."""
    rest = iter(seen)
    return next((line for line in wanted if line not in rest), "")


def log_in_by_session(page: Any, site: Site, email: str) -> None:
    """Give a page the session of an account, as if it had logged in; the form of the login has walks of its own."""
    session = site.shell(
        "from django.test import Client; from insights.models import User; client = Client();"
        f"client.force_login(User.objects.get(email={email!r})); print(client.cookies['__Host-session'].value)"
    )
    cookie = {"name": "__Host-session", "value": session, "url": f"{site.url}/", "secure": True, "httpOnly": True}
    page.context.add_cookies([cookie])


def log_in(page: Any, email: str, password: str) -> None:
    """Log in at the desk, by its form."""
    page.goto("/admin/login/?next=/admin/")
    fill_in_the_login(page, email, password)


def fill_in_the_login(page: Any, email: str, password: str) -> None:
    """On the login's page, of which `next` is the start page."""
    page.fill("[name=username]", email)
    page.fill("[name=password]", password)
    press(page, "[type=submit]")
    assert urlsplit(page.url).path == "/admin/"
