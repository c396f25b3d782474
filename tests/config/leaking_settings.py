"""The site's settings, with a middleware that leaks four megabytes a request, as a library might."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.settings import *  # noqa: F403

MIDDLEWARE = [*MIDDLEWARE, "tests.config.leaking_settings.LeakingMiddleware"]  # noqa: F405


class LeakingMiddleware:
    leaked: list[bytes] = []

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.leaked.append(b"x" * 4_000_000)
        return self.get_response(request)
