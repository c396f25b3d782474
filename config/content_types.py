"""What a client says of its body is cut to what the site asks: the type, and where the parts of a form end.

Chosen: forms are read as UTF-8, the only encoding that pages of ours send, whatever a client claims. Python knows many
of “charsets” that are no encodings of text (rot13, zlib, unicode_escape), and Django reads a form, and an address, by
whichever is named: the answer would be a 500, or letters that no database takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.page_cache import Application
    from config.page_cache.page import StartResponse

_BOUNDARY = re.compile(r""";\s*boundary=("[^"]*"|[^;"\s]+)""", re.IGNORECASE)


class SettledContentType:
    """A WSGI application around another, which hears no parameter of `Content-Type` but the boundary."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if ";" in (said := environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = settled(said)
        return self._application(environ, start_response)


def settled(content_type: str) -> str:
    """`multipart/form-data; charset=rot13; boundary=x` → `multipart/form-data; boundary=x`"""
    boundary = _BOUNDARY.search(content_type)
    return content_type.partition(";")[0].strip() + (f"; boundary={boundary[1]}" if boundary else "")
