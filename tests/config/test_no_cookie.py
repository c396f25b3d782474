"""Public pages set no cookie and do not vary on cookies, for any cookies in the request."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.messages.storage.cookie import MessageEncoder
from django.contrib.sessions.backends.db import SessionStore
from django.core.signing import get_cookie_signer
from django.db import transaction
from django.test import Client
from django.utils import timezone

from insights.models import ReaderSalt
from insights.public.readers import today
from tests.config.role_world import make_account, make_world
from tests.config.test_public_table import lines, names_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SESSION, CSRF = "__Host-session", "__Host-csrf"
FORM = "application/x-www-form-urlencoded"

# Cookies that a browser, an old version of the site or an attacker may send. Names in braces are filled in below.
HOSTILE = {
    "short csrf": f"{CSRF}=abc",
    "csrf of the development settings": "csrftoken=abc; sessionid=abc",
    "csrf of strange characters": f"{CSRF}=" + "é<>\x00\xe2\x80\xae" * 8,
    "valid csrf": f"{CSRF}=" + "a" * 32,
    "masked csrf of older versions": f"{CSRF}=" + "a" * 64,
    "long csrf": f"{CSRF}=" + "a" * 3000,
    "empty csrf": f"{CSRF}=",
    "valid session": f"{SESSION}={{valid}}",
    "expired session": f"{SESSION}={{expired}}",
    "garbage session": f'{SESSION}="; DROP TABLE\\',
    "session that never was": f"{SESSION}=abcdefghijklmnopqrstuvwxyz012345",
    "messages": "messages={messages}",
    "garbage messages": "messages=%00:1:2",
    "several": f"{CSRF}=abc; {CSRF}=def; {SESSION}={{valid}}; messages={{messages}}; a=b; =c; ;;",
}


@pytest.fixture
def world() -> SimpleNamespace:
    author = make_account("author")
    assert author is not None
    return make_world(author)


@pytest.fixture(autouse=True)
def one_time(db):
    """Freeze tokens: they contain their time and the key of the day, so every request here gets the same."""
    with time_machine.travel(timezone.now(), tick=False):
        ReaderSalt.objects.create(day=today(), salt=b"s" * 32)
        yield


@pytest.fixture
def cookies() -> dict[str, str]:
    """Return each hostile header, filled in with a session of staff, an expired one, and waiting messages."""
    staff = Client()
    staff.force_login(make_user("Editor"))
    expired = SessionStore()
    expired["kept"] = "text"
    expired.set_expiry(timezone.now() - dt.timedelta(days=1))
    expired.save()
    text = MessageEncoder().encode(["a message"])
    known = {
        "valid": staff.cookies[settings.SESSION_COOKIE_NAME].value,
        "expired": expired.session_key,
        "messages": get_cookie_signer(salt="django.contrib.messages").sign(text),
    }
    return {name: header.format(**known) for name, header in HOSTILE.items()}


def asked(method: str, url: str, cookie: str = "", data: str = "", **headers: str) -> Any:
    """Return the answer to one request, rolled back, with CSRF checks as in production."""
    client = Client(enforce_csrf_checks=True)
    sent = {"HTTP_COOKIE": cookie, **headers} if cookie else headers
    with transaction.atomic():
        answer = client.generic(method, url, data, content_type=FORM, secure=True, **sent)
        answer.whole = answer.getvalue()
        transaction.set_rollback(True)
    return answer


def faults(name: str, answer: Any, plain: Any) -> list[str]:
    """Return the faults of an answer to a request with cookies. `plain` is the answer without any."""
    found = []
    if answer.cookies:
        found.append(f"{name}: sets {sorted(answer.cookies)}")
    if "cookie" in answer.get("Vary", "").lower():
        found.append(f"{name}: varies on cookies")
    if (answer.status_code, answer.whole, dict(answer.items())) != (
        plain.status_code, plain.whole, dict(plain.items()),
    ):  # fmt: skip
        found.append(f"{name}: {answer.status_code} is not the answer without cookies, {plain.status_code}")
    return found


def test_no_public_url_sets_a_cookie_or_answers_otherwise_for_one(world, cookies) -> None:
    """B6: each public URL × GET, HEAD and POST × hostile cookies → no Set-Cookie, no Vary: Cookie, the same bytes."""
    names, wrong = names_in(world), []
    for path, _ in lines():
        url = path.format_map(names)
        for method in ("GET", "HEAD", "POST"):
            plain = asked(method, url)
            wrong += faults(f"{method} {path} without a cookie", plain, plain)
            for name in cookies if method == "GET" else ("short csrf", "valid session", "several"):
                wrong += faults(f"{method} {path} with {name}", asked(method, url, cookies[name]), plain)
    assert wrong == []


# Answers made before or instead of a view: (method, URL, body, headers, status).
BESIDE_A_VIEW = [
    ("GET", "/insights/search/?q=tokens", "", {}, 200),
    ("GET", "/insights/search/?q=" + "x" * 9000, "", {}, 400),
    ("GET", "/insights/?before=broken", "", {}, 400),
    ("GET", "/%00/", "", {}, 404),
    ("GET", "/", "", {"HTTP_HOST": "evil.example"}, 400),
    ("POST", "/", "", {}, 403),
    ("POST", "/newsletter/subscribe/", "email=nobody", {"HTTP_SEC_FETCH_SITE": "same-origin"}, 400),
    ("POST", "/newsletter/subscribe/", "email=a@example.com", {"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
    ("POST", "/insights/out/feedback/", "helpful=maybe", {"HTTP_SEC_FETCH_SITE": "same-origin"}, 400),
    ("POST", "/insights/out/feedback/", "helpful=no", {"HTTP_SEC_FETCH_SITE": "same-origin"}, 303),
    ("POST", "/insights/out/feedback/", "x=" + "x" * 300_000, {"HTTP_SEC_FETCH_SITE": "same-origin"}, 413),
    ("POST", "/insights/out/view/", "", {"HTTP_SEC_FETCH_SITE": "same-origin"}, 204),
]


@pytest.mark.parametrize(("method", "url", "body", "headers", "status"), BESIDE_A_VIEW)
def test_no_error_page_and_no_form_page_sets_a_cookie(world, cookies, method, url, body, headers, status) -> None:
    """B6: 400, 403, 404, 413 and the pages of forms are as free of cookies as the others."""
    plain = asked(method, url, data=body, **headers)
    assert plain.status_code == status
    wrong = [
        fault
        for name, cookie in cookies.items()
        for fault in faults(name, asked(method, url, cookie, body, **headers), plain)
    ]
    assert wrong == []


def test_a_post_that_no_guard_of_ours_knows_still_needs_a_token(world) -> None:
    """B6: a public view without a guard of its own is protected as before, by 403 without a cookie."""
    for cookie in ("", f"{CSRF}=abc", f"{CSRF}=" + "a" * 32):
        answer = asked("POST", "/privacy/", cookie, HTTP_ORIGIN="https://testserver")
        assert (answer.status_code, dict(answer.cookies)) == (403, {})


def test_the_admin_still_gives_and_checks_its_tokens() -> None:
    """B6: the admin keeps the cookie with the form, and 403 without it."""
    client = Client(enforce_csrf_checks=True)
    page = client.get("/admin/login/", secure=True)
    assert settings.CSRF_COOKIE_NAME in page.cookies
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    make_user("Editor", email="editor@example.com", password="pass-word-1234")
    sent = {"username": "editor@example.com", "password": "pass-word-1234", "next": "/admin/"}
    referer = {"HTTP_REFERER": "https://testserver/admin/login/"}
    assert client.post("/admin/login/", sent, secure=True, **referer).status_code == 403
    done = client.post("/admin/login/", {**sent, "csrfmiddlewaretoken": token}, secure=True, **referer)
    assert done.status_code == 302
    broken = Client(enforce_csrf_checks=True, HTTP_COOKIE=f"{settings.CSRF_COOKIE_NAME}=abc")
    assert settings.CSRF_COOKIE_NAME in broken.get("/admin/login/", secure=True).cookies


def test_a_malformed_cookie_changes_nothing_on_a_running_site(start_site) -> None:
    """B6: through gunicorn, `Cookie: csrftoken=abc` and `__Host-csrf=abc` leave the search page unchanged."""
    site = start_site(with_worker=False)
    site.shell("from tests.factories import make_article; make_article('Tokens')")
    for url in ("/insights/search/?q=tokens", "/nowhere/", "/insights/tokens/", "/"):
        plain = site.get(url)
        for cookie in ("csrftoken=abc", f"{CSRF}=abc", f"{CSRF}=abc; {SESSION}=abc; messages=abc"):
            answer = site.get(url, cookie=cookie)
            assert answer.headers.get_all("Set-Cookie") is None
            assert "cookie" not in ", ".join(answer.headers.get_all("Vary") or []).lower()
            assert (answer.status, answer.body) == (plain.status, plain.body)
    site.stop()
