"""The form of a new article that is sent again: by a double click, a reload, or the browser's history."""

from __future__ import annotations

import pytest

from insights.models import Article, Version
from tests.factories import make_category, make_user
from tests.insights.article_form import ADD, change_url, form_values, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_form(client, editor) -> dict[str, object]:
    return {**form_values(client, ADD), "title": "Once", "body": "Some words.\n", "_save": "1"}


def only() -> Article:
    return Article.objects.get()


def test_at_once_it_leads_to_the_same_article(client, new_form):
    """E13: a double click is answered like one click."""
    answers = [client.post(ADD, new_form) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {change_url(only())}
    assert Version.objects.count() == 1


def test_later_it_makes_no_second_article_and_changes_nothing(client, new_form):
    """E13: a reload after the text was changed and published."""
    client.post(ADD, new_form)
    article = only()
    send(client, article, body="Other words.\n", title="Twice")
    article.publish(article.working_version())
    again = client.post(ADD, new_form, follow=True)
    assert again.redirect_chain == [(change_url(article), 302)]
    assert "This form was already saved." in again.text
    assert "Other words." in again.text
    assert only().newest_version().body == "Other words.\n"
    assert Version.objects.count() == 2


def test_later_it_takes_back_nothing_that_was_chosen_since(client, new_form):
    """E13: the same text, with a category by now: both are shown, nothing is stored."""
    client.post(ADD, new_form)
    send(client, only(), category=make_category("Analysis").pk)
    again = client.post(ADD, new_form)
    assert again.status_code == 409
    assert str(only().newest_version().category) == "Analysis"


def test_of_an_article_that_its_author_may_no_longer_change(client):
    """E13: an editor published it meanwhile."""
    client.force_login(make_user("Author"))
    form = {**form_values(client, ADD), "title": "Once", "body": "Some words.\n", "_save": "1"}
    client.post(ADD, form)
    only().publish(only().working_version())
    assert client.post(ADD, form)["Location"] == change_url(only())
    assert Version.objects.count() == 1


def test_with_another_text_it_is_the_next_article(client, new_form):
    """E13: the form opened again without JavaScript is for the next article. Nothing typed is lost."""
    client.post(ADD, new_form)
    assert client.post(ADD, {**new_form, "title": "Next", "body": "Quite different.\n"}).status_code == 302
    assert sorted(Version.objects.values_list("title", flat=True)) == ["Next", "Once"]


def test_the_next_article_is_made_once_as_well(client, new_form):
    """E13: a double click on that one leads to it, not to a second one and not to the first."""
    first = client.post(ADD, new_form)["Location"]
    form = {**new_form, "title": "Next", "body": "Quite different.\n"}
    answers = [client.post(ADD, form)["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    assert first not in answers
    assert Article.objects.count() == 2


def test_of_another_page_it_is_another_article(client, new_form, editor):
    """E13: the same text from a form that was opened separately is an article of its own."""
    client.post(ADD, new_form)
    other = {**form_values(client, ADD), "title": "Once", "body": "Some words.\n", "slug": "another", "_save": "1"}
    assert client.post(ADD, other).status_code == 302
    assert Article.objects.count() == 2


def test_by_another_account_it_makes_another_article(client, new_form):
    """E13: the mark of a page counts for its own account only."""
    client.post(ADD, new_form)
    client.force_login(make_user("Author"))
    assert client.post(ADD, {**new_form, "slug": "mine"}).status_code == 302
    assert Article.objects.count() == 2
