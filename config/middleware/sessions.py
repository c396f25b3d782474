"""Session middleware for the admin only: elsewhere, sessions are only read and no cookie is set.

Django's would renew the cookie of staff on every page, which defeats any cache in front of the site. We extend a
session once a minute at most, since the editor sends a request every few seconds.
"""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from config.database.patience import SAFE_METHODS, lock_timeout

ADMIN_PATH = "/admin/"
EVERY_SECONDS = 60
_PROLONGED = "prolonged_at"


class SessionStore(DatabaseSessionStore):
    # One statement: Django's version takes SQLite's write lock and reports every database error as a lost session.
    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        rows = self.model.objects.filter(pk=row.pk)
        if not rows.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError


class AdminSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path_info.startswith(ADMIN_PATH):
            return response
        session = request.session
        has_to_be_saved = session.modified and request.method not in SAFE_METHODS
        if session.accessed and not session.is_empty() and response.status_code < 500:
            now = int(time.time())
            if now - session.get(_PROLONGED, 0) >= EVERY_SECONDS:
                session[_PROLONGED] = now
        if has_to_be_saved or not session.modified:
            return super().process_response(request, response)
        try:
            with lock_timeout(0):
                return super().process_response(request, response)
        # The next request can extend the session as well.
        except OperationalError:
            patch_vary_headers(response, ("Cookie",))
            return response
