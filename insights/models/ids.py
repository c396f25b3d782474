"""Ids of rows, as they come in a form or a URL."""

from __future__ import annotations

from typing import Any


def is_id(value: Any) -> bool:
    """Whether what was sent can name a row: some ASCII digits, not more than a database's number has."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) < 19
