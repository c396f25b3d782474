"""WSGI application for gunicorn: Django's handler behind the page cache, with the liveness check before both."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

handler = get_wsgi_application()

from config.database.library import log_outdated_sqlite  # noqa: E402
from config.middleware.health import Liveness  # noqa: E402
from config.middleware.request_body import SettledBody  # noqa: E402 (Django is set up by now)
from config.page_cache import Application, PageCache  # noqa: E402
from config.unavailable import LastResort  # noqa: E402

log_outdated_sqlite()

views: Application = handler
if connection.vendor == "postgresql":
    from config.database.postgresql.request_waits import limit_waits  # imported only here: SQLite needs no psycopg

    views = limit_waits(views)

site = SettledBody(views)
application: Application = Liveness(LastResort(PageCache(site) if settings.PAGE_CACHE else site))
