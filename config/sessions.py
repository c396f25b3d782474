"""Sessions belong to the desk: under `/admin/` they are kept and prolonged, elsewhere at most read.

A public page is the same bytes for everybody and sets no cookie, for staff as for strangers. Django's middleware would
renew the cookie of a member of staff on every page, and so end any cache in front of the site.
"""

from __future__ import annotations

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

DESK = "/admin/"


class DeskSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path_info.startswith(DESK):
            return response
        return super().process_response(request, response)
