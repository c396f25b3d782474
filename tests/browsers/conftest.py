"""Shared fixtures: a test takes `visitor` and runs once in each installed browser.

`make browsers` runs them. The suite leaves this folder out (`norecursedirs` in pyproject.toml).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browsers.firefox import Firefox
from tests.browsers.visitor import Visitor
from tests.browsers.webkit import WebKit

BROWSERS: dict[str, type[Firefox] | type[WebKit]] = {"firefox": Firefox, "webkit": WebKit}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "driver" in metafunc.fixturenames:
        metafunc.parametrize("driver", [name for name in BROWSERS if BROWSERS[name].is_there()], indirect=True)


def pytest_collection_modifyitems() -> None:
    if not any(browser.is_there() for browser in BROWSERS.values()):
        raise pytest.UsageError("\n".join(browser.how_to_get for browser in BROWSERS.values()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the browsers that are missing."""
    for browser in BROWSERS.values():
        if not browser.is_there():
            terminalreporter.write_line(browser.how_to_get)


@pytest.fixture
def driver(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Yield a browser with an empty profile, for one test."""
    driver = BROWSERS[request.param]()
    yield driver
    driver.stop()


@pytest.fixture
def visitor(driver, site) -> Visitor:
    """Return a person on the test site, in a window of a desktop's size."""
    visitor = Visitor(driver, site.url)
    visitor.size(1440, 1000)
    return visitor
