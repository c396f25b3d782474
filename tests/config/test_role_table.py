"""Statuses by role: one table of account × URL × method, which contains every URL of the site.

The table is written by hand and not computed from permissions, so that a wrong permission shows. Each line is `METHOD
URL <form>` and a status per account. Words in braces are rows of `role_world.py`, forms are in `role_forms.py`. Changes
of a line are rolled back before the next.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve

from insights.models import SiteSettings
from tests.config import role_table_audience, role_table_history, role_table_insights, role_table_site
from tests.config.role_forms import FORMS
from tests.config.role_table_lines import Line, lines_of
from tests.config.role_world import ACCOUNTS, make_account, make_world, names_in
from tests.config.routes import routes_of

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*django_session)", re.IGNORECASE | re.DOTALL)


TABLES = (role_table_site, role_table_insights, role_table_history, role_table_audience)
TABLE = [line for part in TABLES for line in lines_of(part.TABLE)]


class Visitor:
    """One account in the admin, logged in once."""

    def __init__(self, account: str) -> None:
        author = make_account("author")
        assert author is not None
        self.world = make_world(author)
        self.names = names_in(self.world)
        self.account = account
        self.client = Client()
        user = author if account == "author" else make_account(account)
        if account != "editor":
            make_account("editor")  # the account that <login> names
        if user is not None:
            self.client.force_login(user)
        self.cookies = self.client.cookies.output(header="", sep="")

    def ask(self, line: Line) -> tuple[Any, list[str]]:
        """Return the answer to a line, and its writing statements. Changes are rolled back at once."""
        self.client.cookies = SimpleCookie(self.cookies)
        written: list[str] = []

        def watch(execute, sql, params, many, context):
            if _WRITES.match(sql):
                written.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic(), connection.execute_wrapper(watch):
            data = FORMS[line.form](self.world) if line.form else {}
            send = self.client.get if line.method == "GET" else self.client.post
            address = line.address.format_map(self.names)
            answer = send(address) if line.method == "GET" else send(address, data)
            if answer.streaming:
                answer.getvalue()
            transaction.set_rollback(True)
        SiteSettings.forget()
        return answer, written


def is_refusal(answer: Any) -> bool:
    return answer.status_code in {403, 404, 405} or answer.headers.get("Location", "").startswith(LOGIN)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_gets_what_the_table_says(account: str) -> None:
    """A08, U01–U03, X01, R07, H19: exactly the status. A GET, a refusal and an invalid form write nothing."""
    visitor = Visitor(account)
    wrong = []
    for line in TABLE:
        answer, written = visitor.ask(line)
        if answer.status_code != line.statuses[account]:
            wrong.append(f"{line}: {answer.status_code}, the table says {line.statuses[account]}")
        if written and (line.method == "GET" or is_refusal(answer) or answer.status_code in {400, 409}):
            wrong.append(f"{line}: {answer.status_code}, and yet {written[0][:90]}")
    assert not wrong, "\n".join(wrong)


class TestTheTableIsWhole:
    @pytest.fixture
    def names(self) -> dict[str, str]:
        author = make_account("author")
        assert author is not None
        return names_in(make_world(author))

    def test_every_admin_url_is_in_it_with_both_methods(self, names) -> None:
        """A08: a URL that is missing in the table fails the suite."""
        admin_routes = {route for route in routes_of(get_resolver()) if route.startswith("admin/")}
        listed = {(self.match(line, names).route, line.method) for line in TABLE}
        assert {(route, method) for route in admin_routes for method in ("GET", "POST")} - listed == set()

    def test_no_line_names_an_address_that_is_gone(self, names) -> None:
        """Only words in braces match a pattern. Otherwise a more general one would hide a removed URL."""
        lost = []
        for line in TABLE:
            caught = list(map(str, self.match(line, names).captured_kwargs.values()))
            if caught != [names[word] for word in re.findall(r"{(\w+)}", line.address.partition("?")[0])]:
                lost.append(str(line))
        assert not lost, "\n".join(lost)

    def test_no_line_stands_in_it_twice(self) -> None:
        listed = [str(line) for line in TABLE]
        assert sorted(listed) == sorted(set(listed))

    def test_every_form_is_used(self) -> None:
        assert set(FORMS) == {line.form for line in TABLE} - {""}

    @staticmethod
    def match(line: Line, names: dict[str, str]) -> Any:
        return resolve(line.address.partition("?")[0].format_map(names))
