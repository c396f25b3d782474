"""Selection of tests: those without a database run once, with SQLite, all others on each engine.

There is no list. A test cannot reach a database if it requests none from pytest-django, starts no site and has no mark
`own_database`. In this process pytest-django refuses. A process that the test starts finds no usable `DATABASE_URL`.
"""

from __future__ import annotations

import os

import pytest

_FIXTURES = {"db", "transactional_db", "django_db_setup", "start_site"}


def uses_database(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    return bool(marks & {"django_db", "own_database"} or _FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--engine") == "sqlite":
        return
    once = [item for item in items if not uses_database(item)]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if uses_database(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    if uses_database(item):
        return (yield)
    url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = "none://this-test-uses-no-database"
    try:
        return (yield)
    finally:
        os.environ["DATABASE_URL"] = url
