"""Trust in proxies: X-Forwarded-For and -Proto count only from TRUSTED_PROXIES, and are dropped from others."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


FORWARDING = (
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


class TrustedProxyMiddleware:
    """Middleware that sets REMOTE_ADDR to the client's IP address. `has_unknown_client`: it is still the proxy's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        if is_trusted(request.META.get("REMOTE_ADDR", "")):
            # Our proxy sets the header; the last entry is the peer that it saw.
            client = forwarded.rpartition(",")[2].strip()
            if _is_ip_address(client):
                request.META["REMOTE_ADDR"] = client
            request.has_unknown_client = bool(client) and not _is_ip_address(client)  # type: ignore[attr-defined]
        else:
            said = [request.META.pop(name, "") for name in FORWARDING]
            request.has_unknown_client = bool(forwarded or any(said))  # type: ignore[attr-defined]
            if (forwarded or any(said)) and not self.has_warned:
                self.has_warned = True
                logger.error(
                    "X-Forwarded headers from outside TRUSTED_PROXIES are ignored. If your proxy sent them, add its IP "
                    "address to TRUSTED_PROXIES."
                )
        return self.get_response(request)


@lru_cache(maxsize=4096)
def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(peer: str) -> bool:
    return _is_within(peer, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4096)
def _is_within(peer: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return _is_ip_address(peer) and any(ipaddress.ip_address(peer) in network for network in networks)
