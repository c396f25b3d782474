"""CSRF cookies belong to the admin: under `/admin/` they are read and set, elsewhere neither.

Django's middleware answers a malformed CSRF cookie with a new one and `Vary: Cookie`, on whatever page it came in. A
public page sets no cookie. Its forms carry no token, so it needs none: `config.middleware.public_posts` guards them by
origin, and token URLs prove themselves. A POST to any other public view is refused here as before.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from config.middleware.sessions import ADMIN_PATH


class AdminCsrfMiddleware(CsrfViewMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ADMIN_PATH):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if request.path_info.startswith(ADMIN_PATH) else response
