"""What comes in with a request, before Django reads it: its kind is cut to what the site asks; it is read to its end.

Chosen: forms are read as UTF-8, the only encoding that pages of ours send, whatever a client claims. Python knows
dozens of “charsets” that are no encodings of text (rot13, zlib, unicode_escape), and Django reads a form, and an
address, by whichever is named: the answer would be a 500, or letters that no database takes.

A body that a view does not want (a form that is refused, a picture from nobody's session) is read all the same. A
server that closes a connection with bytes still coming resets it, and the sender, nginx as well, never hears the
answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.page_cache import Application
    from config.page_cache.page import StartResponse

READ_BYTES = 12 * 1024 * 1024  # the longest body that nginx lets in, and a little; a longer one is cut off
_CHUNK = 65_536
_BOUNDARY = re.compile(r""";\s*boundary=("[^"]*"|[^;"\s]+)""", re.IGNORECASE)


class SettledBody:
    """A WSGI application around another, which hears no parameter of `Content-Type` but the boundary, and may leave a
    body unread."""

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
    """`multipart/form-data; charset=rot13; boundary=x` → `multipart/form-data; boundary=x`"""
    boundary = _BOUNDARY.search(content_type)
    return content_type.partition(";")[0].strip() + (f"; boundary={boundary[1]}" if boundary else "")


def read_to_the_end(environ: dict[str, Any]) -> None:
    """Read and drop what is left of a body, READ_BYTES at most; whoever sent it may have gone meanwhile."""
    with suppress(OSError):
        for _ in range(READ_BYTES // _CHUNK):
            if not environ["wsgi.input"].read(_CHUNK):
                return
