"""Exact counts of simultaneous votes and comments, with the site's real processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.patience import status_once_taken

COUNTED = (
    "from feedback.models import Answer\n"
    "print(*(Answer.objects.counted().filter(helpful=helpful, article__slug=%r).count() for helpful in (True, False)))"
)

# The ticket of a form that was opened ten seconds ago.
TICKET = """
import datetime as dt
import time_machine
from feedback import form_tokens
from insights.models import Article
with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=10)):
    print(form_tokens.issue_form_token(Article.objects.get(slug="doubled"), b"sixteen bytes !!", True))
"""


@pytest.fixture(scope="module")
def crowd(start_site):
    site = start_site(with_worker=False, TRUSTED_PROXIES="127.0.0.1")
    yield site
    site.stop()


def at_once(site, slug: str, visitors: list[int], answers: list[str]) -> Counter[int]:
    """Send each visitor's vote in parallel. Returns the statuses."""
    site.shell(f"from tests.factories import make_article; make_article({slug!r})")

    def answer(visitor: int, helpful: str) -> int:
        headers = {"x_forwarded_for": f"10.8.{visitor}.1", "user_agent": "Mozilla/5.0"}
        return status_once_taken(lambda: site.post(f"/insights/{slug}/feedback/", {"helpful": helpful}, **headers))

    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(answer, visitors, answers))


def test_one_visitor_who_answers_twenty_times_at_once_counts_once(crowd) -> None:
    """F08: one visitor, 20 parallel votes → one counts, and the last value stays."""
    assert at_once(crowd, "hasty", [1] * 20, ["yes", "no"] * 10) == {303: 20}
    assert sum(map(int, crowd.shell(COUNTED % "hasty").split())) == 1
    for helpful, counted in (("no", "0 1"), ("yes", "1 0")):
        crowd.post(
            "/insights/hasty/feedback/", {"helpful": helpful}, x_forwarded_for="10.8.1.1", user_agent="Mozilla/5.0"
        )
        assert crowd.shell(COUNTED % "hasty") == counted


def test_two_hundred_visitors_at_once_are_two_hundred_answers(crowd) -> None:
    """F08: 200 visitors of as many networks in parallel → the count is exactly 200."""
    assert at_once(crowd, "crowded", list(range(200)), ["yes", "yes", "yes", "no"] * 50) == {303: 200}
    assert crowd.shell(COUNTED % "crowded") == "150 50"


def test_a_form_sent_twice_at_once_is_one_answer(crowd) -> None:
    crowd.shell("from tests.factories import make_article; make_article('Doubled')")
    headers = {"x_forwarded_for": "10.9.1.1", "user_agent": "Mozilla/5.0"}
    token = crowd.shell(TICKET)
    sent = {"helpful": "yes", "token": token, "message": "Sent by an impatient hand."}

    def send(_: int) -> int:
        return status_once_taken(lambda: crowd.post("/insights/doubled/feedback/", sent, **headers))

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(send, range(4)))
    assert codes == [303] * 4
    assert crowd.shell("from feedback.models import Answer; print(Answer.objects.with_words().count())") == "1"


def test_a_limit_holds_exactly_however_many_arrive_at_once(crowd) -> None:
    """F11: of 24 comments at once, over all workers, from one network, exactly five get through."""
    crowd.shell("from tests.factories import make_article; make_article('Flooded')")

    def comment(number: int) -> int:
        sent = {"helpful": "yes", "message": f"Comment {number}"}
        return status_once_taken(lambda: crowd.post("/insights/flooded/feedback/", sent, x_forwarded_for="10.6.1.1"))

    with ThreadPoolExecutor(12) as pool:
        codes = Counter(pool.map(comment, range(24)))
    assert codes == {400: 5, 429: 19}  # 400: accepted, but its ticket is missing
