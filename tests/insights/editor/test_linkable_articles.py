"""Search by title for articles to link to."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import make_article, make_user
from tests.insights.article_form import send

URL = "/admin/insights/article/linkable/"

pytestmark = pytest.mark.django_db


def found(client, words: str = "", **more) -> list[tuple[str, str, str]]:
    answer = client.get(URL, {"q": words, **more})
    assert answer.status_code == 200
    return [(row["title"], row["address"], row["state"]) for row in answer.json()["articles"]]


def test_every_word_in_any_order_and_case(client, editor):
    make_article("How to Read a Model Card", slug="model-card")
    make_article("Why Models Make Things Up", slug="made-up")
    assert found(client, "card MODEL") == [("How to Read a Model Card", "/insights/model-card/", "Published")]
    assert len(found(client, "model")) == 2
    assert found(client, "nothing of it") == []
    assert found(client, "made-up")[0][0] == "Why Models Make Things Up"


def test_what_readers_have_comes_first_and_the_rest_says_what_it_is(client, editor):
    make_article("Model one", published=None)
    make_article("Model two", published=timezone.now() + dt.timedelta(days=1))
    make_article("Model three")
    gone = make_article("Model four")
    gone.unpublish()
    assert [(title, state) for title, _, state in found(client, "model")] == [
        ("Model three", "Published"), ("Model four", "Unpublished"), ("Model two", "Scheduled"), ("Model one", "Draft"),
    ]  # fmt: skip


def test_readers_title_and_not_the_one_that_is_being_written(client, editor):
    article = make_article("The title that is out")
    send(client, article, title="The secret next title")
    assert found(client, "secret") == []
    assert found(client, "title")[0][0] == "The title that is out"


def test_drafts_only_of_whom_they_are(client):
    author = make_user("Author")
    client.force_login(author)
    make_article("Draft of another", published=None)
    make_article("Draft of mine", published=None, user=author)
    assert [title for title, _, _ in found(client, "draft")] == ["Draft of mine"]


def test_not_the_article_itself(client, editor):
    article = make_article("Only this")
    assert found(client, "only", **{"except": article.pk}) == []
    assert len(found(client, "only", **{"except": "x"})) == 1


def test_a_search_gives_some_and_not_all(client, editor):
    for number in range(15):
        make_article(f"Number {number}", published=None)
    assert len(found(client, "number")) == 12


@pytest.mark.parametrize(
    "words",
    ["%", "_", "\\", "'", "ä" * 300, "a " * 500, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")],
)
def test_odd_words_find_nothing_and_break_nothing(client, editor, words):
    make_article("A title")
    assert isinstance(found(client, words), list)


@pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
def test_only_for_who_writes(client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403
    assert client.post(URL).status_code == 405
