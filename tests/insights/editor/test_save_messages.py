"""Messages after a save: ignored and corrected values, and reasons for a refusal."""

import pytest

from insights.models import Article
from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, form_values, local_tomorrow, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(make_user("Editor"))
    return client


def said(answer, client) -> str:
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("button", ["_save", "_submit"])
def test_a_publication_date_that_is_not_stored_is_mentioned(editor, button):
    article = make_article(title="Tides", published=None)

    page = said(send(editor, article, button, body="New.\n", publish_at=local_tomorrow()), editor)

    assert "The date in “Publish at” was not saved. It is only saved when you publish or schedule." in page
    assert Article.objects.get().published_at is None
    assert "Leave empty to publish now. A future date schedules the article." in page, "the field's own help"


def test_a_save_without_a_publication_date_mentions_none(editor):
    page = said(send(editor, make_article(published=None), body="New.\n"), editor)

    assert "when you publish or schedule" not in page


def test_moving_what_readers_have_says_where_it_is_now(editor):
    article = make_article(title="Tides")
    before = article.slug

    form = editor.get(change_url(article)).content.decode()
    assert "A new slug takes effect when you publish. The old URL then redirects." in form
    page = said(send(editor, article, slug="high-tides"), editor)
    assert "Its URL will change to /insights/high-tides/ when you publish the changes." in page
    page = said(send(editor, article, "_publish"), editor)

    assert "Its URL is now /insights/high-tides/. The old URL redirects to it." in page
    assert editor.get(f"/insights/{before}/").status_code == 301


@pytest.mark.parametrize("button", ["_save", "_submit", "_publish"])
def test_a_title_without_a_latin_character_needs_a_typed_slug(editor, button):
    refused = send(editor, None, button, title="人工智能", body="Text.\n")

    assert refused.status_code == 400
    assert "Enter a slug in Latin letters" in refused.context["adminform"].form.errors["slug"][0]
    assert not Article.objects.exists()


def test_an_address_that_autosave_made_of_nothing_is_asked_for_by_the_buttons(editor):
    made = editor.post(
        f"{ADD.replace('add/', 'autosave/')}", {**form_values(editor, ADD), "title": "人工智能", "body": "T.\n"}
    )
    assert made.status_code == 200, made.content
    article = Article.objects.get()
    assert article.slug.startswith("untitled-")
    again = editor.post(f"/admin/insights/article/{article.pk}/autosave/", {
        **form_values(editor, change_url(article)), "body": "More.\n",
    })  # fmt: skip
    assert "slug" not in again.json()["problems"], "what saves itself goes on"

    refused = send(editor, article, "_publish")
    assert refused.status_code == 400
    assert "Enter a slug in Latin letters" in refused.context["adminform"].form.errors["slug"][0]

    assert send(editor, article, "_publish", slug="ai").status_code == 302
    assert Article.objects.get().slug == "ai"


def test_an_invalid_slug_is_reported_once_in_plain_words(editor):
    refused = send(editor, make_article(published=None), slug="Was ist das?")

    assert refused.context["adminform"].form.errors["slug"] == [
        "Use lowercase letters (a–z), digits and hyphens, such as open-models."
    ]


@pytest.mark.parametrize("address", ["category", "redirect"])
def test_other_slugs_are_refused_in_the_same_words(editor, address):
    refused = editor.post(
        f"/admin/insights/{address}/add/", {"name": "A", "slug": "Was ist?", "position": "0", "kind": "tag"}
    )

    assert refused.context["adminform"].form.errors["slug"] == [
        "Use lowercase letters (a–z), digits and hyphens, such as open-models."
    ]


def test_above_a_conflict_stands_what_it_is(editor):
    article = make_article(published=None)
    old = form_values(editor, change_url(article))
    send(editor, article, body="Theirs.\n")

    refused = editor.post(change_url(article), {**old, "body": "Mine.\n", "_save": "1"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Edit conflict: another version was saved before yours." in page  # maybe one's own, in another tab
    assert "Your changes were not saved; both texts are below." in page
    assert "Another editor" not in page
    assert "Please correct" not in page


def test_above_failed_checks_stands_how_many_there_are(editor):
    refused = send(editor, None, "_publish", title="Tides", body="TK. And [here]().\n")

    page = refused.content.decode()
    assert refused.status_code == 400
    named = '<a href="#id_body">Body, line 1</a>. <a href="#checks">See the pre-publish checks</a>.'
    assert f"Can't publish yet: 2 problems. Please fix: {named}" in page
    assert "Please correct" not in page


def test_beside_failed_checks_stands_the_way_to_a_field_that_is_not_among_them(editor):
    make_article(title="Tides")

    page = send(editor, None, "_publish", title="Waves", body="TK.\n", slug="tides").content.decode()

    ways = '<a href="#id_body">Body, line 1</a>; <a href="#id_slug">Slug</a>'
    checks = '<a href="#checks">See the pre-publish checks</a>'
    assert f"Can't publish yet: 2 problems. Please fix: {ways}. {checks}." in page


def test_above_a_wrong_field_stands_its_name(editor):
    page = send(editor, make_article(published=None), excerpt="x" * 700).content.decode()

    assert 'Not saved. Please fix: <a href="#id_excerpt">Excerpt</a>.' in page


@pytest.mark.parametrize(("button", "done"), [("_publish", "published"), ("_submit", "submitted")])
def test_the_sentence_names_what_the_button_would_have_done(editor, button, done):
    article = make_article(published=None)
    page = send(editor, article, button, excerpt="x" * 700).content.decode()

    assert f'Not {done}. Please fix: <a href="#id_excerpt">Excerpt</a>.' in page
