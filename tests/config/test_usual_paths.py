"""Usual requests of browsers and programs: icons at their usual paths, and the methods of a URL."""

from __future__ import annotations

import pytest

from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/favicon.ico", "image/x-icon", b"\0\0\1\0"),
        ("/apple-touch-icon.png", "image/png", b"\x89PNG"),
        ("/apple-touch-icon-precomposed.png", "image/png", b"\x89PNG"),
    ],
)
def test_icons_are_found_unasked_for(client, path, kind, start):
    """Fault F8: 200 without a redirect, and any cache may keep it for a day."""
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer.content.startswith(start)
    assert "max-age=86400" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", {"GET", "HEAD"}),
        ("/insights/an-article/", {"GET", "HEAD"}),
        ("/insights/an-article/feedback/", {"POST"}),
        ("/insights/an-article/view/", {"POST"}),
        ("/insights/feed.xml", {"GET", "HEAD"}),
        ("/newsletter/", {"GET", "HEAD"}),
        ("/newsletter/subscribe/", {"POST"}),
        ("/newsletter/confirm/broken/", {"GET", "HEAD", "POST"}),
        ("/favicon.ico", {"GET", "HEAD"}),
    ],
)
def test_every_refused_method_gets_the_same_list(client, path, allowed):
    """Fault D: Allow does not differ between OPTIONS, PUT, PATCH, DELETE and unknown methods."""
    make_article("An article", slug="an-article")
    for method in ("OPTIONS", "PUT", "PATCH", "DELETE", "BREW"):
        answer = client.generic(method, path)
        assert answer.status_code == 405, method
        assert set(answer["Allow"].split(", ")) == allowed, method


def test_a_refused_method_in_the_admin_asks_no_page(client, django_assert_num_queries):
    """Fault D: there it is refused at once."""
    with django_assert_num_queries(1):  # the site's settings, for the page
        answer = client.generic("PUT", "/admin/")
    assert answer.status_code == 405
