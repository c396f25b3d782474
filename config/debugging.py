"""The site's own error pages for 400, 404 and 503 while DEBUG is on, instead of Django's technical pages."""

from __future__ import annotations

from types import TracebackType

from django.http import HttpRequest, HttpResponse
from django.views import debug

from config import unavailable, views


def show_own_pages() -> None:
    technical_500 = debug.technical_500_response

    def error(
        request: HttpRequest,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
        status_code: int = 500,
    ) -> HttpResponse:
        if status_code == 400:
            return views.error_page(request, 400)
        if exc_value is not None and unavailable.is_unavailable(exc_value):
            return unavailable.unavailable_response(request, exc_value)
        return technical_500(request, exc_type, exc_value, tb, status_code)

    debug.technical_404_response = lambda request, exception: views.error_page(request, 404)
    debug.technical_500_response = error
