"""Redirects from admin URLs of models that were renamed: bookmarks and open pages keep working."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import URLPattern, path

RENAMED = {"insights/formerslug/": "insights/redirect/", "insights/outsidelink/": "insights/externallink/"}


def redirect_renamed(request: HttpRequest, before: str, rest: str = "") -> HttpResponsePermanentRedirect:
    """Redirect to the same page of the renamed model; a POST stays one (308)."""
    url = request.get_full_path().replace(before, RENAMED[before], 1)
    return HttpResponsePermanentRedirect(url, preserve_request=True)


def renamed_urls() -> list[URLPattern]:
    """Return URL patterns below `/admin/`, two for each renamed model."""
    patterns = []
    for before in RENAMED:
        patterns += [
            path(before, redirect_renamed, {"before": before}),
            path(f"{before}<path:rest>", redirect_renamed, {"before": before}),
        ]
    return patterns
