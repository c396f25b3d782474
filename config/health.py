"""`/healthz` (the process is up) and `/readyz` (what it needs is reachable), answered before hosts are checked.

Whoever asks from outside learns ok or not ok; what is wrong stands in the log.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """Something that the site needs is not there; the message says what."""


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_migrated = False  # migrations of a running process only ever get complete

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in {"/healthz", "/readyz"}:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path == "/readyz":
            try:
                self._look()
            except Exception as error:
                logger.error("The site is not ready (%s): %s", type(error).__name__, error)
                return _answer("not ready\n", 503)
        return _answer("ok\n", 200)

    def _look(self) -> None:
        """Raise NotReady, or whatever the database, the cache or the disk raises."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not self.is_migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                raise NotReady("migrations are missing: run manage.py migrate")
            self.is_migrated = True
        cache.set("readyz", "1", 5)
        if cache.get("readyz") != "1":
            raise NotReady("the cache forgets")
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as probe:
            probe.write(b"ok")


def _answer(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
