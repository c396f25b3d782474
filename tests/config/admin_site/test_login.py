"""The admin's login and logout."""

import re
from urllib.parse import urlencode, urlsplit

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db

ELSEWHERE = ["//evil.example", "/\\evil.example", "https:evil.example", "/%09/evil.example", "https://evil.example/",
             "javascript:alert(1)", "\thttps://evil.example", "http:///evil.example"]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_login_leads_nowhere_else(client, target):
    """H04: `next` names another host, in every notation."""
    make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
    answer = client.post(
        "/admin/login/", {"username": "editor@example.com", "password": "a-long-pass-word-1234", "next": target}
    )
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    goal = urlsplit(answer["Location"].replace("\\", "/"))
    assert (goal.scheme, goal.netloc) == ("", "")
    assert answer["Location"].startswith("/") and answer["Location"][1:2] not in {"/", "\\", "\t"}


@pytest.mark.parametrize("target", ["", *ELSEWHERE, "/admin/logout/", "/admin/login/?next=//evil.example"])
def test_a_login_with_a_wrong_goal_leads_to_the_start_page(client, target):
    """E13, H04: by the form's field and by the URL."""
    make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
    typed = {"username": "editor@example.com", "password": "a-long-pass-word-1234"}
    asked = f"/admin/login/?{urlencode({'next': target})}"
    for url, more in (("/admin/login/", {"next": target}), (asked, {}), (asked, {"next": target})):
        assert client.post(url, {**typed, **more})["Location"] == "/admin/"
        client.logout()


@pytest.mark.parametrize("target", ["", *ELSEWHERE])
def test_a_logout_with_a_wrong_goal_says_that_one_is_logged_out(client, target):
    """E13: it ends on a page, and on none that answers 405."""
    for query, field in ((target, ""), ("", target), (target, target)):
        client.force_login(make_user("Editor"))
        url = f"/admin/logout/?{urlencode({'next': query})}" if query else "/admin/logout/"
        answer = client.post(url, {"next": field} if field else {}, follow=True)
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"] in {"/admin/login/", "/admin/logout/"}
        assert "_auth_user_id" not in client.session


def test_a_changed_password_leads_nowhere_else(client):
    """E13: `next` is ignored there."""
    client.force_login(make_user("Editor", password="a-long-pass-word-1234"))
    new = "another-pass-word-5678"
    typed = {
        "old_password": "a-long-pass-word-1234",
        "new_password1": new,
        "new_password2": new,
        "next": "//evil.example",
    }
    answer = client.post("/admin/password_change/?next=//evil.example", typed)
    assert answer["Location"] == "/admin/password_change/done/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nor_does_it_for_a_user_who_is_already_logged_in(client, target):
    """H04: the same for the redirect of a visitor who is logged in already."""
    client.force_login(make_user("Editor"))
    answer = client.get("/admin/login/", {"next": target})
    assert answer.status_code == 302
    assert not urlsplit(answer["Location"].replace("\\", "/")).netloc


def test_a_login_leads_on_to_an_address_of_ours(client):
    make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
    answer = client.post(
        "/admin/login/",
        {"username": "editor@example.com", "password": "a-long-pass-word-1234", "next": "/admin/insights/article/"},
    )
    assert answer["Location"] == "/admin/insights/article/"


def test_a_wrong_password_gets_a_plain_message(client):
    make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
    for address in ("editor@example.com", "nobody@example.com"):
        page = client.post("/admin/login/", {"username": address, "password": "wrong"}).content.decode()
        assert "Wrong email address or password." in page
        assert "staff account" not in page


class TestAnAccountThatMayNotEnter:
    SAYS_SO = "this account cannot log in here"

    def answer(self, client, **changes):
        values = {"username": "reader@example.com", "password": "a-long-pass-word-1234", **changes}
        answer = client.post("/admin/login/", values)
        assert answer.status_code == 400
        assert "_auth_user_id" not in client.session
        return answer.content.decode()

    def test_hears_so_with_the_right_password(self, client):
        make_user(email="reader@example.com", password="a-long-pass-word-1234")
        assert self.SAYS_SO in self.answer(client)

    def test_hears_with_a_wrong_one_what_everybody_hears(self, client):
        """A07: the same message as for an unknown email address, and for an account that may log in."""
        make_user(email="reader@example.com", password="a-long-pass-word-1234")
        make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
        errors = [
            errors_in(self.answer(client, username=f"{name}@example.com", password="wrong-pass-word-1234"))
            for name in ("reader", "editor", "unknown")
        ]
        assert errors[0] == errors[1] == errors[2] != []
        assert self.SAYS_SO not in errors[0][0]

    def test_a_closed_account_gets_no_explanation(self, client):
        user = make_user(email="reader@example.com", password="a-long-pass-word-1234")
        user.is_active = False
        user.save()
        assert self.SAYS_SO not in self.answer(client)


def errors_in(page: str) -> list[str]:
    return re.findall(r'class="errornote">\s*(.*?)\s*</p>', page, re.DOTALL)


def test_after_logging_out_stands_where_one_is_and_how_to_go_on(client):
    client.force_login(make_user("Editor"))
    page = client.post("/admin/logout/").content.decode()
    assert "You are logged out." in page
    assert 'href="/admin/"' in page and 'href="/"' in page
    assert "quality time" not in page


@pytest.mark.parametrize("backend", ["django.contrib.auth.backends.ModelBackend", "config.accounts.DeskBackend"])
def test_an_upgrade_keeps_users_logged_in(client, backend):
    """The session names a backend of an earlier release, and continues under the new name."""
    client.force_login(make_user("Editor"))
    session = client.session
    today = session["_auth_user_backend"]
    session["_auth_user_backend"] = backend
    session.save()
    assert client.get("/admin/").status_code == 200
    assert client.session["_auth_user_backend"] == today != backend
