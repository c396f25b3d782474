"""503 when the database or the disk cannot do now what a request needs, with the typed text in the page.

A locked, lost or full database and a full or read-only disk are one kind of fault: it passes, nothing was stored, and
the same form can be sent again. `unavailable_response` answers them, wherever in a request they come up:
`UnavailableMiddleware` for views and their templates, `server_error` (the site's handler500) for all the rest, such as
other middleware, whose exceptions no `process_exception` sees. `LastResort` stands around Django and the page cache.
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
SENTENCE = "The site cannot store or load this right now. Please try again in a minute."
# What a file system answers that is full, read-only, over quota, broken, or closed to the site's account.
_DISK = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN,  # or a system that can start no process for a picture
}  # fmt: skip


def is_unavailable(error: BaseException) -> bool:
    """Whether `error` says that the database or the disk is unavailable, and not that our code is wrong."""
    if isinstance(error, DatabaseError | InterfaceError):
        # A damaged file is a plain DatabaseError of SQLite; Django raises one itself, too, but without a cause.
        is_plain = type(error) is DatabaseError and error.__cause__ is not None
        return is_plain or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, OSError) and error.errno in _DISK


def unavailable_response(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return 503 with Retry-After: JSON for a script, a page with the typed text for a form, else the site's page."""
    logger.error("503 for %s: %s", request.path, _reason(error))
    _close_connection()
    response = _answer(request)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


class UnavailableMiddleware:
    """Answers a view or a template that fails because the database or the disk is unavailable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable_response(request, exception) if is_unavailable(exception) else None


class LastResort:
    """WSGI layer that answers what fails outside of Django's handler, with a page that needs nothing."""

    def __init__(self, application: Application) -> None:
        self._application = application
        with suppress(OSError):
            away_page()  # reads its file now, while that can be read

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
    """Answer an exception that nothing else has answered; Django calls this while handling it."""
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
    except Exception:  # the fault may reach into the rendering of a page, too
        logger.exception("The page for 503 could not be rendered.")
        return away_page()


def _is_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which reads JSON and keeps its text itself."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return True
    return request.method == "POST" and not request.accepts("text/html")


def _close_connection() -> None:
    """Give up the connection, so that the page and the next request have a new one.

    SQLite goes on refusing to write over a connection that it opened while the disk was read-only.
    """
    if connection.in_atomic_block:
        return
    try:
        connection.close()
    except (DatabaseError, InterfaceError):
        logger.exception("The connection could not be closed.")


def _reason(error: BaseException) -> str:
    """The error's class and the first line of its message."""
    return f"{type(error).__name__}: {str(error).partition('\n')[0]}"
