"""Lock timeouts of database writes, per kind of request.

A worker that waits for a lock answers no other request. So a visitor's write gives up early, and a save by staff waits.
SQLite has one lock for all writers (`busy_timeout`); PostgreSQL locks rows (`lock_timeout`). Both raise
OperationalError, which becomes a 503 (`config/unavailable.py`). Outside `patience()`, `settings.LOCK_SECONDS` is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from config.database.places import waiting_place

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LOCK_RETRY_SECONDS = 2.0  # SQLite only: how long every request retries while other writers commit

# View name → seconds. Views in settings.PUBLIC_POSTS set theirs there; all others use settings.LOCK_SECONDS.
SECONDS_OF = {
    "newsletter:confirm": 2.0,
    "newsletter:unsubscribe": 2.0,
    # The editor's scripts send again by themselves, and each request that waits holds a worker.
    "admin:insights_article_autosave": 2.0,
    "admin:insights_article_autosave_new": 2.0,
    "admin:insights_article_presence": 0.2,
}

_seconds: ContextVar[float | None] = ContextVar("patience", default=None)
_longest: ContextVar[float] = ContextVar("longest wait", default=0.0)
# A connection of PostgreSQL's pool outlives a request and keeps its setting.
_set_to: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


@contextmanager
def lock_timeout(seconds: float, longest: float = 0.0) -> Iterator[None]:
    """Set the lock timeout inside; on SQLite, statements retry up to `longest` seconds while other writers commit."""
    before, longest_before = _seconds.set(seconds), _longest.set(longest)
    try:
        _apply()
        yield
    finally:
        _seconds.reset(before)
        _longest.reset(longest_before)
        with suppress(DatabaseError):  # a broken connection is not used again
            _apply()


def _wanted() -> float:
    seconds = _seconds.get()
    return settings.LOCK_SECONDS if seconds is None else seconds


@receiver(connection_created, dispatch_uid="config.database.patience")
def _apply(**kwargs: Any) -> None:
    """Set the current timeout on the connection, also if it is new or comes from the pool."""
    link = connection.connection
    if link is None or connection.needs_rollback:
        return
    seconds = _wanted()
    milliseconds = max(1, round(seconds * 1000))  # 0 would mean no limit
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            link.execute(f"PRAGMA busy_timeout = {milliseconds}")
            connection.longest_wait = _longest.get()  # type: ignore[attr-defined]  # our own backend's
        elif _set_to.get(link, settings.LOCK_SECONDS) != seconds:
            link.execute(f"SET lock_timeout = {milliseconds}")
            _set_to[link] = seconds


class PatienceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        wanted = lock_seconds(request.path_info)
        with waiting_place(wanted) as seconds, lock_timeout(seconds, LOCK_RETRY_SECONDS):
            return self.get_response(request)


def lock_seconds(path: str) -> float:
    try:
        name = resolve(path).view_name
    except Resolver404:
        return settings.LOCK_SECONDS
    public_form = settings.PUBLIC_POSTS.get(name, {})
    return public_form.get("wait", SECONDS_OF.get(name, settings.LOCK_SECONDS))
