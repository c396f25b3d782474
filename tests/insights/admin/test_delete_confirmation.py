"""The confirmation page before a deletion: its effects, counted by articles and not by versions."""

import re

import pytest

from insights.models import Category, Picture, Redirect, Tag
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag, make_user
from tests.insights.article_form import change_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(make_user("Editor"))
    return client


def said(answer) -> str:
    content = re.search(r'<div id="content".*<footer', answer.content.decode(), re.DOTALL)
    assert content
    return " ".join(re.sub(r"<[^>]+>", " ", content[0]).split())


def test_a_tag_names_each_article_that_loses_it_once_and_the_page_that_goes(editor):
    tag = make_tag("Tokens")
    article = make_article("Tides", tags=[tag])
    import_version(article, {"title": "High tides"}, tags=[tag])
    make_article("Floods", tags=[tag])
    make_article("Elsewhere")

    answer = editor.get(f"/admin/insights/tag/{tag.pk}/delete/")

    page = said(answer)
    assert "It is removed from these articles: 2 Floods High tides" in page
    assert f"Its page {tag.get_absolute_url()} is removed, too." in page
    assert change_url(article) in answer.content.decode()
    assert "Version" not in page and "Elsewhere" not in page

    assert editor.post(f"/admin/insights/tag/{tag.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Tag.objects.exists()


def test_a_category_in_use_says_what_to_do_first(editor):
    category = make_category("Weather")
    article = make_article("Tides", category=category)
    for n in range(12):
        make_article(f"Article of the category, {n:02}", category=category)

    answer = editor.get(f"/admin/insights/category/{category.pk}/delete/")

    page = said(answer)
    assert (
        "The category “Weather” is used, so it can't be deleted. Choose another category for these articles first."
        in page
    )
    assert "Where it is used: 13" in page and "and 3 more" in page
    assert "protected" not in page and "Version" not in page
    assert editor.post(f"/admin/insights/category/{category.pk}/delete/", {"post": "yes"}).status_code == 409
    assert Category.objects.filter(pk=category.pk).exists()
    assert article.newest_version().category == category


@pytest.mark.parametrize("kind", ["series", "author"])
def test_a_series_and_a_byline_in_use_name_their_articles(editor, kind):
    row = make_series("Long reads") if kind == "series" else make_author("A. Writer")
    article = make_article("Tides", **({"series": row, "series_part": 1} if kind == "series" else {"authors": [row]}))

    answer = editor.get(f"/admin/insights/{kind}/{row.pk}/delete/")

    assert "is used, so it can't be deleted." in said(answer)
    assert f'<a href="{change_url(article)}">Tides</a>' in answer.content.decode()


def test_a_picture_in_use_says_so_on_its_page_and_at_the_address_that_deletes(editor):
    picture = make_picture(alt="A field")
    make_article("Tides", body=f"![A field]({picture.reference})\n")

    assert "In use, so it can't be deleted." in said(editor.get(f"/admin/insights/picture/{picture.pk}/change/"))
    for answer in (
        editor.get(f"/admin/insights/picture/{picture.pk}/delete/"),
        editor.post(f"/admin/insights/picture/{picture.pk}/delete/", {"post": "yes"}),
    ):
        assert answer.status_code == 403
        assert "is used, so it can't be deleted." in said(answer)
        assert "Tides" in said(answer)
    assert Picture.objects.exists()


def test_a_draft_is_asked_for_without_a_list_of_its_rows(editor):
    article = make_article("Tides", published=None)

    page = said(editor.get(f"/admin/insights/article/{article.pk}/delete/"))

    assert "Delete the article “Tides”? Its text, history and preview links are deleted, too." in page
    assert "Version" not in page


def test_every_page_that_deletes_has_the_same_two_buttons(editor):
    Redirect.objects.leave("article", "old", article=make_article("Tides"))
    row = Redirect.objects.get()

    page = editor.get(f"/admin/insights/redirect/{row.pk}/delete/").content.decode()

    assert '<input type="submit" value="Delete">' in page
    assert re.search(r'class="button cancel-link">\s*Cancel</a>', page)
    assert "take me back" not in page
