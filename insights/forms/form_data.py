"""Posted form data with some values replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from django.http import QueryDict


def with_values(data: Any, **values: str) -> QueryDict:
    """Return a changed, mutable QueryDict. We do not use `{**data}` (lists) or `data.dict()` (last values only)."""
    copied = cast("QueryDict", data).copy()
    for name, value in values.items():
        copied[name] = value
    return copied
