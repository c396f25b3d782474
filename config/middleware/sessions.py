"""Sessions belong to the admin: under `/admin/` they are kept and prolonged, elsewhere at most read.

A public page is the same bytes for everybody and sets no cookie, for staff as for strangers. Django's middleware would
renew the cookie of a member of staff on every page, and so end any cache in front of the site. A session is prolonged
at most once a minute: the admin's pages ask every few seconds while one writes, and each would write a row. A busy
database skips it, since the next request can prolong the session as well.
"""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from config.database.patience import SAFE_METHODS, patience

ADMIN_PATH = "/admin/"
EVERY_SECONDS = 60
_PROLONGED = "prolonged_at"


class SessionStore(DatabaseSessionStore):
    """Django's, but a session that exists is saved by one statement.

    Django opens a transaction, which on SQLite takes the write lock, and reports every error of the database as a
    session that is gone.
    """

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
            with patience(0):
                return super().process_response(request, response)
        except OperationalError:
            patch_vary_headers(response, ("Cookie",))
            return response
