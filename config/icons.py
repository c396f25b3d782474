"""Icons at paths that browsers, feed readers and phones request by default, such as /favicon.ico."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

FOLDER = settings.BASE_DIR / "config" / "static" / "icons"
# path → name of the static file, content type
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
