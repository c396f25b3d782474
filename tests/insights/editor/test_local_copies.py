"""Checks before a page offers a copy from this browser: not after a recent save, not in a closed article."""

from __future__ import annotations

import pytest

from insights.models import Article
from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, form_values

pytestmark = pytest.mark.django_db

NEW = "/admin/insights/article/autosave/"


def asked(client, query: str) -> dict | None:
    return client.get(f"{NEW}?{query}").json()["stored"]


def test_says_whether_it_may_be_changed(client):
    author = make_user("Author")
    client.force_login(author)
    article = make_article("Mine", published=None, user=author, body="Words.\n", excerpt="")
    stored = asked(client, f"article={article.pk}")
    assert stored["base"] == form_values(client, change_url(article))["base"]
    assert (stored["writable"], stored["form"]) == (True, change_url(article))
    assert (stored["title"], stored["excerpt"], stored["body"]) == ("Mine", "", "Words.\n")
    article.publish(article.working_version())
    assert asked(client, f"article={article.pk}")["writable"] is False


def test_is_given_to_the_page_that_created_it(client, editor):
    """Back to the empty form: its page goes on to the article instead of making a second one."""
    values = {**form_values(client, ADD), "title": "A title", "body": "Done.", "_save": "1"}
    assert asked(client, f"tab={values['tab']}") is None
    client.post(ADD, values)
    assert asked(client, f"tab={values['tab']}")["article"] == Article.objects.get().pk
    client.force_login(make_user("Editor"))
    assert asked(client, f"tab={values['tab']}") is None


def test_is_hidden_from_other_accounts(client):
    client.force_login(make_user("Author"))
    article = make_article(published=None, user=make_user("Author"))
    for query in (f"article={article.pk}", "article=987654321", f"article={'9' * 40}", "article=x", "tab=x", ""):
        assert asked(client, query) is None


def test_the_start_page_and_a_new_article_have_a_place_for_what_no_form_offers(client, editor):
    for address in ("/admin/", ADD):
        page = client.get(address).content.decode()
        assert f'data-orphans data-account="{editor.pk}" data-ask="{NEW}"' in page
        assert "insights/editor/browser-copy" in page
    assert "data-orphans" not in client.get(change_url(make_article())).content.decode()
