"""Normalized URLs, so that each external URL is checked once."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

_USUAL = {"http": 80, "https": 443}


def without_place(url: str) -> str:
    """Return the URL without fragment, scheme and host in lowercase. Raise ValueError if unreadable."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower() if "@" not in parts.netloc else parts.netloc,
                       parts.path or "/", parts.query, ""))  # fmt: skip


def host_of(url: str) -> str:
    """Return the host, with its port unless that is the default. Raise ValueError if unreadable."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port
    return f"{host}:{port}" if port and port != _USUAL.get(parts.scheme) else host


def key_of(url: str) -> str:
    """Return the SHA-256 (hex) of the normalized URL, or of the raw text if it is unreadable."""
    with suppress(ValueError):
        url = without_place(url)
    return hashlib.sha256(url.encode(errors="replace")).hexdigest()
