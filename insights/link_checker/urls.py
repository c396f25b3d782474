"""One form for each address of another site, so that it is looked at once however often it is linked."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

_USUAL = {"http": 80, "https": 443}


def without_place(url: str) -> str:
    """What is asked for: the address without its fragment; scheme and host in small letters. Raises ValueError."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower() if "@" not in parts.netloc else parts.netloc,
                       parts.path or "/", parts.query, ""))  # fmt: skip


def host_of(url: str) -> str:
    """The host that is asked, with its port unless that is the usual one. Raises ValueError."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port
    return f"{host}:{port}" if port and port != _USUAL.get(parts.scheme) else host


def key_of(url: str) -> str:
    """What an address is looked up by: 64 letters, however long it is; of one that cannot be read, of its letters."""
    with suppress(ValueError):
        url = without_place(url)
    return hashlib.sha256(url.encode(errors="replace")).hexdigest()
