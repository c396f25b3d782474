"""The fragment cache: one rendering for the same values, and another for any other."""

import pytest
from django.template.loader import get_template
from django.utils import timezone

from insights.models import Article, Author, Category, Picture, Series, SiteSettings, Tag, Version
from insights.public import fragment_cache
from insights.public.fragment_cache import digest_of, fragment
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag


@pytest.fixture
def rendered(monkeypatch):
    """Yield the values that a template was really rendered with, in order."""
    fragment_cache._remembered.cache_clear()
    seen = []

    def counting(name):
        template = get_template(name)

        class Counted:
            def render(self, values):
                seen.append(values)
                return template.render(values)

        return Counted()

    monkeypatch.setattr(fragment_cache, "get_template", counting)
    yield seen
    fragment_cache._remembered.cache_clear()


def signup(**values):
    return fragment("newsletter/_signup.html", **{"hidden": (), "typed": "", "error": "", "prefix": "p", **values})


def test_the_same_values_are_rendered_once(rendered):
    assert signup(wording="One") == signup(wording="One")
    assert len(rendered) == 1


def test_other_values_are_rendered_again(rendered):
    assert "Two" in signup(wording="Two")
    assert "Three" in signup(wording="Three")
    assert len(rendered) == 2


def test_another_time_zone_is_another_fragment(rendered):
    signup(wording="One")
    with timezone.override("Asia/Shanghai"):
        signup(wording="One")
    assert len(rendered) == 2


def test_a_large_fragment_is_not_kept(rendered):
    long = "x" * (fragment_cache.MAX_FRAGMENT_LENGTH + 1)
    assert long in signup(wording=long)
    assert long in signup(wording=long)
    assert len(rendered) == 2


def test_what_a_visitor_typed_is_still_text():
    assert "<script>" not in signup(wording="", typed='"><script>alert(1)</script>')


# Of an article


CHANGES = {
    "title": lambda article: Version.objects.update(title="A changed title"),
    "text": lambda article: Version.objects.update(html="<p>A changed text</p>"),
    "contents": lambda article: Version.objects.update(words=5000),
    "byline": lambda article: Author.objects.update(name="Changed Desk"),
    "line of a byline": lambda article: Author.objects.update(line="A changed line"),
    "tag": lambda article: Tag.objects.update(name="changed"),
    "category": lambda article: Category.objects.update(name="Changed"),
    "series": lambda article: Series.objects.update(title="A changed series"),
    "cover": lambda article: Picture.objects.update(alt="A changed field"),
    "caption": lambda article: Version.objects.update(cover_caption="A changed caption"),
    "views": lambda article: Article.objects.update(views=4321),
}


@pytest.fixture
def article():
    return make_article(
        "An article", authors=[make_author("A Desk")], tags=[make_tag("kept")], category=make_category("Analysis"),
        series=make_series("A series"), cover=make_picture(alt="A field"),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_page_shows_whatever_changes_at_once(client, article, change):
    before = client.get("/insights/an-article/").content
    assert client.get("/insights/an-article/").content == before
    change(article)
    assert client.get("/insights/an-article/").content != before


@pytest.mark.django_db
def test_the_head_of_a_page_follows_the_site_settings(client, article):
    assert 'content="AI Scope Hub"' in client.get("/insights/an-article/").content.decode()
    SiteSettings(pk=1, name="A Changed House").save()
    SiteSettings.forget()
    assert 'property="og:site_name" content="A Changed House"' in client.get("/insights/an-article/").content.decode()


@pytest.mark.django_db
def test_text_and_head_of_a_page_are_rendered_once(client, article, rendered):
    for views in (1, 2, 3):
        Article.objects.update(views=views)
        assert f"{views} view" in client.get("/insights/an-article/").content.decode()
    assert len([values for values in rendered if "version" in values]) == 2  # the text, and the related articles
    assert len([values for values in rendered if values.get("kind") == "article"]) == 1


@pytest.mark.django_db
def test_what_is_typed_is_rendered_every_time(rendered):
    for _ in range(2):
        fragment_cache.fragment_of("insights/_read_next.html", b"", lambda: {"version": Version()})
    assert len(rendered) == 2


def test_a_digest_tells_values_apart_that_join_to_the_same_text():
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert digest_of("a\0", "b") != digest_of("a", "\0b")
    assert digest_of("a", None) != digest_of("a")
    assert digest_of(Tag(name="a", slug="b")) != digest_of(Tag(name="b", slug="a"))
