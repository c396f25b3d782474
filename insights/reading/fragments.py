"""Fragments of a page that follow from plain values alone, rendered once for the same values.

Chosen: the values are the key, so there is nothing to forget; a cache by name would need somebody to say when it is out
of date. Each process remembers the latest few hundred; large fragments (fifty long answers) are rendered every time, so
that what is remembered stays within some megabytes.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString

REMEMBERED = 512
MOST_LETTERS = 20_000


class _TooLarge(Exception):
    """The fragment is not kept; it travels in here."""


def fragment(template: str, **values: Hashable) -> SafeString:
    """`template` rendered with `values`, which must be immutable, and with nothing else but the current time zone."""
    try:
        return _remembered(template, timezone.get_current_timezone_name(), tuple(values.items()))
    except _TooLarge as large:
        return SafeString(large.args[0])


@lru_cache(maxsize=REMEMBERED)
def _remembered(template: str, zone: str, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    text = get_template(template).render(dict(values))
    if len(text) > MOST_LETTERS:
        raise _TooLarge(text)  # lru_cache keeps no exceptions
    return SafeString(text)
