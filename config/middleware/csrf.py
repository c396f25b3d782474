"""CSRF middleware for the admin only; `config.middleware.public_posts` checks the origin of public forms."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from config.middleware.sessions import ADMIN_PATH


class AdminCsrfMiddleware(CsrfViewMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ADMIN_PATH):
            super().process_request(request)

    # Django replaces a malformed cookie on any page, but a public page must set none.
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if request.path_info.startswith(ADMIN_PATH) else response
