"""Limits for anonymous POST requests: origin, size, rate.

Public pages are the same bytes for everyone, so origin headers replace a token. We count in one table instead of each
process's cache, so a limit holds exactly across workers and servers. Networks are keyed hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from config.middleware.form_size import content_length
from config.models import RequestCount
from config.origins import is_from_here
from config.views import error_page
from insights.public.networks import network_of

_COUNT = """
INSERT INTO config_requestcount (name, network, started_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (name, network) DO UPDATE SET
    count = CASE WHEN config_requestcount.started_at <= %s THEN 1 ELSE config_requestcount.count + 1 END,
    started_at = CASE WHEN config_requestcount.started_at <= %s THEN excluded.started_at
                      ELSE config_requestcount.started_at END
RETURNING count, started_at
"""


class Limit(NamedTuple):
    """At most `most` requests under `name` per network within `window` seconds."""

    name: str
    most: int
    window: int


class PublicPostsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        policy = settings.PUBLIC_POSTS.get(name)
        if policy is None or request.method != "POST":
            return None
        if not is_from_here(request):
            return error_page(
                request, 403, "The form was sent from another site. Open the form on this site and send it again."
            )
        if content_length(request) > policy["max_bytes"]:
            return error_page(request, 413)
        return self._limited(request, list(_limits(request, name, policy)))

    def _limited(self, request: HttpRequest, limits: list[Limit]) -> HttpResponse | None:
        network = network_key(request.META.get("REMOTE_ADDR", ""))
        for limit in limits:
            wait = count_request(limit, network)
            if wait:
                response = error_page(request, 429)
                response["Retry-After"] = str(wait)
                return response
        return None


def network_key(ip: str) -> str:
    """Return 32 hex digits for the network (/24, or /64 of IPv6) of an IP address; one value for all invalid ones."""
    # The key of earlier releases, so that an upgrade resets no limit.
    return salted_hmac("config.public_posts", network_of(ip), algorithm="sha256").hexdigest()[:32]


def count_request(limit: Limit, network: str) -> int:
    """Count one request. Return 0 within the limit, else the seconds until the next one is allowed."""
    now = int(timezone.now().timestamp())
    expired = now - limit.window
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [limit.name, network, now, expired, expired])
        count, started_at = cursor.fetchone()
    return max(1, started_at + limit.window - now) if count > limit.most else 0


def forget_old_networks() -> None:
    longest = max(
        (limit["window"] for policy in settings.PUBLIC_POSTS.values() for limit in _policies(policy)), default=0
    )
    over = RequestCount.objects.filter(started_at__lte=int(timezone.now().timestamp()) - longest)
    if over.exists():  # an empty DELETE would still take SQLite's write lock
        over.delete()


def _policies(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return [policy, *policy.get("with", {}).values()]


def _limits(request: HttpRequest, name: str, policy: dict[str, Any]) -> Iterator[Limit]:
    """Yield the limits of the request: its view's, and those of the fields that it fills in."""
    yield Limit(name, policy["limit"], policy["window"])
    for field, extra in policy.get("with", {}).items():
        if any(value.strip() for value in request.POST.getlist(field)):
            yield Limit(f"{name} {field}", extra["limit"], extra["window"])
