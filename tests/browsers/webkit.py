"""WebKitGTK's MiniBrowser, driven by WebKitWebDriver on a virtual display."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
from contextlib import closing
from typing import Any

from tests.browsers.webdriver import CAPABILITIES, COMMANDS, SECONDS, WebDriverError, end
from tests.ports import free_port
from tests.site import wait_until


class WebKit:
    """A MiniBrowser without stored data, with a display and a driver of its own."""

    how_to_get = "WebKitGTK was not found: apt-get install webkit2gtk-driver xvfb."

    @staticmethod
    def is_there() -> bool:
        return all(map(shutil.which, ("WebKitWebDriver", "Xvfb")))

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []
        self._port = free_port()
        try:
            display = self._start(["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            assert display.stdout is not None
            number = display.stdout.readline().decode().strip()
            self._start(["WebKitWebDriver", "--host=127.0.0.1", f"--port={self._port}"], DISPLAY=f":{number}")
            wait_until(self._is_ready, "WebKitWebDriver", SECONDS)
            session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": CAPABILITIES}})
            self._session = f"/session/{session['sessionId']}"
        except BaseException:
            self.stop()
            raise

    def send(self, command: str, **parameters: Any) -> Any:
        method, path = COMMANDS[command]
        return self._ask(method, self._session + path.format(id=parameters.pop("id", "")), parameters)

    def stop(self) -> None:
        for process in reversed(self._started):
            end(process)

    def _start(self, command: list[str], **variables: str) -> subprocess.Popen[bytes]:
        # Without a session bus its accessibility bridge would wait for one.
        environment = {**os.environ, "NO_AT_BRIDGE": "1", "GDK_BACKEND": "x11", **variables}
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE if command[0] == "Xvfb" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def _is_ready(self) -> bool:
        try:
            return bool(self._ask("GET", "/status")["ready"])
        except OSError:
            return False

    def _ask(self, method: str, path: str, parameters: dict[str, Any] | None = None) -> Any:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)) as connection:
            body = json.dumps(parameters or {}) if method == "POST" else None
            connection.request(method, path, body, {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise WebDriverError(value["error"], value["message"])
        return value
