"""The gunicorn entry: Django's handler behind the page cache."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

handler = get_wsgi_application()

from config.bodies import SettledBody  # noqa: E402 (Django is set up by now)
from config.page_cache import Application, PageCache  # noqa: E402

views: Application = handler
if connection.vendor == "postgresql":
    from config.database.postgresql.request_waits import limit_waits  # only here: SQLite needs no psycopg

    views = limit_waits(views)

site = SettledBody(views)
application: Application = PageCache(site) if settings.PAGE_CACHE else site
