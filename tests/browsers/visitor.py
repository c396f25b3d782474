"""A person in front of a browser, as the few verbs that these tests use."""

from __future__ import annotations

from typing import Any

from tests.browsers.webdriver import Driver, WebDriverError
from tests.site import wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's key of an element
CONTROL, SHIFT, ENTER, LEFT, END = "\ue009", "\ue008", "\ue007", "\ue012", "\ue010"
FIND = """
const [selector, words] = arguments;
return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility()
  && [one.innerText, one.ariaLabel, one.value].some((text) => (text || "").includes(words))) || null;
"""


class Visitor:
    """A person with a browser. Elements are named by a CSS selector, plus their text where that is not enough.

    Every verb waits until it can do its work. `read` and `wait` look at the page by a script. No script changes it.
    """

    def __init__(self, driver: Driver, site_url: str) -> None:
        self._driver, self._site_url = driver, site_url
        self.browser = type(driver).__name__

    def open(self, path: str) -> None:
        self._driver.send("Navigate", url=path if "://" in path else self._site_url + path)

    def open_until(self, path: str, words: str, selector: str) -> None:
        """Open a page, again if need be, until it shows `words`: another worker may have cached the page before."""

        def shows_now() -> bool:
            self.open(path)
            return self.shows(selector, words)

        wait_until(shows_now, f"{words!r} on {path}")

    def reload(self) -> None:
        self._driver.send("Refresh")

    def back(self) -> None:
        self._driver.send("Back")

    def log_in(self, email: str, password: str) -> None:
        """Log in at the admin as another person."""
        login = "/admin/login/?next=/admin/"
        self.open(login)
        self._driver.send("DeleteAllCookies")  # those of the page that is open
        self.open(login)
        self.fill("[name=username]", email)
        self.fill("[name=password]", password)
        self.press("[type=submit]")
        assert self.path == "/admin/"

    def size(self, width: int, height: int) -> None:
        self._driver.send("SetWindowRect", width=width, height=height)

    def read(self, expression: str, *arguments: Any) -> Any:
        """Return the value of a JavaScript expression on the page. `arguments` are in `arguments`."""
        return self._driver.send("ExecuteScript", script=f"return {expression}", args=list(arguments))

    @property
    def path(self) -> str:
        return str(self.read("location.pathname"))

    def wait(self, expression: str, *arguments: Any, seconds: float = 30) -> Any:
        """Wait for the first true value of `expression`, and return it."""
        return wait_until(lambda: self._calmly(expression, *arguments), expression, seconds)

    def see(self, words: str, selector: str = "main") -> None:
        """Wait until a visible element shows `words`."""
        self._element(selector, words)

    def shows(self, selector: str, words: str = "") -> bool:
        return self._driver.send("ExecuteScript", script=FIND, args=[selector, words]) is not None

    def click(self, selector: str, words: str = "") -> None:
        self._do("ElementClick", selector, words)

    def press(self, selector: str, words: str = "") -> None:
        """Click a link or submit button, and wait for the next page."""
        page = self._driver.send("ExecuteScript", script="return document.documentElement", args=[])
        self.click(selector, words)
        wait_until(lambda: self._is_gone(page), f"the page after {words or selector}", 60)
        self.wait("document.readyState === 'complete'")

    def type(self, selector: str, text: str) -> None:
        """Type into a field key by key, at its caret or else at its end. Control and Shift hold for one call."""
        self._do("ElementSendKeys", selector, text=text.replace("\n", ENTER))

    def fill(self, selector: str, text: str) -> None:
        """Replace the text of a field."""
        self._do("ElementClear", selector)
        self.type(selector, text)

    def _element(self, selector: str, words: str) -> str:
        found = wait_until(lambda: self._calmly_run(FIND, [selector, words]), f"{selector} {words!r}", 30)
        return str(found[ELEMENT])

    def _do(self, command: str, selector: str, words: str = "", **parameters: Any) -> None:
        self._driver.send(command, id=self._element(selector, words), **parameters)

    def _calmly(self, expression: str, *arguments: Any) -> Any:
        return self._calmly_run(f"return {expression}", list(arguments))

    def _calmly_run(self, script: str, arguments: list[Any]) -> Any:
        """Return a script's value, or nothing while one page replaces another."""
        try:
            return self._driver.send("ExecuteScript", script=script, args=arguments)
        except WebDriverError:
            return None

    def _is_gone(self, page: Any) -> bool:
        try:
            self._driver.send("ExecuteScript", script="return arguments[0].isConnected", args=[page])
        except WebDriverError as error:
            return error.kind in {"stale element reference", "no such element", "no such window"}
        return False
