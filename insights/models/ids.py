"""Validation of row ids from forms and URLs."""

from __future__ import annotations

from typing import Any


def is_id(value: Any) -> bool:
    """Return whether a value can be a row id: ASCII digits, at most 18."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) < 19
