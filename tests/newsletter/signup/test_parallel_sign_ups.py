"""Limits and uniqueness across the web workers of a real site, and emails after killed task workers."""

from __future__ import annotations

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.newsletter.conftest import link_in
from tests.patience import status_once_taken
from tests.site import Site, wait_until

NETWORKS = {"TRUSTED_PROXIES": "127.0.0.1"}  # so that a test may come from many networks


@pytest.fixture(scope="module")
def site(start_site):
    site = start_site(**NETWORKS)
    yield site
    site.stop()


def post_all(site: Site, sign_ups: list[tuple[str, str]]) -> Counter[int]:
    """Send twenty at a time: (email address, IP address). Returns how many answers have each status."""

    def sign_up(pair: tuple[str, str]) -> int:
        email, address = pair
        return status_once_taken(lambda: site.post("/newsletter/subscribe/", {"email": email}, x_forwarded_for=address))

    with ThreadPoolExecutor(20) as pool:
        return Counter(pool.map(sign_up, sign_ups))


def count(site: Site, rows: str) -> int:
    return int(site.shell(f"from newsletter.models import *; print({rows}.count())"))


def wait_until_idle(site: Site) -> None:
    """Wait until every requested email is sent or has failed."""
    wait_until(
        lambda: count(site, "ConfirmationMail.objects.filter(state__in=['queued', 'sending'])") == 0, "the mails"
    )


def test_twenty_parallel_sign_ups_of_one_address_are_one(site):
    """N06: one answer, one row, one email."""
    assert post_all(site, [("twenty@example.com", "192.0.2.1")] * 20) == {303: 20}
    site.mailbox.wait_for("twenty@example.com")
    wait_until_idle(site)
    assert len(site.mailbox.to("twenty@example.com")) == 1
    assert count(site, "Subscriber.objects.for_email('twenty@example.com')") == 1


def test_parallel_sign_ups_from_fifty_networks_send_one_mail(site):
    """N15: one email address, 50 networks at once, two web workers: one email."""
    assert post_all(site, [("fifty@example.com", f"198.51.{number}.1") for number in range(50)]) == {303: 50}
    site.mailbox.wait_for("fifty@example.com")
    wait_until_idle(site)
    assert len(site.mailbox.to("fifty@example.com")) == 1


def test_a_network_gets_exactly_its_ten_addresses_in_parallel(site):
    """N16: 40 email addresses at once from one network: exactly ten are accepted, the others 429."""
    sign_ups = [(f"crowd{number}@example.com", f"203.0.113.{number}") for number in range(40)]
    assert post_all(site, sign_ups) == {303: 10, 429: 30}
    assert count(site, "Subscriber.objects.filter(address_key__startswith='crowd')") == 10


def test_parallel_presses_confirm_once(site):
    """N04: two workers, one consent."""
    site.post("/newsletter/subscribe/", {"email": "presser@example.com"}, x_forwarded_for="192.0.9.1")
    [message] = site.mailbox.wait_for("presser@example.com")
    text = message.get_body(("plain",)).get_content()
    path = link_in(text.replace(site.url, "https://hub.example.com"))
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(lambda _: site.post(path), range(8))} == {200}
    assert count(site, "Consent.objects.filter(subscriber__address_key='presser@example.com', what='confirmed')") == 1


def test_a_worker_killed_with_a_mail_in_hand_loses_nothing(site):
    """S03, D13: kill -9 while the mail server delays. The next worker sends the email after the lease."""
    site.end("worker", signal.SIGKILL)
    site.post("/newsletter/subscribe/", {"email": "killed@example.com"}, x_forwarded_for="192.0.10.1")
    site.shell(
        "from django.utils import timezone; from newsletter.models import *;"
        "from newsletter.signup.confirmation_outbox import LEASE;"
        "mail = ConfirmationMail.objects.get(subscriber__address_key='killed@example.com');"
        "assert ConfirmationMail.objects.claim(mail.pk, timezone.now(), LEASE);"
        "ConfirmationMail.objects.filter(pk=mail.pk).update(leased_until=timezone.now());"
        "from django_tasks_db.models import DBTaskResult; DBTaskResult.objects.filter(status='READY').delete()"
    )
    site.start_worker()
    site.mailbox.wait_for("killed@example.com")
    wait_until_idle(site)
    assert len(site.mailbox.to("killed@example.com")) == 1


def test_nothing_personal_is_in_the_logs(site):
    """D14: after all tests above no log contains an email address, an IP address or a token."""
    logs = site.logs()
    assert logs
    for word in ("twenty@", "crowd1", "presser@", "203.0.113.", "192.0.2."):
        assert word not in logs
