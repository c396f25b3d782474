"""Cache of rendered template fragments, keyed by the values they show.

We use the values (or a digest of all of them) as the key instead of a name, so nothing is invalidated. Each process
keeps the latest REMEMBERED fragments. Large ones are not cached, so memory stays within some megabytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import models
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString

REMEMBERED = 512
MAX_FRAGMENT_LENGTH = 20_000


class _TooLarge(Exception):
    """Carrier of a rendered fragment that is too large to cache."""


def fragment(template: str, **values: Hashable) -> SafeString:
    """Render `template` with immutable `values`; it may depend only on them and the current time zone."""
    return _kept(template, tuple(values.items()), lambda: values)


def fragment_of(template: str, digest: bytes, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    """Render `template` with `values()`, once per `digest` (`digest_of`); every time without a digest."""
    if not digest:
        return SafeString(get_template(template).render(dict(values())))
    return _kept(template, digest, values)


def digest_of(*rows: models.Model | str | None) -> bytes:
    """Return 16 bytes that differ if any loaded value does; pass related rows as rows of their own."""
    values = [value for row in rows for value in (_loaded(row) if isinstance(row, models.Model) else [row])]
    texts = [value if isinstance(value, str) else repr(value) for value in values]
    lengths = ",".join(str(len(text)) for text in texts)
    return hashlib.blake2b("\0".join([lengths, *texts]).encode(), digest_size=16).digest()


def _loaded(row: models.Model) -> list[Any]:
    return [value for name, value in row.__dict__.items() if not name.startswith("_")]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Cache key of a fragment; rendering empties `values`, so that no row stays in memory."""

    template: str
    zone: str
    key: Hashable
    values: list[Callable[[], Mapping[str, Any]]] = field(compare=False)


def _kept(template: str, key: Hashable, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    try:
        return _remembered(_Piece(template, timezone.get_current_timezone_name(), key, [values]))
    except _TooLarge as large:
        return SafeString(large.args[0])


@lru_cache(maxsize=REMEMBERED)
def _remembered(piece: _Piece) -> SafeString:
    text = get_template(piece.template).render(dict(piece.values.pop()()))
    if len(text) > MAX_FRAGMENT_LENGTH:
        raise _TooLarge(text)  # lru_cache keeps no exceptions
    return SafeString(text)
