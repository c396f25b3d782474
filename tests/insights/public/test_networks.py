"""A cap of views per network, article and day, for any number of browsers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from insights.models import DailyViews, NetworkToday, SeenToday
from insights.public.networks import network_of, networks_of
from tests.factories import make_article
from tests.patience import status_once_taken

CAP = settings.READERS_PER_NETWORK["views"]


@pytest.fixture
def clock():
    """Freeze the time at noon: daily counts do not end in mid-test."""
    tomorrow = timezone.now() + dt.timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=12), tick=True) as moving:
        yield moving


def view(article, number: int, peer: str = "192.0.2.1", **headers: str) -> int:
    sent = {"HTTP_USER_AGENT": f"Mozilla/5.0 {number}", "REMOTE_ADDR": peer, **headers}
    return Client().post(f"/insights/{article.slug}/view/", **sent).status_code


def views_of(article) -> int:
    article.refresh_from_db()
    assert sum(DailyViews.objects.filter(article=article).values_list("views", flat=True)) == article.views
    return article.views


@pytest.mark.django_db
@pytest.mark.parametrize(
    "peer", ["192.0.2.1", "192.0.2.{}", "::ffff:192.0.2.{}", "2001:db8::{}", "2001:db8:0:0:{}::1", "unknown"]
)
def test_views_of_one_network_count_up_to_the_cap(clock, peer) -> None:
    """E8: 60 browsers of one network → as many views as an office has readers. Each gets the same answer."""
    article = make_article()
    codes = {view(article, number, peer.format(number), HTTP_ACCEPT_LANGUAGE=f"l{number}") for number in range(60)}
    assert codes == {204}
    assert views_of(article) == CAP
    assert SeenToday.objects.count() == CAP  # nothing is stored of the others


@pytest.mark.django_db
def test_votes_and_views_of_a_network_are_counted_apart(clock) -> None:
    """E8: a reader may vote, too. Another article and another network have places of their own."""
    article, other = make_article(), make_article()
    for number in range(CAP + 5):
        view(article, number)
    view(other, 0)
    view(article, 0, "192.0.3.1")
    Client().post(f"/insights/{article.slug}/feedback/", {"helpful": "yes"}, REMOTE_ADDR="192.0.2.1")
    assert (views_of(article), views_of(other)) == (CAP + 1, 1)
    assert article.answers.count() == 1


@pytest.mark.django_db
def test_the_next_day_a_network_has_its_places_again(clock) -> None:
    """E8: midnight in UTC begins again."""
    article = make_article()
    clock.move_to(timezone.now().replace(hour=23, minute=59, second=55))
    for number in range(CAP + 5):
        view(article, number)
    clock.shift(dt.timedelta(seconds=10))
    for number in range(3):
        view(article, number)
    assert views_of(article) == CAP + 3
    assert NetworkToday.objects.count() == 2


@pytest.mark.django_db
def test_one_reader_who_comes_again_takes_no_further_place(clock) -> None:
    """E8, H16: one reader 20 times → one view and one place."""
    article = make_article()
    for _ in range(20):
        view(article, 1)
    assert (views_of(article), NetworkToday.objects.get().count) == (1, 1)


@pytest.mark.django_db
def test_one_address_in_two_spellings_is_one_reader(clock) -> None:
    """E8: an IPv4 client in IPv6 form has the same IP address."""
    article = make_article()
    view(article, 1, "192.0.2.1")
    view(article, 1, "::ffff:192.0.2.1")
    assert views_of(article) == 1


def test_networks_are_24_of_ipv4_and_64_within_48_of_ipv6() -> None:
    assert networks_of("192.0.2.77") == ("192.0.2.0/24",)
    assert networks_of("::ffff:192.0.2.77") == ("192.0.2.0/24",)
    assert networks_of("2001:db8:1:2:3::4") == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert networks_of("2001:db8:1::4") == ("2001:db8:1::/64", "2001:db8:1::/48")
    assert networks_of("no address") == ("",)
    assert network_of("fe80::1%eth0") == "fe80::/64"


def test_sixty_browsers_of_one_network_at_once_are_exactly_the_cap(start_site) -> None:
    """E8: 60 User-Agents in parallel, each twice → exactly the cap, in each of the sums.

    A slow disk may answer 503 to one that waited for the database. It is not counted, and is sent again.
    """
    site = start_site(with_worker=False, TRUSTED_PROXIES="127.0.0.1")
    site.shell("from tests.factories import make_article; make_article('Crowded')")

    def arrive(number: int) -> int:
        headers = {"x_forwarded_for": f"10.7.1.{number % 4}", "user_agent": f"Mozilla/5.0 {number}"}
        return status_once_taken(lambda: site.post("/insights/crowded/view/", **headers))

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(pool.map(arrive, [*range(60), *range(60)]))
    counted = site.shell(
        "from insights.models import *\n"
        "print(Article.objects.get().views, DailyViews.objects.get().views, SeenToday.objects.count(),"
        " NetworkToday.objects.get().count)"
    )
    site.stop()
    assert codes == {204: 120}
    assert counted == f"{CAP} {CAP} {CAP} {CAP}"
