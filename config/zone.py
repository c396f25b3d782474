"""Moments are stored in UTC and shown in the publication's zone, for the length of a request."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.views import away_page
from insights.told_moments import publication_zone

logger = logging.getLogger(__name__)


class PublicationZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            zone = publication_zone()
        except DatabaseError as error:
            logger.error("The database does not answer (%s) for %s.", type(error).__name__, request.path)
            return away_page()  # at once, since the view would wait for the same connection
        with timezone.override(zone):
            return self.get_response(request)
