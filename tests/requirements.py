"""Requirements of tests: those that need a missing browser or nginx are skipped, and reported.

With `REQUIRE_BROWSER=1` or `REQUIRE_NGINX=1` they are run and fail instead. A test's needs are read from its fixtures
and marks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.nginx import has_nginx

# The headless shell renders the same pages with a third of the work, since it starts no window around them.
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), "/usr/bin/chromium"
)


def _is_out_of_reach(item: pytest.Item) -> bool:
    """Return whether `item` needs a program that is missing here and not required."""
    fixtures = set(getattr(item, "fixturenames", ()))
    needs_browser = item.get_closest_marker("browser") or "chromium" in fixtures
    needs_nginx = item.get_closest_marker("nginx") or "proxied_site" in fixtures
    lacks_browser = needs_browser and not os.access(CHROMIUM, os.X_OK) and "REQUIRE_BROWSER" not in os.environ
    lacks_nginx = needs_nginx and not has_nginx() and "REQUIRE_NGINX" not in os.environ
    return bool(lacks_browser or lacks_nginx)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if _is_out_of_reach(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report missing programs. With xdist, only the first process writes, and it collects nothing itself."""
    if not os.access(CHROMIUM, os.X_OK):
        terminalreporter.write_line(f"Without Chromium ({CHROMIUM}), the browser tests were skipped.")
    if not has_nginx():
        terminalreporter.write_line("Without nginx, the tests behind it were skipped.")


@pytest.fixture
def chromium() -> Iterator[Any]:
    """Yield the system's Chromium as a Playwright `Browser`.

    It keeps running while consecutive tests use it. Contexts are closed.
    """
    browser = _kept.browser or _kept.start()
    yield browser
    for context in browser.contexts:
        context.close()
    if not browser.is_connected():
        _kept.stop()


class _Kept:
    """The browser of this process, and its driver."""

    browser: Any = None
    _driver: Any = None

    def start(self) -> Any:
        from playwright.sync_api import expect, sync_playwright

        expect.set_options(timeout=15_000)  # milliseconds; a busy server takes longer
        # Playwright runs an event loop in this thread, in which Django would refuse to query.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        self._driver = sync_playwright().start()
        self.browser = self._driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        return self.browser

    def stop(self) -> None:
        """End both, and with them the event loop. Safe to call twice."""
        browser, driver, self.browser, self._driver = self.browser, self._driver, None, None
        if browser is not None:
            browser.close()
        if driver is not None:
            driver.stop()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


_kept = _Kept()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Stop the browser before a test that does not use it: no other test runs beside its event loop."""
    try:
        return (yield)
    finally:
        if nextitem is None or "chromium" not in getattr(nextitem, "fixturenames", ()):
            _kept.stop()
