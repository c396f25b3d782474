"""Parts of a series in order, on its page and between its articles."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest
from django.utils import timezone

from insights.models import Version
from insights.public.listing import InvalidListCursor
from insights.public.series_parts import series_page
from tests.factories import make_article, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series("Reading evaluations", slug="reading")


def titles(page) -> list[str]:
    return [version.title for version in page.versions]


def parts_of(series):
    return Version.objects.readable().filter(series=series)


def test_the_page_begins_with_part_one_whenever_it_was_published(client, series):
    """Fault B3: parts 3, 1, 2 by date are shown as 1, 2, 3."""
    now = timezone.now()
    for days, part in enumerate((3, 1, 2), 1):
        at = now - dt.timedelta(days=10 - days)
        make_article(f"Chapter {part}", series=series, series_part=part, published=at)
    page = client.get("/insights/series/reading/").text
    assert re.findall(r"Chapter \d", page.partition("<main")[2])[:3] == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_articles_without_a_number_come_by_date_before_the_numbered(series):
    """Fault B3: in the same order as "previous" and "next" on an article's page."""
    now = timezone.now()
    for title, part, days in (("two", 2, 9), ("late", None, 1), ("early", None, 8), ("one", 1, 2), ("twin", 1, 3)):
        make_article(title, series=series, series_part=part, published=now - dt.timedelta(days=days))
    assert titles(series_page(parts_of(series))) == ["early", "late", "twin", "one", "two"]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_every_part_is_on_exactly_one_page_both_ways(series, size):
    """Fault B3: by cursor from the first to the last, and back."""
    order = list(range(1, 12))
    random.Random(1).shuffle(order)
    for part in order:
        make_article(f"Part {part}", series=series, series_part=part if part < 9 else 9)
    parts = parts_of(series)
    page = first = series_page(parts, size=size)
    forth = titles(page)
    pages = [page]
    while page.older:
        page = series_page(parts, after=page.older, size=size)
        pages.append(page)
        forth += titles(page)
    assert len(forth) == len(set(forth)) == 11
    assert forth[:8] == [f"Part {part}" for part in range(1, 9)]
    back = [page]
    while back[-1].newer:
        back.append(series_page(parts, before=back[-1].newer, size=size))
    assert titles(back[-1]) == titles(first)
    assert back[-1].is_first
    assert [titles(page) for page in reversed(back)] == [titles(page) for page in pages]


def test_the_links_of_a_long_series_say_where_they_lead(client, series, django_assert_max_num_queries):
    """Fault B3: "Later parts" and "Earlier parts", and four queries for a page."""
    for part in range(1, 17):
        make_article(f"Chapter {part}.", series=series, series_part=part)
    page = client.get("/insights/series/reading/").text
    later = re.search(r'rel="next" href="([^"]+)">Later parts<', page)
    assert later
    assert "Chapter 13." in page
    assert "Chapter 14." not in page
    with django_assert_max_num_queries(4):
        second = client.get(later[1])
    assert re.findall(r"Chapter \d+\.", second.text.partition("<main")[2])[0] == "Chapter 14."
    earlier = re.search(r'rel="prev" href="([^"]+)">Earlier parts<', second.text)
    assert earlier
    assert "Chapter 1." in client.get(earlier[1]).text


@pytest.mark.parametrize("cursor", ["broken", "1-1-zz-", "zzzzzzzz-1-1", "-1-1", "ä-1-1", "1-1"])
def test_a_cursor_that_this_site_never_made_is_an_error_in_words(client, series, cursor):
    """Fault B3: 400, and a link to the first part."""
    with pytest.raises(InvalidListCursor):
        series_page(parts_of(series), after=cursor)
    page = client.get("/insights/series/reading/", {"after": cursor})
    assert page.status_code == 400
    assert '<a href="/insights/series/reading/">Go to the first page</a>' in page.text


def test_beyond_the_last_part_there_is_a_way_back(client, series):
    """Fault B3: 404 with a link to the first."""
    make_article("Chapter 1", series=series, series_part=1)
    page = client.get("/insights/series/reading/", {"after": "zz-1-1"})
    assert page.status_code == 404
    assert "Go to the first part" in page.text
