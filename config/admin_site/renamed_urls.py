"""Redirects from admin URLs of models and actions that were renamed: bookmarks and open pages keep working."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import URLPattern, path

MODELS = {"insights/formerslug/": "insights/redirect/", "insights/outsidelink/": "insights/externallink/"}
ARTICLE = "insights/article/<int:pk>/"
VERSION = f"{ARTICLE}versions/<int:version>/"
# old URL → new last part
ACTIONS = {
    f"{ARTICLE}withdraw/": "unpublish",
    f"{ARTICLE}restore/": "republish",
    f"{ARTICLE}send-back/": "request-changes",
    f"{VERSION}bring-back/": "restore",
    f"{VERSION}name/": "label",
}


def redirect_model(request: HttpRequest, before: str, rest: str = "") -> HttpResponsePermanentRedirect:
    """Redirect to the same page of the renamed model; a POST stays one (308)."""
    url = request.get_full_path().replace(before, MODELS[before], 1)
    return HttpResponsePermanentRedirect(url, preserve_request=True)


def redirect_action(request: HttpRequest, now: str, **ids: int) -> HttpResponsePermanentRedirect:
    """Redirect to the renamed action of the same article or version; a POST stays one (308)."""
    parent = request.path.rstrip("/").rpartition("/")[0]
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{parent}/{now}/{query and '?'}{query}", preserve_request=True)


def renamed_urls() -> list[URLPattern]:
    """Return URL patterns below `/admin/`: two for each renamed model, one for each renamed action."""
    patterns = [path(before, redirect_action, {"now": now}) for before, now in ACTIONS.items()]
    for before in MODELS:
        patterns += [
            path(before, redirect_model, {"before": before}),
            path(f"{before}<path:rest>", redirect_model, {"before": before}),
        ]
    return patterns
