"""Error pages in the site's own design, and the privacy page."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from config.admin_site import unsaved_text
from config.context import known_publication
from config.page_cache.pages import CACHED_PAGES

WORDS = {
    400: ("Bad request", "The server could not read this request. Go back and try again."),
    403: ("Access denied", "You don't have access to this page."),
    404: ("Page not found", "The link may be incomplete, or the page may have moved."),
    405: ("Method not allowed", "This URL cannot be used this way. Go back and use the form or button on the page."),
    410: ("Page removed", "This page was removed permanently."),
    413: ("Too large", "The text or file that you sent is too large. Go back, make it smaller and send it again."),
    429: ("Too many requests", "Your network sent too many requests. Try again later."),
    500: ("Something went wrong", "This is an error on our side. Please try again in a minute."),
    503: ("Temporarily unavailable", "The site cannot save or load data right now. Please try again in a minute."),
}


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """Return the page for `status`; `message` replaces its second sentence. In the admin it links back to the admin."""
    heading, words = WORDS[status]
    context = {
        "status": status,
        "heading": heading,
        "words": message or words,
        "is_admin_page": unsaved_text.is_admin_page(request),
        "publication": known_publication(),
    }
    response = render(request, "error.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def away_page() -> HttpResponse:
    """Return a 503 page from a file; every other page needs the database for the publication's name."""
    html, policy = _away()
    headers = {"Retry-After": "30", "Cache-Control": "no-store", "Content-Security-Policy": policy}
    return HttpResponse(html, status=503, headers=headers)


# Cached, since the file may be unreadable when it is needed.
@cache
def _away() -> tuple[str, str]:
    html = (settings.BASE_DIR / "deploy" / "pages" / "503.html").read_text()
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256((style.group(1) if style else "").encode()).digest()).decode()
    return html, (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    path = _in_lower_case(request) if isinstance(exception, Resolver404) else ""
    return redirect(path, permanent=True) if path else error_page(request, 404)


def _in_lower_case(request: HttpRequest) -> str:
    """Return the URL of the public page for a path in capitals, such as /INSIGHTS/; empty if there is none."""
    path = request.path.lower()
    if path == request.path or request.method not in ("GET", "HEAD"):
        return ""
    for spelling in (path, f"{path}/"):
        try:
            name = resolve(spelling).view_name
        except Resolver404:
            continue
        if name not in CACHED_PAGES:
            return ""
        query = request.META.get("QUERY_STRING", "")
        return f"{spelling}?{query}" if query else spelling
    return ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403. In the admin, give the typed text back, unless another site sent it."""
    is_foreign = reason.startswith(("Origin checking", "Referer checking"))
    if not is_foreign and unsaved_text.carries_text(request):
        is_known = request.user.is_authenticated
        return unsaved_text.unsaved_text_response(
            request, unsaved_text.EXPIRED if is_known else unsaved_text.LOGGED_OUT
        )
    if unsaved_text.is_admin_page(request):
        return error_page(
            request,
            403,
            "The form has expired or was sent from another site. Nothing was saved. "
            "Go back, copy your text, open the page in a new tab and send the form from there.",
        )
    return error_page(
        request, 403, "The form has expired or was sent from another site. Go back, reload the page and send it again."
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html")
