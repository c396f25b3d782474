"""The gunicorn entry: Django's handler behind the page cache, and the answer that the process is up before both."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

handler = get_wsgi_application()

from config.bodies import SettledBody  # noqa: E402 (Django is set up by now)
from config.database.library import log_outdated_sqlite  # noqa: E402
from config.health import Liveness  # noqa: E402
from config.page_cache import Application, PageCache  # noqa: E402
from config.unavailable import LastResort  # noqa: E402

log_outdated_sqlite()

site = SettledBody(handler)
application: Application = Liveness(LastResort(PageCache(site) if settings.PAGE_CACHE else site))
