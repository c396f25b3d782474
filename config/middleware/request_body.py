"""WSGI layer that drops the charset of a Content-Type, and reads every request body to its end.

Django would decode a form by any charset of Python, and dozens are no encodings of text (rot13, zlib). We read a
refused body too: closing a connection with unread bytes resets it, and the client gets no response.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.page_cache import Application
    from config.page_cache.page import StartResponse

READ_BYTES = 12 * 1024 * 1024  # a little more than nginx allows; a longer body is cut off
_CHUNK = 65_536
_BOUNDARY = re.compile(r""";\s*boundary=("[^"]*"|[^;"\s]+)""", re.IGNORECASE)


class SettledBody:
    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if ";" in (said := environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = settled(said)
        answer = self._application(environ, start_response)
        if environ.get("CONTENT_LENGTH", "") not in {"", "0"}:
            read_to_the_end(environ)
        return answer


def settled(content_type: str) -> str:
    boundary = _BOUNDARY.search(content_type)
    return content_type.partition(";")[0].strip() + (f"; boundary={boundary[1]}" if boundary else "")


def read_to_the_end(environ: dict[str, Any]) -> None:
    with suppress(OSError):
        for _ in range(READ_BYTES // _CHUNK):
            if not environ["wsgi.input"].read(_CHUNK):
                return
