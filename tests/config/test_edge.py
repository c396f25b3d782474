"""Headers, hosts, methods and broken requests, on every page."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from config import urls as site_urls
from insights.models import SiteSettings
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def _breaks(request):
    raise ZeroDivisionError


def _is_away(request):
    from django.db import OperationalError

    raise OperationalError("the connection is lost")


def _is_forbidden(request):
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


class Addresses:
    """The site's URLs and three that fail."""

    urlpatterns = [
        path("breaks/", _breaks),
        path("away/", _is_away),
        path("forbidden/", _is_forbidden),
        *site_urls.urlpatterns,
    ]
    handler400, handler403 = site_urls.handler400, site_urls.handler403
    handler404, handler500 = site_urls.handler404, site_urls.handler500


@pytest.fixture
def broken_site(settings):
    settings.ROOT_URLCONF = Addresses
    return Client(raise_request_exception=False)


def secure_get(client: Client, address: str, **extra):
    return client.get(address, secure=True, **extra)


EVERYWHERE = [
    ("/", 200),
    ("/insights/", 200),
    ("/insights/an-article/", 200),
    ("/newsletter/", 200),
    ("/privacy/", 200),
    ("/nothing/", 404),
    ("/forbidden/", 403),
    ("/?q=%00", 400),
    ("/breaks/", 500),
    ("/away/", 503),
    ("/admin/login/", 200),
    ("/healthz", 200),
    ("/livez", 200),
    ("/readyz", 200),
    ("/newsletter/subscribe/", 405),
]


@pytest.mark.parametrize(("address", "status"), EVERYWHERE)
def test_every_kind_of_page_bears_the_headers(broken_site: Client, address: str, status: int) -> None:
    """H02: CSP without unsafe-*, HSTS of a year, nosniff, COOP, Referrer-Policy, no framing, no version text."""
    make_article("An article")
    answer = secure_get(broken_site, address)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert int(re.search(r"max-age=(\d+)", answer["Strict-Transport-Security"])[1]) >= 31_536_000
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not {"Server", "X-Powered-By"} & set(answer.headers)
    assert not re.search(r"[Dd]jango|[Pp]ython|Traceback", answer.content.decode())


@pytest.mark.parametrize("host", ["evil.example", "hub.example.com,evil.example", "hub.example.com@evil", ""])
def test_a_wrong_host_is_refused(client: Client, host: str) -> None:
    """H01: wrong Host, and two of them (which a server joins by a comma)."""
    answer = secure_get(client, "/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


def test_an_address_with_a_host_in_the_request_line_is_refused(client: Client) -> None:
    """H01: absolute-form URI."""
    assert secure_get(client, "/", RAW_URI="https://hub.example.com/").status_code == 400
    assert secure_get(client, "/", RAW_URI="/").status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "BREW"])
@pytest.mark.parametrize(
    "address", ["/", "/insights/", "/newsletter/subscribe/", "/admin/", "/nothing/", "/media/x.png"]
)
def test_other_methods_are_not_allowed(client: Client, method: str, address: str) -> None:
    """H18: 405 in the site's own design, with what is allowed."""
    answer = client.generic(method, address, secure=True)
    assert answer.status_code == 405
    assert ("POST" if address == "/newsletter/subscribe/" else "GET") in answer["Allow"]
    assert method not in answer["Allow"]
    assert "<h1" in answer.content.decode()


def test_a_page_that_takes_no_post_says_so(client: Client) -> None:
    """H18: 405 also where only one page refuses."""
    answer = client.post("/insights/", secure=True)
    assert answer.status_code == 405
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["&".join(f"k{number}=1" for number in range(1_001)), "a&" * 10_000, "q=%00", "q=a%00b"],
    ids=lambda q: q[:9],
)
def test_an_unreadable_query_is_refused(client: Client, query: str) -> None:
    """H10: 10,000 query keys. H12: a NUL, which PostgreSQL cannot hold."""
    assert secure_get(client, f"/insights/?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/admin/login/", "/newsletter/subscribe/"])
def test_too_many_form_fields_and_files_are_refused(client: Client, address: str) -> None:
    """H10: 1,001 form fields, 101 files."""
    fields = {f"field{number}": "1" for number in range(1_001)}
    body = urlencode(fields)
    form = "application/x-www-form-urlencoded"
    assert client.generic("POST", address, body, content_type=form, secure=True).status_code in {400, 413}
    files = {f"file{number}": ContentFile(b"x", name=f"{number}.txt") for number in range(101)}
    assert client.post(address, files, secure=True).status_code in {400, 413}


def test_a_form_of_megabytes_is_too_large(client: Client) -> None:
    """H10: 413, not a page that blames the visitor's input."""
    body = "email=" + "a" * 1_100_000
    answer = client.generic(
        "POST", "/admin/login/", body, content_type="application/x-www-form-urlencoded", secure=True
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/%ff",
        "/.env",
        "/.git/HEAD",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/media/..%2f",
        "/media/",
        "/media/..%2fhub.sqlite3",
        "/media/%2e%2e/hub.sqlite3",
        "/media//etc/passwd",
        "/media/" + "a" * 300,
        "/media/a%00b.png",
        "/insights/%ff/",
        "/insights/%00/",
        "/insights/category/%00/",
        "/newsletter/confirm/%00/",
        "/newsletter/confirm/%ff/",
    ],
)
def test_strange_addresses_lead_nowhere(client: Client, address: str) -> None:
    """H12: 400 or 404, and no file from outside."""
    assert secure_get(client, address).status_code in {400, 404}


@pytest.mark.parametrize(
    "query",
    ["order=password", "author__password__startswith=p", "page=1e9", "tag=x' OR 1=1--", "o=1e9", "p=1e9", "q=\ufffd"],
)
@pytest.mark.parametrize("address", ["/", "/insights/", "/admin/insights/article/", "/admin/newsletter/subscriber/"])
def test_unknown_parameters_change_nothing(client: Client, address: str, query: str) -> None:
    """H19: 200 unchanged, 400 or 404 on lists and in the admin (which answers an unknown one by its plain list)."""
    make_article("An article")
    if address.startswith("/admin/"):
        client.force_login(make_user(superuser=True))
    answer = client.get(f"{address}?{query}", secure=True, follow=True)
    assert answer.status_code in {200, 400, 404}
    if not address.startswith("/admin/") and answer.status_code == 200:
        assert answer.content == client.get(address, secure=True).content


def test_http_leads_to_https_without_a_cookie(client: Client, settings) -> None:
    """H03: 301, no cookie."""
    settings.SECURE_SSL_REDIRECT = True
    for address in ("/", "/admin/login/"):
        answer = client.get(address)
        assert answer.status_code == 301
        assert answer["Location"].startswith("https://")
        assert not answer.cookies


def test_admin_cookies_are_locked_to_the_host(client: Client) -> None:
    """H03: Secure, HttpOnly, SameSite=Lax, `__Host-`."""
    make_user("Editor", email="ed@example.com", password="pass-word-1234")
    client.get("/admin/login/", secure=True)
    client.post("/admin/login/", {"username": "ed@example.com", "password": "pass-word-1234"}, secure=True)
    assert {"__Host-session", "__Host-csrf"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"] is True
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


@pytest.mark.parametrize(
    "address", ["/", "/insights/", "/insights/an-article/", "/newsletter/", "/privacy/", "/nothing/"]
)
def test_a_public_page_is_the_same_for_staff_and_touches_no_session(
    client: Client, address: str, django_assert_max_num_queries, monkeypatch
) -> None:
    """H05: no Set-Cookie, no CSRF value, no session read, the same bytes for two visitors, one of them staff."""
    make_article("An article")
    stranger = Client().get(address, secure=True)
    client.force_login(make_user("Editor"))

    def load(self):
        raise AssertionError("a public page read the session")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", load)
    member = client.get(address, secure=True)
    assert member.content == stranger.content
    for answer in (stranger, member):
        assert not answer.cookies
        assert "csrf" not in answer.content.decode()
        assert "Cookie" not in answer.get("Vary", "")


def log_in(client: Client) -> None:
    make_user("Editor", email="ed@example.com", password="pass-word-1234")
    answer = client.post(
        "/admin/login/?next=/admin/", {"username": "ed@example.com", "password": "pass-word-1234"}, secure=True
    )
    assert answer.status_code == 302


def test_the_session_id_changes_at_login(client: Client, settings) -> None:
    """A11: an id that an attacker set before the login is invalid after it."""
    client.force_login(make_user("Editor"))
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    log_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_eight_idle_hours_end_a_session(client: Client) -> None:
    """A11: idle 8 h → logged out. A request in between prolongs it."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client)
        clock.shift(dt.timedelta(hours=7, minutes=59))
        assert client.get("/admin/", secure=True).status_code == 200
        clock.shift(dt.timedelta(hours=7, minutes=59))
        assert client.get("/admin/", secure=True).status_code == 200
        clock.shift(dt.timedelta(hours=8, minutes=1))
        assert client.get("/admin/", secure=True).status_code == 302


def test_reading_the_publication_does_not_prolong_a_session(client: Client, settings) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client)
        clock.shift(dt.timedelta(hours=7))
        client.get("/", secure=True)
        clock.shift(dt.timedelta(hours=2))
        assert client.get("/admin/", secure=True).status_code == 302


def test_the_admin_cannot_be_framed(client: Client) -> None:
    """A11: clickjacking frame → blocked."""
    log_in(client)
    answer = client.get(reverse("admin:index"), secure=True)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_lost_database_is_an_honest_503(broken_site: Client) -> None:
    answer = secure_get(broken_site, "/away/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer["Cache-Control"] == "no-store"


def test_datetimes_are_shown_in_the_sites_time_zone(client: Client) -> None:
    SiteSettings(time_zone="Asia/Tokyo").save()
    make_article("An article", published=dt.datetime(2026, 5, 25, 20, 30, tzinfo=dt.UTC))
    page = client.get("/insights/an-article/", secure=True).content.decode()
    assert "26 May 2026" in page or "May 26, 2026" in page
    assert timezone.get_current_timezone_name() == "UTC"
    SiteSettings.forget()
