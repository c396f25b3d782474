"""A text that reaches the admin too late: not stored, but not lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from insights.models import Article, Version
from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, form_values

pytestmark = pytest.mark.django_db

TYPED = {"title": "An hour's <b>work</b>", "excerpt": "In short.", "body": "\nFirst.\n</textarea><script>x</script>\n"}


def given_back(answer: Any) -> dict[str, str]:
    """Return the values of the page's fields, by name, as a browser reads them."""
    page = answer.content.decode()
    fields = re.findall(r'<textarea id="kept-(\w+)" rows="\d+" readonly>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(text) for name, text in fields}


def check(answer: Any, way_on: str, reason: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 403
    assert given_back(answer) == TYPED
    assert "<script>x" not in page
    assert re.search(rf'<a href="{re.escape(way_on)}" target="_blank" rel="noopener">', page)
    assert reason in page
    assert answer["Cache-Control"] == "no-store"


@pytest.fixture
def strict():
    """Return a client whose CSRF tokens are checked."""
    return Client(enforce_csrf_checks=True)


class TestALoggedOutAccount:
    def test_gets_a_changed_text_back(self, client):
        article = make_article("As it was", published=None)
        before = Version.objects.values().get()
        answer = client.post(change_url(article), {**TYPED, "_save": "1"})
        check(answer, "/admin/login/?next=/admin/", "You are logged out, so your text was not saved.")
        assert Version.objects.values().get() == before

    def test_gets_a_new_text_back(self, client):
        check(client.post(ADD, TYPED), "/admin/login/?next=/admin/", "You are logged out, so your text was not saved.")
        assert not Article.objects.exists()

    def test_gets_it_back_with_an_old_token_as_well(self, strict):
        check(strict.post(ADD, TYPED), "/admin/login/?next=/admin/", "You are logged out, so your text was not saved.")

    def test_is_led_to_the_login_with_anything_else(self, client):
        assert client.post(ADD, {"title": "x"}).status_code == 302
        assert client.get(ADD).status_code == 302
        assert client.post("/admin/insights/tag/add/", {"name": "x"}).status_code == 302


class TestAnOldToken:
    def test_gives_the_text_back(self, strict):
        strict.force_login(make_user("Editor"))
        check(
            strict.post(ADD, {**TYPED, "csrfmiddlewaretoken": "a" * 64}),
            ADD,
            "The form has expired, so your text was not saved.",
        )
        assert not Article.objects.exists()

    def test_of_another_form_does_not_ask_to_reload(self, strict):
        strict.force_login(make_user("Editor"))
        answer = strict.post("/admin/insights/tag/add/", {"name": "x"})
        assert answer.status_code == 403
        assert "reload" not in answer.content.decode()
        assert "in a new tab" in answer.content.decode()

    def test_what_another_site_sent_is_not_shown(self, strict):
        strict.force_login(make_user("Editor"))
        answer = strict.post(ADD, TYPED, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert not given_back(answer)
        assert "In short." not in answer.content.decode()


def test_an_author_whose_text_went_out_meanwhile_gets_it_back(client):
    author = make_user("Author")
    client.force_login(author)
    article = make_article(published=None, user=author)
    values = form_values(client, change_url(article))
    article.publish(article.working_version())
    answer = client.post(change_url(article), {**values, **TYPED, "_save": "1"})
    check(answer, "/admin/", "You don&#x27;t have permission to do this, so your text was not saved.")
    assert "Open the form in a new tab" not in answer.content.decode()  # it is closed to this account
    assert "the dashboard</a>" in answer.content.decode()
    assert Version.objects.count() == 1


def test_a_text_whose_article_was_deleted_meanwhile_is_given_back(client):
    client.force_login(make_user("Editor"))
    article = make_article(published=None)
    values = form_values(client, change_url(article))
    article.delete()
    answer = client.post(change_url(article), {**values, **TYPED, "_save": "1"})
    assert answer.status_code == 404
    assert given_back(answer) == TYPED
    assert "deleted in the meantime" in answer.content.decode()
    assert f'<a href="{ADD}" target="_blank"' in answer.content.decode()
