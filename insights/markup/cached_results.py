"""Work on one text that is done once, however many parts of a request ask for it.

A save checks its text, scores it, and shows it again when it is refused. Done before the transaction, that work holds
no lock of the database. Chosen against a cache of the process: nothing outlives the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_results: ContextVar[list[tuple[Any, Any]] | None] = ContextVar("markdown_results", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Remember results until the end of the block."""
    before = _results.set([])
    try:
        yield
    finally:
        _results.reset(before)


def remembered(key: Any, work: Callable[[], Any]) -> Any:
    """Return what `work()` returns or raise what it raises; within `once()`, do it once for equal keys."""
    results = _results.get()
    if results is None:
        return work()
    found = [result for known, result in results if known == key]
    if not found:
        try:
            found = [work()]
        except Exception as error:  # a text that is refused is refused again
            found = [error]
        results.append((key, found[0]))
    result = found[0]
    if isinstance(result, Exception):
        raise result
    return result


def remember(key: Any, result: Any) -> None:
    """Remember a result within `once()`."""
    if (results := _results.get()) is not None:
        results.append((key, result))


def remembered_refusal(key: Any) -> None:
    """Raise the exception that is remembered for `key`, if there is one."""
    for known, result in _results.get() or []:
        if known == key and isinstance(result, Exception):
            raise result
