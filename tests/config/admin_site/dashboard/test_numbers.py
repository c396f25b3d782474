"""The numbers of the start page equal the database's, in chart, table and list."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from config.admin_site.dashboard.charts import BASE, TOP, bar_chart
from config.admin_site.dashboard.numbers import number_panels
from insights.models import DailyViews
from newsletter.models import Consent
from tests.factories import make_article, make_user
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 0, 30, tzinfo=dt.UTC)
TODAY = NOW.date()


def confirm(at: dt.datetime, article: Any = None) -> None:
    make_subscriber().consents.create(what="confirmed", happened_at=at, article=article, wording="w", proof="p")


def a_month(articles: list[Any], seed: int = 1) -> None:
    """Make random views and confirmations of sixty days."""
    chance = random.Random(seed)
    for article in articles:
        days = chance.sample(range(60), 25)
        DailyViews.objects.bulk_create(
            DailyViews(article=article, day=TODAY - dt.timedelta(days=day), views=chance.randrange(1, 40))
            for day in days
        )
    for _ in range(60):
        confirm(NOW - dt.timedelta(hours=chance.randrange(24 * 60)), chance.choice([*articles, None]))


def raw(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


class TestTheCharts:
    def test_equal_the_rows(self):
        a_month([make_article() for _ in range(4)])
        views, sign_ups = number_panels(NOW)["charts"]
        first = TODAY - dt.timedelta(days=29)
        by_day: Counter[dt.date] = Counter()
        for day, count in raw("SELECT day, views FROM insights_dailyviews"):
            by_day[dt.date.fromisoformat(str(day))] += count
        assert [(bar.day, bar.count) for bar in views.bars] == [
            (day, by_day[day]) for day in (first + dt.timedelta(days=number) for number in range(30))
        ]
        assert views.total == sum(count for day, count in by_day.items() if day >= first)
        times = Consent.objects.filter(what="confirmed").values_list("happened_at", flat=True)
        confirmed = Counter(time.astimezone(dt.UTC).date() for time in times)
        assert [bar.count for bar in sign_ups.bars] == [confirmed[bar.day] for bar in sign_ups.bars]
        assert sign_ups.total == sum(count for day, count in confirmed.items() if first <= day <= TODAY)

    def test_days_are_utc_whatever_the_publication_s_zone(self, client, settings):
        for time in (NOW, NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=30)):
            confirm(time)
        sign_ups = number_panels(NOW)["charts"][1]
        assert [bar.count for bar in sign_ups.bars[-2:]] == [1, 1]
        assert sign_ups.total == 2

    def test_the_table_says_every_day_what_the_picture_says(self, client):
        a_month([make_article()], seed=3)
        client.force_login(make_user("Editor"))
        page = client.get("/admin/").text
        for chart in re.findall(r'<section class="plot".*?</section>', page, re.DOTALL):
            drawn = re.findall(r"<g><title>(.*?): (\d+) [a-z-]+</title>", chart)
            table = re.findall(r'<tr><th scope="row">([A-Z]\w+ \d.*?)</th><td class="n">(\d+)</td></tr>', chart)
            assert len(drawn) == 30
            assert drawn[::-1] == table

    def test_nothing_in_it_needs_a_style(self, client):
        client.force_login(make_user("Editor"))
        assert "style=" not in client.get("/admin/").text

    def test_the_highest_bar_is_marked_and_fills_the_scale_no_further(self):
        chart = bar_chart("views", "Views per day", "view", "views", {TODAY: 7, TODAY - dt.timedelta(days=3): 1}, TODAY)
        assert chart.most
        assert (chart.most.day, chart.most.label, chart.most_anchor) == (TODAY, "November 24, 2026: 7 views", "end")
        assert [text for _, text in chart.ticks] == ["10", "5"]
        assert TOP < chart.most.y < BASE
        assert chart.bars[-4].label == "November 21, 2026: 1 view"
        assert "8 in total; most on November 24, 2026: 7." in chart.summary

    @pytest.mark.parametrize(
        ("most", "ticks"), [(1, ["1"]), (2, ["2", "1"]), (5, ["5"]), (51, ["100", "50"]), (1999, ["2000", "1000"])]
    )
    def test_the_scale_is_a_round_number(self, most, ticks):
        chart = bar_chart("views", "Views per day", "view", "views", {TODAY: most}, TODAY)
        assert [text for _, text in chart.ticks] == ticks

    def test_a_month_without_anything_is_drawn_too(self, client):
        client.force_login(make_user("Newsletter manager"))
        page = client.get("/admin/").text
        assert page.count("None in the last 30 days.") == 2
        assert "No visits yet." in page


class TestTheArticlesThatBroughtMost:
    def test_are_those_with_most_sign_ups_and_then_most_views(self):
        articles = [make_article(f"Article {number}") for number in range(14)]
        a_month(articles, seed=2)
        first, since = TODAY - dt.timedelta(days=29), NOW - dt.timedelta(days=29, minutes=30)
        views: Counter[int] = Counter()
        for row in DailyViews.objects.filter(day__gte=first):
            views[row.article_id] += row.views
        sign_ups = Counter(
            Consent.objects.filter(what="confirmed", happened_at__gte=since).values_list("article_id", flat=True)
        )
        found = number_panels(NOW)
        wanted = sorted(articles, key=lambda one: (-sign_ups[one.pk], -views[one.pk], one.pk))[:10]
        shown = [(row.title, row.sign_ups, row.views) for row in found["best"]]
        assert shown == [(f"Article {articles.index(one)}", sign_ups[one.pk], views[one.pk]) for one in wanted]
        assert found["elsewhere"] == sign_ups[None]
        assert sum(sign_ups.values()) == found["charts"][1].total

    def test_of_many_with_one_sign_up_each_views_decide(self):
        articles = [make_article(f"Article {number}") for number in range(13)]
        for number, article in enumerate(articles):
            confirm(NOW, article)
            DailyViews.objects.create(article=article, day=TODAY, views=number + 1)
        assert [row.title for row in number_panels(NOW)["best"]] == [f"Article {number}" for number in range(12, 2, -1)]

    def test_one_with_sign_ups_and_no_views_stands_above_one_with_views(self):
        seen, asked = make_article("Seen"), make_article("Asked")
        DailyViews.objects.create(article=seen, day=TODAY, views=1000)
        confirm(NOW, asked)
        assert [(row.title, row.sign_ups, row.views) for row in number_panels(NOW)["best"]] == [
            ("Asked", 1, 0),
            ("Seen", 0, 1000),
        ]

    def test_link_to_what_readers_can_open_only(self):
        out, gone = make_article("Out", slug="out"), make_article("Gone")
        gone.unpublish()
        for article in (out, gone):
            confirm(NOW, article)
        assert {row.title: row.url for row in number_panels(NOW)["best"]} == {"Out": "/insights/out/", "Gone": ""}

    def test_take_four_queries_however_many_there_are(self, django_assert_num_queries):
        a_month([make_article() for _ in range(12)])
        with django_assert_num_queries(4):
            number_panels(NOW)
