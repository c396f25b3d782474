"""The pre-publish checks in the writing view: problems prevent publishing, and nothing else does."""

from __future__ import annotations

import pytest

from insights.models import Article, Version
from tests.factories import make_article, make_author, make_category, make_user
from tests.insights.article_form import ADD, change_url, form_values, local_tomorrow, send

pytestmark = pytest.mark.django_db
CHECKS = "/admin/insights/article/checks/"


@pytest.fixture
def editor_client(client):
    client.force_login(make_user("Editor"))
    return client


@pytest.fixture
def unready() -> Article:
    return make_article("A text", published=None, body="Words.\n\nMore TK, and [a](/insights/no-such/).\n")


def test_the_page_shows_the_checks_without_a_script(editor_client, unready):
    page = editor_client.get(change_url(unready)).content.decode()
    assert "Can&#x27;t publish yet: 2 problems, " in page
    assert "Body, line 3" in page
    assert 'href="#id_body"' in page


@pytest.mark.parametrize("date", ["", "tomorrow"])
def test_errors_keep_an_article_from_going_out_and_the_text_stays_in_the_form(editor_client, unready, date):
    typed = {"body": "Still TK.\n", "title": "Another title", "publish_at": local_tomorrow() if date else ""}
    answer = send(editor_client, unready, "_publish", **typed)
    assert answer.status_code == 400
    form = answer.context["adminform"].form
    assert set(form.errors) == {"body"}
    assert form.errors["body"] == [
        "Line 1: The placeholder “TK” is still there. Replace it with the missing text. "
        "If you mean the word itself, write it as code."
    ]
    page = answer.content.decode()
    assert "Still TK." in page
    assert "Another title" in page
    assert "Can&#x27;t publish yet: 1 problem, " in page
    assert unready.versions.get().title == "A text"
    assert unready.status() == "draft"


def test_errors_keep_a_draft_beside_the_live_text_from_replacing_it(editor_client):
    article = make_article("Out")
    assert send(editor_client, article, "_publish", body="TK\n").status_code == 400
    assert "Some words" in article.live_version().body


@pytest.mark.parametrize("button", ["_save", "_submit"])
def test_errors_prevent_neither_saving_nor_submitting(editor_client, unready, button):
    assert send(editor_client, unready, button, body="Still TK.\n").status_code == 302
    assert unready.working_version().body == "Still TK.\n"


def test_an_error_in_a_new_article_is_shown_too(editor_client):
    assert send(editor_client, None, "_publish", title="TK", body="Words.\n").status_code == 400
    assert not Article.objects.exists()


def test_warnings_let_an_article_out_and_are_counted_in_the_message(editor_client):
    article = make_article("A text", published=None, body="Some words.\n", category=make_category())
    answer = send(editor_client, article, "_publish")
    assert answer.status_code == 302
    page = editor_client.get(change_url(article)).content.decode()
    assert "Published. 3 warnings in the pre-publish checks." in page


def test_what_is_typed_is_checked_and_nothing_is_stored(editor_client, unready):
    before = list(Version.objects.values())
    answer = editor_client.post(
        CHECKS, form_values(editor_client, change_url(unready)) | {"body": "## A\r\n\r\n#### TK\r\n"}
    ).json()
    assert answer["summary"].startswith("Can't publish yet: 1 problem, ")
    assert 'data-line="3" data-near="TK"' in answer["findings"]
    assert list(Version.objects.values()) == before


def test_characters_of_a_text_are_escaped_in_the_panel(editor_client):
    """M01: an editor's input is text."""
    answer = editor_client.post(
        CHECKS, {"body": '[a](/"><script>alert(1)</script>)\n\n### <img src=x onerror=alert(1)>\n'}
    )
    findings = answer.json()["findings"]
    assert "<script" not in findings
    assert "<img" not in findings


def test_an_author_without_the_field_for_bylines_hears_only_what_is_so(client):
    user = make_user("Author")
    client.force_login(user)
    assert "The article has no author." in client.get(f"{ADD}?title=Tides").content.decode()
    make_author("A Desk", user=user)
    page = client.get(ADD).content.decode()
    assert "The article has no author." not in page
    assert 'data-byline="1"' in page


def test_saving_asks_nothing_of_the_checks(editor_client, unready, django_assert_max_num_queries):
    """The server checks only when publishing. The typed text is checked by a request of its own."""
    values = form_values(editor_client, change_url(unready)) | {"body": "Other words.\n", "_save": "1"}
    with django_assert_max_num_queries(200) as asked:
        editor_client.post(change_url(unready), values)
    assert not [query for query in asked.captured_queries if "externallink" in query["sql"]]
