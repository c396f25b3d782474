"""Checks that refuse requests that no browser sends, before any view and also without a proxy."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config.views import error_page

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
QUERY_KEYS = 1000


class EdgeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return _not_allowed(request, self._refused(request))
        _refuse_broken(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return _not_allowed(request, response)
        return response

    def _refused(self, request: HttpRequest) -> HttpResponse:
        """Return a 405 with the methods that the page allows, found by OPTIONS (but not in the admin)."""
        allowed = ", ".join(METHODS[:3])
        if not request.path.startswith("/admin/"):
            _refuse_broken(request)
            request.method = request.META["REQUEST_METHOD"] = "OPTIONS"
            allowed = self.get_response(request).get("Allow", allowed)
        return HttpResponseNotAllowed(allowed.split(", "))


def _refuse_broken(request: HttpRequest) -> None:
    request.get_host()
    if not request.META.get("RAW_URI", "/").startswith("/"):
        raise BadRequest("absolute-form request")
    query = request.META.get("QUERY_STRING", "")
    if query and (query.count("&") >= QUERY_KEYS or "%00" in query or "\x00" in query):
        raise BadRequest("invalid query string")


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    page = error_page(request, 405)
    page["Allow"] = response["Allow"]
    return page
