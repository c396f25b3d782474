"""Icons at the paths that browsers, feed readers and phones ask for unasked: /favicon.ico, /apple-touch-icon.png."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

FOLDER = settings.BASE_DIR / "config" / "static" / "icons"
# path → the file of that name among the static ones, and its type
ICONS = {
    "favicon.ico": ("favicon.ico", "image/x-icon"),
    "apple-touch-icon.png": ("apple-touch-icon.png", "image/png"),
    "apple-touch-icon-precomposed.png": ("apple-touch-icon.png", "image/png"),
}


@require_safe
@cache_control(public=True, max_age=86400)
def icon_file(request: HttpRequest, name: str) -> HttpResponse:
    file, kind = ICONS[name]
    return HttpResponse((FOLDER / file).read_bytes(), content_type=kind)
