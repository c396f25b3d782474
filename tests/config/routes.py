"""The URLs of the site as its resolver knows them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLResolver


def routes_of(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Yield every pattern as `ResolverMatch.route` writes it, such as `insights/<slug:slug>/`."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from routes_of(entry, route)
        else:
            yield route
