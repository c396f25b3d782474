"""The door of the desk."""

from urllib.parse import urlsplit

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db

ELSEWHERE = ["//evil.example", "/\\evil.example", "https:evil.example", "/%09/evil.example", "https://evil.example/",
             "javascript:alert(1)", "\thttps://evil.example", "http:///evil.example"]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_login_leads_nowhere_else(client, target):
    """H04: the address to go on to names another host, in every disguise."""
    make_user("Editor", email="editor@example.com", password="a-long-pass-word-1234")
    answer = client.post(
        "/admin/login/", {"username": "editor@example.com", "password": "a-long-pass-word-1234", "next": target}
    )
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    goal = urlsplit(answer["Location"].replace("\\", "/"))
    assert (goal.scheme, goal.netloc) == ("", "")
    assert answer["Location"].startswith("/") and answer["Location"][1:2] not in {"/", "\\", "\t"}


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nor_does_it_when_somebody_is_logged_in_already(client, target):
    """H04: the same for the redirect of a visitor who needs no login any more."""
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
