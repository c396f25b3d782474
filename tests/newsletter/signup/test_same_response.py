"""The sign-up's answer does not reveal whether an email address is subscribed."""

import statistics
import time

import pytest
from django.core import mail

from newsletter.models import ConfirmationMail, Subscriber
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

STATES = ["new", "pending", "confirmed", "left", "bounced", "erased"]


def prepare(state: str, email: str) -> None:
    if state == "erased":
        make_subscriber(email, status="confirmed").erase()
    elif state != "new":
        make_subscriber(email, status=state)


def test_the_response_has_the_same_bytes_for_every_email_address(sign_up):
    """N02: new, pending, confirmed, unsubscribed, bounced and erased email addresses get one answer."""
    answers = set()
    for state in STATES:
        prepare(state, f"{state}@example.com")
        response = sign_up(f"{state}@example.com")
        headers = tuple(sorted(response.headers.items()))
        answers.add((tuple(response.redirect_chain), response.status_code, response.content, headers))
    assert len(answers) == 1


def test_the_answer_takes_the_same_time(sign_up):
    """N02: over 50 tries the median of every state is within 50 ms of a new email address's.

    A real difference is there in every round of fifty. One from other work on the server is not.
    """

    def median_times(turn: int) -> dict[str, float]:
        taken = {state: [] for state in STATES}
        for number in range(50):
            for state in STATES:  # in turn, so that other work on the server slows all of them alike
                email = f"{state}{turn}.{number}@example.com"
                prepare(state, email)
                begun = time.perf_counter()
                sign_up(email)
                taken[state].append(time.perf_counter() - begun)
        return {state: statistics.median(times) for state, times in taken.items()}

    rounds: list[dict[str, float]] = []
    while len(rounds) < 3:
        rounds.append(median_times(len(rounds)))
        if max(abs(median - rounds[-1]["new"]) for median in rounds[-1].values()) < 0.05:
            return
    raise AssertionError(rounds)


def test_a_confirmed_row_stays_as_it_is(sign_up, run_tasks):
    """N02: signing a subscriber up again changes nothing about the subscriber."""
    reader = make_subscriber("reader@example.com", status="confirmed")
    before = (Subscriber.objects.values().get(), list(reader.consents.values()))
    sign_up("reader@example.com", article="another")
    run_tasks()
    assert (Subscriber.objects.values().get(), list(reader.consents.values())) == before


def test_the_same_work_is_done_for_every_address(sign_up, run_tasks):
    """N02: each gets one email. Only its owner learns from it whether there was anything to do."""
    for state in STATES:
        prepare(state, f"{state}@example.com")
        sign_up(f"{state}@example.com")
    assert ConfirmationMail.objects.count() == len(STATES)
    run_tasks()
    subjects = {message.to[0].partition("@")[0]: message.subject for message in mail.outbox}
    assert subjects.pop("confirmed") == "You are already subscribed: AI Scope Weekly"
    assert set(subjects.values()) == {"Please confirm: AI Scope Weekly"}
    assert len(subjects) == 5


def test_over_the_limit_the_answer_is_still_the_same(sign_up):
    """N15: the limit is not visible in the answer."""
    assert len({sign_up("reader@example.com").content for _ in range(5)}) == 1
