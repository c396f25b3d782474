"""Sessions belong to the desk: under `/admin/` they are kept and prolonged, elsewhere at most read.

A public page is the same bytes for everybody and sets no cookie, for staff as for strangers. Django's middleware would
renew the cookie of a member of staff on every page, and so end any cache in front of the site. A session is prolonged
at most once a minute: the desk's pages ask every few seconds while somebody writes, and each would write a row.
"""

from __future__ import annotations

import time

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

DESK = "/admin/"
EVERY_SECONDS = 60
_PROLONGED = "prolonged_at"


class DeskSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path_info.startswith(DESK):
            return response
        session = request.session
        if session.accessed and not session.is_empty() and response.status_code < 500:
            now = int(time.time())
            if now - session.get(_PROLONGED, 0) >= EVERY_SECONDS:
                session[_PROLONGED] = now
        return super().process_response(request, response)
