"""Prepared querysets give the same rows as the plain ones, on the engine of the run."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import FieldFetchBlocked
from django.db import models
from django.utils import timezone

from insights.models import Article, Author, Version
from insights.public.article_page import live_version
from insights.public.prepared_queries import PreparedQuery
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_step, make_tag

pytestmark = pytest.mark.django_db

by_slug = PreparedQuery(
    lambda slug, now: (
        Version.objects.readable(now).filter(article__slug=slug).select_related("article", "category", "cover")
    ),
    slug=str,
    now=dt.datetime,
)


def test_the_same_rows_with_the_same_relations():
    make_article("One", category=make_category("C"), cover=make_picture())
    make_article("Two")
    for slug in ("one", "two"):
        plain = Version.objects.readable().select_related("article", "category", "cover").get(article__slug=slug)
        prepared = by_slug.first(slug=slug, now=timezone.now())
        for field in Version._meta.concrete_fields:
            assert getattr(prepared, field.attname) == getattr(plain, field.attname), field.name
        assert (prepared.article, prepared.category, prepared.cover) == (plain.article, plain.category, plain.cover)


def test_each_call_uses_its_own_values():
    for title in ("One", "Two", "Three"):
        make_article(title)
    assert [by_slug.first(slug=slug, now=timezone.now()).title for slug in ("two", "one", "three")] == [
        "Two",
        "One",
        "Three",
    ]
    assert by_slug.first(slug="four", now=timezone.now()) is None


def test_it_uses_the_given_time():
    make_article("Later", published=timezone.now() + dt.timedelta(hours=2))
    assert by_slug.first(slug="later", now=timezone.now()) is None
    assert by_slug.first(slug="later", now=timezone.now() + dt.timedelta(hours=3)) is not None


@pytest.mark.parametrize("slug", ["' OR 1=1 --", "%s", "\ue0000\ue000", "a\\'b", ""])
def test_a_value_is_never_a_part_of_the_statement(slug):
    make_article("One")
    assert by_slug.rows(slug=slug, now=timezone.now()) == []


def test_a_value_that_the_queryset_does_not_use_is_refused():
    with pytest.raises(ValueError, match="name"):
        PreparedQuery(lambda name: Author.objects.all(), name=str).rows(name="x")


def test_one_call_is_one_query(django_assert_num_queries):
    make_article("One", category=make_category())
    with django_assert_num_queries(1):
        by_slug.first(slug="one", now=timezone.now()).category.name  # noqa: B018


def test_the_article_page_fetches_everything_it_shows_and_nothing_lazily(client, monkeypatch):
    """Lazy loading in a template is a bug: with it blocked, the richest page still renders."""
    target = make_article("Target")
    make_step("onward", kind="article", target_article=target, keywords="gravity", threshold=1)
    rich = make_article(
        "Gravity", category=make_category(), series=make_series(), series_part=1, cover=make_picture(),
        authors=[make_author(avatar=make_picture()), make_author()], tags=[make_tag()],
    )  # fmt: skip

    def blocked(self, fields=None, **kwargs):
        raise FieldFetchBlocked(f"{type(self).__name__}.{fields}")

    monkeypatch.setattr(models.Model, "refresh_from_db", blocked)
    page = client.get(rich.get_absolute_url())
    assert page.status_code == 200
    assert "rule: onward" in page.content.decode()


def test_a_live_version_comes_with_byline_and_tags_in_one_query(django_assert_num_queries):
    author, tag = make_author("Desk"), make_tag("T")
    make_article("One", authors=[author], tags=[tag])
    with django_assert_num_queries(1):
        version = live_version("one")
        assert [byline.author.name for byline in version.bylines.all()] == ["Desk"]
        assert [tag.name for tag in version.tags.all()] == ["T"]


def test_a_scheduled_version_is_read_by_the_clock():
    make_article("Later", published=timezone.now() + dt.timedelta(hours=2))
    assert live_version("later") is None
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3)):
        assert live_version("later").article == Article.objects.get()
