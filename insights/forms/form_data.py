"""Posted form data with some values replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from django.http import QueryDict


def with_values(data: Any, **values: str) -> QueryDict:
    """Return a mutable copy of `data` with other values.

    Always a QueryDict: `{**data}` turns each value of one into a list, and `data.dict()` drops all but the last value.
    """
    copied = cast("QueryDict", data).copy()
    for name, value in values.items():
        copied[name] = value
    return copied
