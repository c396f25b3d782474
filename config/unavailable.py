"""503 responses while the database or the disk is unavailable, with the typed text in the page.

Nothing was saved, so the same form can be sent again. `UnavailableMiddleware` handles views and their templates,
`server_error` (handler500) all other code in Django, and `LastResort` the layers outside of Django.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.page_cache.page import StartResponse
from config.typed_text import unsaved_page
from config.views import away_page, error_page

logger = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

RETRY_SECONDS = 30
SENTENCE = "The site cannot save or load data right now. Please try again in a minute."
# Errors of a file system that is full, read-only, over quota, broken, or not accessible to the site's account.
_DISK = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN,  # or too few resources to start a process for a picture
}  # fmt: skip


def is_unavailable(error: BaseException) -> bool:
    if isinstance(error, DatabaseError | InterfaceError):
        # SQLite reports a damaged file as a plain DatabaseError. Django's own plain ones have no cause.
        is_plain = type(error) is DatabaseError and error.__cause__ is not None
        return is_plain or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, OSError) and error.errno in _DISK


def unavailable_response(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return 503 with Retry-After: JSON for a script, a page with the typed text for a form, else the error page."""
    logger.error("503 for %s: %s", request.path, _reason(error))
    _close_connection()
    response = _answer(request)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


class UnavailableMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable_response(request, exception) if is_unavailable(exception) else None


class LastResort:
    def __init__(self, application: Application) -> None:
        self._application = application
        with suppress(OSError):
            away_page()  # reads and caches its file while that is readable

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self._application(environ, start_response)
        except Exception as error:
            if not is_unavailable(error):
                raise
            logger.error("503 outside of Django: %s", _reason(error))
            page = away_page()
            start_response(f"503 {page.reason_phrase}", list(page.items()))
            return [page.content]


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception that nothing else handled, as handler500; Django calls it inside the `except` block."""
    error = sys.exception()
    if error is not None and is_unavailable(error):
        return unavailable_response(request, error)
    try:
        return error_page(request, 500)
    except (DatabaseError, InterfaceError, OSError):
        return away_page()


def _answer(request: HttpRequest) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"error": SENTENCE}, status=503)
    try:
        return unsaved_page(request, 503) or error_page(request, 503)
    except Exception:  # the same fault may prevent the rendering of a page
        logger.exception("The error page for status 503 could not be rendered.")
        return away_page()


def _is_script(request: HttpRequest) -> bool:
    """Return whether our JavaScript sent the request: it reads JSON and keeps its text itself."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return True
    return request.method == "POST" and not request.accepts("text/html")


def _close_connection() -> None:
    # Both the error page and the next request need a new connection: SQLite refuses writes on one that was opened while
    # the disk was read-only.
    if connection.in_atomic_block:
        return
    try:
        connection.close()
    except (DatabaseError, InterfaceError):
        logger.exception("The database connection could not be closed.")


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition('\n')[0]}"
