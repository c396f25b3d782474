"""Results of work on one text, computed once per request.

A save checks its text, scores it, and shows it again if refused; this happens before the transaction, without a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_results: ContextVar[list[tuple[Any, Any]] | None] = ContextVar("markdown_results", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Cache results until the end of the block."""
    before = _results.set([])
    try:
        yield
    finally:
        _results.reset(before)


def remembered(key: Any, work: Callable[[], Any]) -> Any:
    """Return or raise the result of `work()`; within `once()`, compute it once for equal keys."""
    results = _results.get()
    if results is None:
        return work()
    found = [result for known, result in results if known == key]
    if not found:
        try:
            found = [work()]
        except Exception as error:  # a refusal is cached, too
            found = [error]
        results.append((key, found[0]))
    result = found[0]
    if isinstance(result, Exception):
        raise result
    return result


def remember(key: Any, result: Any) -> None:
    if (results := _results.get()) is not None:
        results.append((key, result))


def remembered_refusal(key: Any) -> None:
    for known, result in _results.get() or []:
        if known == key and isinstance(result, Exception):
            raise result
