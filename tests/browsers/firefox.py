"""Firefox as Debian ships it, driven over Marionette: no geckodriver, no build of its own.

A message is `<length>:<JSON>`; a request is `[0, id, command, parameters]`, a response `[1, id, error, result]`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.browsers.webdriver import CAPABILITIES, COMMANDS, SECONDS, WebDriverError, end
from tests.ports import free_port
from tests.site import wait_until


class Firefox:
    """A headless Firefox with an empty profile. `FIREFOX` names another executable."""

    how_to_get = "Firefox was not found: apt-get install firefox-esr, or name it in the variable FIREFOX."

    @staticmethod
    def executable() -> str | None:
        return shutil.which(os.environ.get("FIREFOX", "")) or shutil.which("firefox-esr") or shutil.which("firefox")

    @classmethod
    def is_there(cls) -> bool:
        return cls.executable() is not None

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="hub-firefox-"))
        port = free_port()
        (self._profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        self._open = ExitStack()
        self._process = subprocess.Popen(
            [self.executable() or "", "--headless", "--marionette", "--no-remote", "--profile", str(self._profile)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            connection = wait_until(lambda: _connected(port), "Firefox's Marionette port", SECONDS)
            self._socket = self._open.enter_context(connection)
            self._stream = self._open.enter_context(connection.makefile("rb"))
            self._read()  # its greeting
            self._number = 0
            self._ask("WebDriver:NewSession", CAPABILITIES)
        except BaseException:
            self.stop()
            raise

    def send(self, command: str, **parameters: Any) -> Any:
        assert command in COMMANDS
        return self._ask(f"WebDriver:{command}", parameters)

    def stop(self) -> None:
        self._open.close()
        end(self._process)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, number, error, result = self._read()
        assert number == self._number
        if error:
            raise WebDriverError(error["error"], error["message"])
        return result.get("value") if isinstance(result, dict) else result

    def _read(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            assert digit, "Firefox has closed its connection"
            length += digit
        return json.loads(self._stream.read(int(length)))


def _connected(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    except OSError:
        return None
