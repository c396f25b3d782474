"""Forwarding headers are trusted from the site's own proxy only (H13, A02)."""

from __future__ import annotations

import ipaddress
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware.proxies import TrustedProxyMiddleware

PROXY = "10.0.0.7"


@pytest.fixture
def seen(settings):
    """Ask through the middleware. Returns the IP address of the client, and whether the request counts as https."""
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/29")]
    found: list[tuple[str, bool]] = []

    def view(request):
        found.append((request.META["REMOTE_ADDR"], request.is_secure()))
        return HttpResponse()

    middleware = TrustedProxyMiddleware(view)

    def ask(peer: str, **headers: str) -> tuple[str, bool]:
        middleware(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
        return found.pop()

    return ask


def test_our_proxys_word_is_believed(seen) -> None:
    assert seen(PROXY, x_forwarded_for="203.0.113.9", x_forwarded_proto="https") == ("203.0.113.9", True)
    assert seen(PROXY, x_forwarded_for="2001:db8::9") == ("2001:db8::9", False)


def test_of_several_addresses_the_one_that_our_proxy_saw_counts(seen) -> None:
    assert seen(PROXY, x_forwarded_for="127.0.0.1, 203.0.113.9")[0] == "203.0.113.9"


def test_anybody_elses_word_is_dropped(seen) -> None:
    """H13: X-Forwarded-Proto: https and X-Forwarded-For: 127.0.0.1 from a client change nothing."""
    assert seen("203.0.113.5", x_forwarded_for="127.0.0.1", x_forwarded_proto="https") == ("203.0.113.5", False)


@pytest.mark.parametrize("nonsense", ["unknown", "", "203.0.113.9:80", "evil, evil", "\u0661"])
def test_what_is_no_address_leaves_the_peer(seen, nonsense: str) -> None:
    assert seen(PROXY, x_forwarded_for=nonsense)[0] == PROXY


def test_a_wrong_set_up_is_logged_once(seen, caplog) -> None:
    with caplog.at_level(logging.ERROR, logger="config.middleware.proxies"):
        for _ in range(3):
            seen("203.0.113.5", x_forwarded_for="203.0.113.6")
    assert len(caplog.records) == 1
    assert "TRUSTED_PROXIES" in caplog.text
    assert "203.0.113" not in caplog.text


def test_the_url_scheme_of_the_server_itself_counts_without_a_proxy() -> None:
    request = RequestFactory().get("/", secure=True)
    assert request.is_secure()
