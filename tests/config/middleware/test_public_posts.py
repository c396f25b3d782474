"""Checks of anonymous POSTs: origin, size and rate."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from config.middleware.public_posts import Limit, count_request, forget_old_networks, network_key
from config.models import RequestCount
from config.origins import is_from_here
from tests.factories import make_article

HERE = "https://hub.example.com"


@pytest.fixture
def address(db) -> str:
    return reverse("insights:view", args=[make_article().slug])


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),  # under the limits
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),  # the first header present decides
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Origin": HERE}, True),
        ({"Origin": f"{HERE}:443"}, True),
        ({"Origin": "https://testserver"}, False),  # the request came over http
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://hub.example.com"}, False),
        ({"Origin": f"{HERE}:8443"}, False),
        ({"Origin": "https://hub.example.com.evil.example"}, False),
        ({"Origin": "https://hub.example.com@evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "https://[broken"}, False),
        ({"Origin": "https://evil.example", "Referer": f"{HERE}/insights/"}, False),
        ({"Referer": f"{HERE}/insights/"}, True),
        ({"Referer": "https://evil.example/?https://hub.example.com/"}, False),
    ],
)
def test_the_browser_says_where_a_post_comes_from(client, address, headers, passes) -> None:
    """F11: Sec-Fetch-Site, else Origin, else Referer must be ours. Without all three the limits decide."""
    assert client.post(address, headers=headers).status_code == (204 if passes else 403)


def test_other_views_and_other_methods_are_not_guarded(client, address) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/insights/", headers=elsewhere).status_code == 200
    assert client.get(address, headers=elsewhere).status_code == 405


def test_a_refusal_is_a_page_of_the_site(client, address) -> None:
    response = client.post(address, headers={"Origin": "https://evil.example"})
    assert "<h1>" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_what_is_too_large_is_refused_before_it_is_read_as_a_form(client, address, settings) -> None:
    """F10: a body over the view's limit → 413."""
    most = settings.PUBLIC_POSTS["insights:view"]["max_bytes"]
    assert client.post(address, b"x" * most, "text/plain").status_code == 204
    assert client.post(address, b"x" * (most + 1), "text/plain").status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "٣", ""])
def test_a_strange_length_is_no_fault(rf: RequestFactory, client, address, length) -> None:
    assert client.post(address, CONTENT_LENGTH=length).status_code in {204, 400}


@pytest.fixture
def reading_address(address, settings) -> str:
    """Return the URL of a view whose form is read for a limit by field."""
    limited = {"limit": 9, "window": 60, "max_bytes": 200_000, "with": {"x": {"limit": 9, "window": 60}}}
    settings.PUBLIC_POSTS = {"insights:view": limited}
    return address


def test_too_many_fields_are_refused(client, reading_address) -> None:
    """H10: 1,001 form fields → 400."""
    assert client.post(reading_address, {f"field{number}": "x" for number in range(1001)}).status_code == 400


def test_too_many_files_are_refused(client, reading_address) -> None:
    """H10: 101 files → 400."""
    files = {f"file{number}": SimpleUploadedFile("a.txt", b"x") for number in range(101)}
    assert client.post(reading_address, files).status_code == 400


def test_a_broken_form_is_refused(client, reading_address) -> None:
    assert client.post(reading_address, b"--x", "multipart/form-data").status_code == 400
    assert client.post(reading_address, b"%ff=%00&x=%zz", "application/x-www-form-urlencoded").status_code == 204


def test_a_field_that_is_filled_in_counts_under_a_limit_of_its_own(client, address, settings) -> None:
    limited = {"limit": 9, "window": 60, "max_bytes": 2_000, "with": {"x": {"limit": 1, "window": 60}}}
    settings.PUBLIC_POSTS = {"insights:view": limited}
    sent = [{}, {"x": " "}, {"x": "1"}, {"y": "1"}, {"x": "2"}, {}]
    assert [client.post(address, data).status_code for data in sent] == [204, 204, 204, 204, 429, 204]


def test_a_network_over_its_limit_waits_for_the_rest_of_its_window(client, address, settings) -> None:
    settings.PUBLIC_POSTS = {"insights:view": {"limit": 2, "window": 60, "max_bytes": 2_000}}
    with time_machine.travel(dt.datetime(2026, 5, 26, 12, tzinfo=dt.UTC), tick=False) as traveller:
        make_article(slug="now-out")
        address = reverse("insights:view", args=["now-out"])
        assert [client.post(address).status_code for _ in range(3)] == [204, 204, 429]
        traveller.shift(45)
        response = client.post(address)
        assert (response.status_code, response["Retry-After"]) == (429, "15")
        assert client.post(address, REMOTE_ADDR="198.51.100.1").status_code == 204
        traveller.shift(15)
        assert client.post(address).status_code == 204


def test_a_refused_post_from_another_site_counts_against_no_limit(client, address) -> None:
    client.post(address, headers={"Origin": "https://evil.example"})
    assert not RequestCount.objects.exists()


def test_neighbors_in_one_network_count_together() -> None:
    assert network_key("192.0.2.1") == network_key("192.0.2.254") == network_key("::ffff:192.0.2.7")
    assert network_key("192.0.2.1") != network_key("192.0.3.1")
    assert network_key("2001:db8::1") == network_key("2001:db8::ffff:1") == network_key("2001:db8::2%eth0")
    assert network_key("2001:db8::1") != network_key("2001:db8:0:1::1")
    assert network_key("") == network_key("unknown")


def test_no_address_is_kept(client, address) -> None:
    client.post(address, REMOTE_ADDR="203.0.113.77")
    row = RequestCount.objects.get()
    assert "203" not in row.network[:3] or "113" not in row.network
    assert len(row.network) == 32
    assert row.network == network_key("203.0.113.1")


def test_counts_are_swept_when_their_window_is_over(db, settings) -> None:
    settings.PUBLIC_POSTS = {
        "a:b": {"limit": 1, "window": 10, "max_bytes": 1, "with": {"x": {"limit": 1, "window": 60}}}
    }
    with time_machine.travel(dt.datetime(2026, 5, 26, 12, tzinfo=dt.UTC), tick=False) as traveller:
        count_request(Limit("a:b", 1, 10), "old")
        traveller.shift(30)
        count_request(Limit("a:b", 1, 10), "young")
        traveller.shift(31)
        forget_old_networks()
    assert [row.network for row in RequestCount.objects.all()] == ["young"]


def test_every_guarded_name_is_a_view(settings) -> None:
    for name in settings.PUBLIC_POSTS:
        app, _, view = name.partition(":")
        assert view in {str(key) for key in get_resolver().namespace_dict[app][1].reverse_dict}


def test_the_origin_is_compared_with_the_address_the_site_is_known_by(rf: RequestFactory) -> None:
    assert is_from_here(rf.post("/", headers={"Origin": HERE}))
    assert is_from_here(
        rf.post("/", headers={"Origin": "https://localhost:8443"}, HTTP_HOST="localhost:8443", secure=True)
    )
