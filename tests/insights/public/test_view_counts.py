"""View counts: once per reader, article and day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from insights.models import Article, DailyViews, ReaderSalt, SeenToday
from insights.public.readers import forget_earlier_days, today
from tests.factories import make_article, make_user
from tests.patience import status_once_taken

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def clock():
    """Freeze the time at noon: daily counts do not end in mid-test."""
    tomorrow = timezone.now() + dt.timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=12), tick=True) as moving:
        yield moving


@pytest.fixture
def article(db, clock) -> Article:
    return make_article("Counted")


def view(article: Article, number: int = 1, *, client: Client | None = None, agent: str = BROWSER, **headers: str):
    address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).post(
        f"/insights/{article.slug}/view/", REMOTE_ADDR=address, headers={"User-Agent": agent, **named}
    )


def views_of(article: Article) -> int:
    """Return the count. Check that the article and its days agree on it."""
    article.refresh_from_db()
    assert sum(DailyViews.objects.filter(article=article).values_list("views", flat=True)) == article.views
    return article.views


def test_a_view_is_counted_and_answered_with_nothing(article) -> None:
    response = view(article)
    assert (response.status_code, response.content) == (204, b"")
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert views_of(article) == 1


def test_one_reader_counts_once_a_day_and_article(article) -> None:
    """H16: one reader 20 times → +1. Another browser or another IP address is another reader."""
    for _ in range(20):
        assert view(article).status_code == 204
    assert views_of(article) == 1
    view(article, agent="Mozilla/5.0 (Macintosh) Safari/605.1.15")
    view(article, 2)
    assert views_of(article) == 3
    other = make_article()
    view(other)
    assert (views_of(article), views_of(other)) == (3, 1)


def test_the_next_day_a_reader_counts_again(article, clock) -> None:
    view(article)
    clock.shift(dt.timedelta(days=1))
    view(article)
    assert views_of(article) == 2
    assert DailyViews.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_post_counts(article, method) -> None:
    """H16: GET, HEAD → +0."""
    assert getattr(Client(), method)(f"/insights/{article.slug}/view/").status_code == 405
    Client().get(f"/insights/{article.slug}/")
    assert views_of(article) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"},
        {"X_Moz": "prefetch"}, {"X_Purpose": "preview"},
    ],
)  # fmt: skip
def test_a_page_that_is_only_prepared_has_no_reader(article, headers) -> None:
    """H16: prefetch, prerender → +0."""
    assert view(article, **headers).status_code == 204
    assert views_of(article) == 0


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)", "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.1)",
        "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "Baiduspider+(+http://www.baidu.com/search/spider.htm)",
        "Yahoo! Slurp", "CCBot/2.0", "ia_archiver", "Mozilla/5.0 Chrome-Lighthouse", "UptimeRobot/2.0",
        "Mozilla/5.0 BingPreview/1.0b", "DuckDuckBot-Https/1.1", "Screaming Frog SEO Spider/19",
    ],
)  # fmt: skip
def test_machines_that_say_so_do_not_count(article, agent) -> None:
    """H16: listed bots → +0."""
    assert view(article, agent=agent).status_code == 204
    assert views_of(article) == 0


@pytest.mark.parametrize("agent", [BROWSER, "", "Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG 9)", "é💥", "Robotnik"])
def test_a_telephone_is_no_machine(article, agent) -> None:
    view(article, agent=agent)
    assert views_of(article) == 1


def test_staff_do_not_count_and_other_accounts_do(article) -> None:
    """H16: staff → +0, and no answer sets a cookie."""
    editor, reader = Client(), Client()
    editor.force_login(make_user("Editor"))
    reader.force_login(make_user())
    for client in (editor, reader):
        response = view(article, client=client)
        assert response.status_code == 204
        assert not response.cookies
    assert views_of(article) == 1


def test_a_session_that_is_none_is_a_reader(article) -> None:
    client = Client()
    client.cookies["__Host-session"] = "nonsense"
    response = view(article, client=client)
    assert not response.cookies
    assert views_of(article) == 1


def test_no_session_is_read_for_a_reader(article, django_assert_max_num_queries) -> None:
    view(article)
    with django_assert_max_num_queries(13) as queries:
        view(article, 2)
    assert not any("session" in query["sql"] for query in queries)


@pytest.mark.parametrize("state", ["draft", "future", "withdrawn", "missing"])
def test_an_article_that_is_not_public_is_not_found(state) -> None:
    """H14, H16: draft, future, unpublished and unknown → 404."""
    tomorrow = timezone.now() + dt.timedelta(days=1)
    article = make_article(published={"draft": None, "future": tomorrow}.get(state, True))
    if state == "withdrawn":
        article.unpublish()
    if state == "missing":
        article.slug = "nowhere"
    assert view(article).status_code == 404
    assert not SeenToday.objects.exists()


def test_no_address_is_kept_and_yesterdays_readers_are_forgotten(article, clock) -> None:
    view(article)
    row = SeenToday.objects.get()
    assert len(bytes(row.reader)) == 16
    assert b"10.0.0.1" not in bytes(row.reader)
    forget_earlier_days()
    assert SeenToday.objects.count() == ReaderSalt.objects.count() == 1
    clock.shift(dt.timedelta(days=1))
    forget_earlier_days()
    assert not SeenToday.objects.exists()
    assert not ReaderSalt.objects.exists()
    assert views_of(article) == 1


def test_the_same_reader_has_another_key_every_day_and_under_every_salt(article) -> None:
    view(article)
    first = bytes(SeenToday.objects.get().reader)
    SeenToday.objects.all().delete()
    ReaderSalt.objects.filter(day=today()).delete()
    view(article)
    assert bytes(SeenToday.objects.get().reader) != first


def test_two_hundred_readers_at_once_are_two_hundred_views(start_site) -> None:
    """H16: 200 parallel POSTs from 200 readers of as many networks → +200. One reader 20 times in parallel → +1.

    A slow server may answer 503 to one that waited for the database. It is not counted, and is sent again.
    """
    site = start_site(with_worker=False, TRUSTED_PROXIES="127.0.0.1")
    site.shell("from tests.factories import make_article; make_article('Crowded')")

    def arrive(number: int) -> int:
        address = f"10.7.{number}.9"
        headers = {"x_forwarded_for": address, "user_agent": BROWSER}
        return status_once_taken(lambda: site.post("/insights/crowded/view/", **headers))

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(pool.map(arrive, [*range(200), *([255] * 20)]))
    counted = site.shell(
        "from insights.models import *\n"
        "print(Article.objects.get().views, DailyViews.objects.get().views, SeenToday.objects.count(),"
        " ReaderSalt.objects.count())"
    )
    site.stop()
    assert codes == {204: 220}
    assert counted == "201 201 201 1"
