"""Whether a request comes from a page of this site, as far as its browser says."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours, or nothing at all, sent the request."""
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
    """Scheme, host and port of an address; of what is none, values that equal no origin of ours."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ("", None, None)
    return (parts.scheme, parts.hostname, port)
