"""Lists by cursor: newest first, nothing twice, nothing skipped."""

import datetime as dt

import pytest
from django.utils import timezone

from insights.models import Version
from insights.public.listing import InvalidListCursor, list_page, make_cursor, read_cursor
from tests.factories import make_article, make_author, make_category, make_series, make_tag

pytestmark = pytest.mark.django_db


def publication_dates(count):
    start = timezone.now() - dt.timedelta(days=100)
    # Pairs share a time, so that ties are covered too.
    return [start + dt.timedelta(hours=number // 2) for number in range(count)]


@pytest.fixture
def thirty():
    return [make_article(f"Number {n:02}", published=at) for n, at in enumerate(publication_dates(30))]


def titles(page):
    return [version.title for version in page.versions]


def test_walking_older_meets_every_article_once(thirty):
    seen, before = [], ""
    while True:
        page = list_page(Version.objects.readable(), before=before, size=7)
        seen += titles(page)
        if not page.older:
            break
        before = page.older
    assert seen == [f"Number {n:02}" for n in reversed(range(30))]


def test_newer_leads_back_to_the_same_page(thirty):
    first = list_page(Version.objects.readable(), size=7)
    second = list_page(Version.objects.readable(), before=first.older, size=7)
    third = list_page(Version.objects.readable(), before=second.older, size=7)
    assert titles(list_page(Version.objects.readable(), after=third.newer, size=7)) == titles(second)


def test_newer_than_the_second_page_is_the_first_page_whole(thirty):
    first = list_page(Version.objects.readable(), size=7)
    second = list_page(Version.objects.readable(), before=first.older, size=7)
    again = list_page(Version.objects.readable(), after=second.newer, size=7)
    assert titles(again) == titles(first)
    assert again.is_first
    assert again.newer == ""


def test_a_single_page_has_no_neighbors():
    make_article("Alone")
    page = list_page(Version.objects.readable())
    assert (page.newer, page.older, page.is_first) == ("", "", True)


@pytest.mark.parametrize(
    "cursor", ["x", "zz-", "-1", "1e9", "zzzzzzzzzzzz-1", "0-zzzzzzzzzzzzzzzzzzzzzzzzz", "1-1-1", "Ä-1", "1-1\n"]
)
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(InvalidListCursor):
        read_cursor(cursor)


def test_a_cursor_names_time_and_article_exactly(thirty):
    version = thirty[0].live_version()
    assert read_cursor(make_cursor(version)) == (version.listed_at, version.article.uid)


@pytest.mark.parametrize("kind", ["category", "tag", "author", "series"])
def test_every_facet_lists_its_own_articles_by_cursor(client, kind):
    row = {"category": make_category, "tag": make_tag, "author": make_author, "series": make_series}[kind]("Ours")
    values = {
        "category": {"category": row},
        "series": {"series": row},
        "tag": {"tags": [row]},
        "author": {"authors": [row]},
    }
    for n, at in enumerate(publication_dates(16)):
        make_article(f"In {n:02}", published=at, **values[kind])
    make_article("Out")
    order = range(16) if kind == "series" else range(15, -1, -1)  # a series is read from its beginning
    first = client.get(row.get_absolute_url()).content.decode()
    assert [n for n in order if f"In {n:02}" in first] == [*order[:13]]
    assert "Out" not in first
    following = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(following).content.decode()
    assert [n for n in order if f"In {n:02}" in second] == [*order[13:]]
