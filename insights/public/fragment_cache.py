"""Fragments of a page that follow from plain values alone, rendered once for the same values.

We use the values as the key, or a digest of all of them, so there is nothing to forget; a cache by name would need
to be told when it is out of date. Each process remembers the latest few hundred; large fragments (fifty long
comments) are rendered every time, so that what is remembered stays within some megabytes.
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
    """The fragment is not kept; it travels in here."""


def fragment(template: str, **values: Hashable) -> SafeString:
    """`template` rendered with `values`, which must be immutable, and with nothing else but the current time zone."""
    return _kept(template, tuple(values.items()), lambda: values)


def fragment_of(template: str, digest: bytes, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    """`template` rendered with `values()`, once for the same `digest` (`digest_of`) of all that it shows.

    Without a digest it is rendered every time.
    """
    if not digest:
        return SafeString(get_template(template).render(dict(values())))
    return _kept(template, digest, values)


def digest_of(*rows: models.Model | str | None) -> bytes:
    """16 bytes that differ if any loaded value of the rows does; related rows are given as rows of their own."""
    values = [value for row in rows for value in (_loaded(row) if isinstance(row, models.Model) else [row])]
    texts = [value if isinstance(value, str) else repr(value) for value in values]
    lengths = ",".join(str(len(text)) for text in texts)
    return hashlib.blake2b("\0".join([lengths, *texts]).encode(), digest_size=16).digest()


def _loaded(row: models.Model) -> list[Any]:
    return [value for name, value in row.__dict__.items() if not name.startswith("_")]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a fragment is remembered by; `values` is taken out when it is rendered, so that no row stays in memory."""

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
