"""The site's settings, plus a file with one line for each page that Django renders, to measure the page cache."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

MIDDLEWARE = ["tests.config.page_cache.counted_settings.count_renderings", *MIDDLEWARE]


def count_renderings(get_response):
    from django.conf import settings

    def middleware(request):
        with (settings.VAR_DIR / "renderings").open("a") as file:
            file.write(f"{request.path}\n")
        return get_response(request)

    return middleware
