"""Shared fixtures for the form tests: a site with a row of each kind, and accounts of each role."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.admin_forms import AdminForm
from tests.browser.form_filling import Person
from tests.browser.pages import log_in_by_session
from tests.site import Site

MAKE_THE_WORLD = """
import json
from tests.config.role_world import ACCOUNTS, make_account, make_world, names_in
from tests.factories import make_author
accounts = {name: make_account(name) for name in ACCOUNTS}
make_author("B Desk")  # so that each list has something else to choose
print("rows:" + json.dumps(names_in(make_world(accounts["author"]))))
"""


@pytest.fixture(scope="session")
def start_site(start_site: Callable[..., Site]) -> Callable[..., Site]:
    """Start sites with more threads: without nginx each spare connection of a browser holds one."""

    def start(**options: Any) -> Site:
        return start_site(**({} if options.get("behind_nginx") else {"THREADS": "16"}) | options)

    return start


@pytest.fixture(scope="module")
def rows(site) -> dict[str, str]:
    """Return the id of a row of each kind, by the names of `tests/config/role_world.py`."""
    rows: dict[str, str] = json.loads(site.shell(MAKE_THE_WORLD).partition("rows:")[2])
    return rows


@pytest.fixture
def meet(site, rows, chromium) -> Callable[..., Person]:
    """Return a function that opens a form as its role sees it."""

    def open_form(form: AdminForm, **options: Any) -> Person:
        context = chromium.new_context(base_url=site.url, ignore_https_errors=True, **options)
        page = context.new_page()
        page.set_default_timeout(15_000)
        if form.role != "anon":
            log_in_by_session(page, site, f"{form.role}@example.com")
        person = Person(page, form.form, rows)
        page.goto(form.page.format_map(rows))
        person.first_url = page.url
        return person

    return open_form
