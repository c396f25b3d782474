"""Health checks: `/healthz` and `/livez` (the process is up), `/readyz` (this worker can serve the site).

Liveness needs no lock, request body or database. Readiness renders an article past the page cache and writes nothing.
Only this server and TRUSTED_PROXIES may ask for it. Behind a proxy, the client that it names counts, so visitors get a
404. The log has the reason of a failure.
"""

from __future__ import annotations

import io
import ipaddress
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from config.middleware.proxies import is_trusted
from config.page_cache.page import StartResponse
from config.page_cache.policy import PageKey, anonymous_environ
from insights.models import Version

logger = logging.getLogger(__name__)

LIVE = {"/healthz", "/livez"}
READY = "/readyz"
FREE_BYTES = 50_000_000  # a disk with less counts as full: SQLite's log alone grows to some megabytes
_METHODS = ("GET", "HEAD")
_HEADERS = {
    "Content-Type": "text/plain",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}


class NotReady(Exception):
    """Something that the site needs is missing; the message names it."""


class Liveness:
    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in LIVE:
            return self._application(environ, start_response)
        answer = _live(environ["REQUEST_METHOD"])
        start_response(f"{answer.status_code} {answer.reason_phrase}", list((_HEADERS | dict(answer.items())).items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.content]


class HealthMiddleware:
    """Middleware that answers READY before the check of hosts, and LIVE without the WSGI wrapper (`runserver`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_migrated = False  # migrations are not undone while the process runs

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in LIVE:
            return _live(request.method or "")
        if request.path != READY or not _is_operator(request):
            return self.get_response(request)
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        try:
            self._check_article(request)
            self._check_migrations()
            cache.get("readyz")
            _check_media()
            _check_disk()
        except Exception as error:
            logger.error("The site is not ready (%s): %s", type(error).__name__, error)
            return _text("not ready\n", 503)
        return _text("ok\n", 200)

    def _check_article(self, request: HttpRequest) -> None:
        newest = Version.objects.readable().listed().order_by("-listed_at", "-article_id")
        slug = newest.values_list("article__slug", flat=True).first()
        if slug is None:
            return
        path = reverse("insights:article", args=[slug])
        environ = anonymous_environ(PageKey(path, path, "", 0), request.META)
        response = self.get_response(WSGIRequest({**environ, "wsgi.input": io.BytesIO()}))
        if response.status_code >= 500:
            raise NotReady(f"{path} returns status {response.status_code}")

    def _check_migrations(self) -> None:
        if self.is_migrated:
            return
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise NotReady("migrations are not applied: run manage.py migrate")
        self.is_migrated = True


def _is_operator(request: HttpRequest) -> bool:
    """Return whether the client is this server or in TRUSTED_PROXIES, and no unknown proxy forwarded the request."""
    client = request.META.get("REMOTE_ADDR", "")
    if getattr(request, "has_unknown_client", False):
        return False
    try:
        return ipaddress.ip_address(client).is_loopback or is_trusted(client)
    except ValueError:
        return False


def _check_media() -> None:
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.exists("readyz")
        return
    folder = Path(default_storage.location)
    if folder.exists() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise NotReady(f"the site has no access to the media folder {folder}: change its permissions")


def _check_disk() -> None:
    folders = [settings.VAR_DIR]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    if isinstance(default_storage, FileSystemStorage) and Path(default_storage.location).exists():
        folders.append(Path(default_storage.location))
    for folder in folders:
        disk = os.statvfs(folder)
        if disk.f_flag & os.ST_RDONLY:
            raise NotReady(f"{folder} is read-only")
        if disk.f_bavail * disk.f_frsize < FREE_BYTES or (disk.f_files and not disk.f_favail):
            raise NotReady(f"the disk of {folder} is full")


def _live(method: str) -> HttpResponse:
    return _text("ok\n", 200) if method in _METHODS else HttpResponseNotAllowed(_METHODS)


def _text(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
