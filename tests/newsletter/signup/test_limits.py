"""Limits of the sign-up form per mailbox and per network."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from insights.public.networks import network_of
from newsletter.models import MailAllowance, SignupAddress, SignupNetwork, Subscriber
from newsletter.signup import confirmation_outbox
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db


def test_fifty_posts_from_fifty_networks_send_one_mail(sign_up, run_tasks):
    """N15: at most one email to an email address in ten minutes, and every answer is 200."""
    begin = timezone.now()
    for number in range(50):
        with time_machine.travel(begin + dt.timedelta(seconds=11 * number)):
            assert sign_up("victim@example.com").status_code == 200
            run_tasks()
    assert len(mail.outbox) == 1


def test_three_mails_a_day_are_the_most(sign_up, run_tasks):
    """N15: with a request every eleven minutes for a day, an email address gets three emails.

    Then the window slides.
    """
    begin, sent = timezone.now(), []
    for number in range(0, 24 * 60, 11):
        with time_machine.travel(begin + dt.timedelta(minutes=number)):
            assert sign_up("victim@example.com").status_code == 200
            run_tasks()
            sent.append(len(mail.outbox))
    assert sent[:4] == [1, 2, 3, 3]
    assert sent[-1] == 3
    with time_machine.travel(begin + dt.timedelta(hours=24, seconds=1)):
        sign_up("victim@example.com")
        run_tasks()
    assert len(mail.outbox) == 4


def test_erasing_does_not_reset_the_limit(sign_up, run_tasks):
    """N15: the limit belongs to the email address, not to a row."""
    sign_up("victim@example.com")
    run_tasks()
    Subscriber.objects.get().erase()
    sign_up("victim@example.com")
    run_tasks()
    assert len(mail.outbox) == 1


def test_confirmed_readers_are_not_flooded_either(sign_up, run_tasks):
    """N15: the email that says “already subscribed” counts like any other."""
    make_subscriber("reader@example.com", status="confirmed")
    for _ in range(5):
        sign_up("reader@example.com")
    run_tasks()
    assert len(mail.outbox) == 1


def test_a_network_may_sign_up_ten_addresses_an_hour(sign_up, run_tasks):
    """N16: of 100 email addresses the first ten are accepted. From the 11th on 429 with Retry-After, and no row."""
    answers = [sign_up(f"a{number}@example.com", f"192.0.2.{number}") for number in range(100)]
    run_tasks()
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 90
    assert 3500 < int(answers[10]["Retry-After"]) <= 3600
    assert "Too many requests" in answers[10].text
    assert "try again in 60 minutes" in answers[10].text
    assert len(mail.outbox) == Subscriber.objects.count() == 10


def test_a_network_may_repeat_an_address_as_often_as_it_likes(sign_up):
    """N16: the limit counts distinct email addresses, so repeated attempts are no offence."""
    for number in range(10):
        sign_up(f"a{number}@example.com", "192.0.2.1")
    assert {sign_up("A3@example.com", "192.0.2.9").status_code for _ in range(20)} == {200}
    assert sign_up("new@example.com", "192.0.2.9").status_code == 429


def test_another_network_is_not_held_up(sign_up):
    for number in range(11):
        sign_up(f"a{number}@example.com", "192.0.2.1")
    assert sign_up("new@example.com", "192.0.3.1").status_code == 200


def test_the_hour_of_a_network_slides(sign_up):
    begin = timezone.now()
    for number in range(10):
        with time_machine.travel(begin + dt.timedelta(minutes=number)):
            sign_up(f"a{number}@example.com", "192.0.2.1")
    with time_machine.travel(begin + dt.timedelta(minutes=59)):
        answer = sign_up("new@example.com", "192.0.2.1")
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) <= 61
    with time_machine.travel(begin + dt.timedelta(minutes=60, seconds=1)):
        assert sign_up("new@example.com", "192.0.2.1").status_code == 200
        assert sign_up("newer@example.com", "192.0.2.1").status_code == 429


@pytest.mark.parametrize(
    ("client_address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("/run/socket", ""),
    ],
)
def test_networks_are_what_one_customer_gets(client_address, network):
    """N16: /24 for IPv4, /64 for IPv6."""
    assert network_of(client_address) == network


def test_limits_hold_no_address_in_clear(sign_up):
    """D14: neither the subscriber's email address nor the network's IP address."""
    sign_up("reader@example.com", "192.0.2.77")
    rows = [*MailAllowance.objects.values(), *SignupNetwork.objects.values(), *SignupAddress.objects.values()]
    assert rows
    assert not any(word in str(rows) for word in ("reader", "example.com", "192.0.2"))


def test_limits_that_have_run_out_are_forgotten(sign_up):
    sign_up("reader@example.com")
    confirmation_outbox.requeue_confirmations()
    assert MailAllowance.objects.count() == SignupNetwork.objects.count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        confirmation_outbox.requeue_confirmations()
    assert not (MailAllowance.objects.exists() or SignupNetwork.objects.exists() or SignupAddress.objects.exists())
