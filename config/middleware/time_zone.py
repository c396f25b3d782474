"""Middleware that shows dates and times in the publication's time zone; they are stored in UTC."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.unavailable import unavailable_response
from insights.local_time import publication_zone


class PublicationZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            zone = publication_zone()
        except (DatabaseError, InterfaceError) as error:
            return unavailable_response(request, error)  # at once, since the view would wait for the same connection
        with timezone.override(zone):
            return self.get_response(request)
