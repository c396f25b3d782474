"""Same-origin check by the headers that browsers send."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_here(request: HttpRequest) -> bool:
    """Return whether Sec-Fetch-Site, else Origin, else Referer allows the request. Without all three it is allowed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin")
    if source is None:
        source = request.headers.get("Referer")
    if source is None:
        return True
    own = {_origin(settings.SITE_URL), _origin(f"{request.scheme}://{request.get_host()}")}
    return _origin(source) in own


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ("", None, None)
    return (parts.scheme, parts.hostname, port)
