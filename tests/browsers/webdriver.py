"""The part of W3C WebDriver that these tests use.

Firefox takes its commands over a TCP connection of its own (Marionette), WebKitGTK over HTTP. Names, parameters and
errors are the same.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from typing import Any, Protocol

# Command: HTTP method and path below the session. `{id}` is an element.
COMMANDS = {
    "Back": ("POST", "/back"),
    "DeleteAllCookies": ("DELETE", "/cookie"),
    "ElementClear": ("POST", "/element/{id}/clear"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "ElementSendKeys": ("POST", "/element/{id}/value"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "Navigate": ("POST", "/url"),
    "Refresh": ("POST", "/refresh"),
    "SetWindowRect": ("POST", "/window/rect"),
}
CAPABILITIES = {"acceptInsecureCerts": True}  # the test site signs its certificate itself
SECONDS = 60  # for one command; a busy server takes longer


class WebDriverError(Exception):
    """A command failed; `kind` is the standard's error code, such as "stale element reference"."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Driver(Protocol):
    """A running browser with one session. `stop` ends it and what it started."""

    def send(self, command: str, **parameters: Any) -> Any: ...

    def stop(self) -> None: ...


def end(process: subprocess.Popen[Any]) -> None:
    """End a process that leads its own process group, and that group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
    if process.stdout is not None:
        process.stdout.close()
