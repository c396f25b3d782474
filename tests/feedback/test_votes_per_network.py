"""A cap of votes per network, article and day, for any number of browsers."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client

from feedback.models import Answer
from feedback.moderation import moderate
from insights.models import NetworkToday, ReaderSalt
from insights.public.networks import HOUSEHOLDS
from insights.public.readers import forget_earlier_days
from tests.factories import make_article, make_user
from tests.feedback.factories import LATER, path_for, press, say, token_in
from tests.patience import status_once_taken

CAP = settings.READERS_PER_NETWORK["votes"]


def vote(article, number: int, peer: str = "192.0.2.1", helpful: str = "yes", **headers: str):
    """Vote from the browser with this number."""
    return press(Client(), article, helpful, REMOTE_ADDR=peer, HTTP_USER_AGENT=f"Browser/{number}", **headers)


def counted() -> int:
    return Answer.objects.counted().count()


@pytest.mark.django_db
class TestVotesOfOneNetwork:
    @pytest.fixture(autouse=True)
    def noon(self, traveller):
        """Freeze the time at noon: daily counts do not end in mid-test."""

    @pytest.mark.parametrize(
        "peer",
        [
            lambda number: "192.0.2.1",
            lambda number: f"192.0.2.{number}",  # a /24
            lambda number: f"2001:db8::{number:x}",  # a /64 whose devices change their IP addresses
            lambda number: f"::ffff:192.0.2.{number}" if number % 2 else f"192.0.2.{number}",  # IPv4 in two spellings
            lambda number: f"fe80::{number:x}%eth0",
            lambda number: "no address",
        ],
    )
    def test_count_up_to_the_cap(self, article, peer) -> None:
        """E8: sixty browsers of one network → as many votes as a household has, and the same answer to each."""
        pages = [vote(article, number, peer(number), HTTP_ACCEPT_LANGUAGE=f"l{number}") for number in range(60)]
        assert {page.status_code for page in pages} == {200}
        assert len({re.sub(r'name="token" value="[^"]+"', "", page.text) for page in pages}) == 1
        assert counted() == CAP
        assert Answer.objects.count() == CAP

    def test_are_kept_apart_from_those_of_other_networks_and_articles(self, article) -> None:
        """E8: the neighbors' votes and those for another article count."""
        other = make_article()
        for number in range(CAP + 3):
            vote(article, number)
            vote(article, number, "192.0.3.1")
            vote(other, number)
        assert counted() == 3 * CAP

    def test_of_one_customer_with_many_ipv6_networks_are_bounded_too(self, article) -> None:
        """E8: a /48 is 65,536 networks and often one customer → it counts as forty households at most."""
        for number in range(HOUSEHOLDS * CAP + 10):
            vote(article, number, f"2001:db8:7:{number:x}::1")
        assert counted() == HOUSEHOLDS * CAP
        vote(article, 1, "2001:db8:8::1")
        assert counted() == HOUSEHOLDS * CAP + 1

    def test_follow_their_visitors_who_change_their_minds(self, article) -> None:
        """E8, B1: a counted visitor's yes becomes a no. A visitor beyond the cap changes nothing."""
        for number in range(CAP + 1):
            vote(article, number)
        vote(article, 0, helpful="no")
        vote(article, CAP, helpful="no")
        vote(article, CAP, helpful="yes")
        vote(article, CAP, helpful="no")
        assert (counted(), Answer.objects.counted().filter(helpful=False).count()) == (CAP, 1)

    def test_begin_again_the_next_day(self, article, traveller) -> None:
        """E8: at midnight (UTC) the cap begins again, and yesterday's networks are deleted."""
        traveller.move_to(dt.datetime.now(dt.UTC).replace(hour=23, minute=59, second=50))
        for number in range(CAP + 5):
            vote(article, number)
        assert counted() == CAP
        traveller.shift(dt.timedelta(seconds=20))
        for number in range(CAP + 5):
            vote(article, number)
        assert counted() == 2 * CAP
        forget_earlier_days()
        assert set(NetworkToday.objects.values_list("day", flat=True)) == {dt.datetime.now(dt.UTC).date()}
        traveller.shift(dt.timedelta(days=1))
        forget_earlier_days()
        assert not NetworkToday.objects.exists()
        assert not ReaderSalt.objects.exists()

    def test_leave_no_address_behind(self, article) -> None:
        """E8: the value stored for the day is a hash under the key of the day."""
        vote(article, 1)
        first = {bytes(row.network) for row in NetworkToday.objects.all()}
        assert {len(network) for network in first} == {16}
        NetworkToday.objects.all().delete()
        ReaderSalt.objects.all().delete()
        vote(article, 2)
        assert first.isdisjoint(bytes(row.network) for row in NetworkToday.objects.all())

    def test_invalidate_no_page_when_they_are_beyond_the_cap(self, article, django_capture_on_commit_callbacks) -> None:
        """E8: votes beyond the cap cannot keep the page out of the cache."""
        for number in range(CAP):
            vote(article, number)
        with django_capture_on_commit_callbacks() as callbacks:
            vote(article, CAP)
        assert callbacks == []


@pytest.mark.django_db
class TestACommentBeyondTheCap:
    @pytest.fixture
    def full(self, article, traveller):
        """Return the article, after as many votes as the network has."""
        for number in range(CAP):
            vote(article, number, "127.0.0.1")
        return article

    def test_reaches_the_moderators_and_its_vote_does_not_count(self, client, full, traveller) -> None:
        """E8: the comment waits and can be approved. The figure stays."""
        thanks = say(client, full, traveller, "Words beyond the cap.", helpful="no", HTTP_USER_AGENT="Another")
        assert "Thanks. Your comment is waiting for approval." in thanks.text
        answer = Answer.objects.waiting().get()
        assert counted() == CAP
        moderate(answer.pk, "approve", seen=answer.changed_at, actor=make_user("Moderator"))
        assert counted() == CAP
        assert "Words beyond the cap." in client.get(full.get_absolute_url()).text

    def test_is_stored_once_when_it_is_sent_twice_and_apart_from_the_next(self, client, full, traveller) -> None:
        """E8: the same form twice is one comment, another text is a further one. None of them counts."""
        token = token_in(press(client, full, HTTP_USER_AGENT="Another"))
        traveller.shift(LATER)
        for message in ("Words beyond the cap.", "Words beyond the cap.", "And others."):
            sent = {"helpful": "no", "token": token, "message": message}
            assert client.post(path_for(full), sent, HTTP_USER_AGENT="Another").status_code == 303
        assert sorted(Answer.objects.waiting().values_list("message", flat=True)) == [
            "And others.", "Words beyond the cap.",
        ]  # fmt: skip
        assert counted() == CAP

    def test_takes_no_place_for_reasons_alone(self, client, full, traveller) -> None:
        """E8: without a comment there is nothing to moderate, and nothing is stored."""
        thanks = say(client, full, traveller, "", helpful="no", reason="unclear", HTTP_USER_AGENT="Another")
        assert "Thanks, noted." in thanks.text
        assert Answer.objects.count() == CAP


# Real processes


@pytest.fixture(scope="module")
def crowd(start_site):
    site = start_site(with_worker=False, TRUSTED_PROXIES="127.0.0.1")
    yield site
    site.stop()


COUNTED = (
    "from feedback.models import Answer; from insights.models import NetworkToday\n"
    "print(Answer.objects.filter(article__slug={0!r}).count(), Answer.objects.counted().filter(article__slug={0!r})"
    ".count(), sum(NetworkToday.objects.filter(article__slug={0!r}).values_list('count', flat=True)))"
)


def at_once(site, slug: str, visitors: list[tuple[str, str]]) -> Counter[int]:
    site.shell(f"from tests.factories import make_article; make_article({slug!r})")

    def send(visitor: tuple[str, str]) -> int:
        peer, agent = visitor
        headers = {"x_forwarded_for": peer, "user_agent": agent}
        return status_once_taken(lambda: site.post(f"/insights/{slug}/feedback/", {"helpful": "yes"}, **headers))

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(send, visitors))


def test_sixty_browsers_of_one_network_at_once_are_exactly_a_household(crowd) -> None:
    """E8: 60 User-Agents from one IP address in parallel → exactly the cap."""
    assert at_once(crowd, "agents", [("10.8.1.1", f"Agent/{number}") for number in range(60)]) == {303: 60}
    assert crowd.shell(COUNTED.format("agents")) == f"{CAP} {CAP} {CAP}"


def test_one_visitor_at_once_takes_one_place_of_the_network(crowd) -> None:
    """E8, F08: 40 parallel votes of two visitors → two votes, two places."""
    assert at_once(crowd, "twice", [("10.8.1.1", f"Agent/{number % 2}") for number in range(40)]) == {303: 40}
    assert crowd.shell(COUNTED.format("twice")) == "2 2 2"
