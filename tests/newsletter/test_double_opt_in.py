"""Nobody is on the list without having pressed a button behind a link in their own mailbox."""

import re

import pytest
from django.core import mail

from newsletter.models import Consent, Subscriber

pytestmark = pytest.mark.django_db


def link_in(message) -> str:
    """The path of the link in a mail."""
    return re.search(r"https://hub\.example\.com(/newsletter/\S+)", message.body).group(1)


@pytest.fixture
def mailed_link(client, run_tasks):
    """The path of a fresh confirmation link for reader@example.com."""
    client.post("/newsletter/subscribe/", {"email": "reader@example.com"})
    run_tasks()
    return link_in(mail.outbox[0])


def test_signing_up_makes_a_pending_row_and_one_mail(client, run_tasks):
    """N01: a new address is pending, gets one mail, and is no reader of the letter yet."""
    response = client.post("/newsletter/subscribe/", {"email": "reader@example.com"})
    run_tasks()
    assert response.status_code == 200
    assert "Look into your mailbox" in response.text
    assert [message.to for message in mail.outbox] == [["reader@example.com"]]
    assert Subscriber.objects.get().status == "pending"
    assert not Subscriber.objects.confirmed().exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_does_not_confirm(client, mailed_link, method):
    """N03: scanners open links; only the button on the page confirms."""
    for _ in range(3):
        response = getattr(client, method)(mailed_link, headers={"user-agent": "LinkScanner/1.0"})
        assert response.status_code == 200
    assert Subscriber.objects.get().status == "pending"
    assert '<form method="post"><button>' in client.get(mailed_link).text


def test_pressing_the_button_confirms_once(client, mailed_link, run_tasks):
    """N04: the second press says so, sends no second mail and leaves the moment of consent as it was."""
    assert "You are on the list" in client.post(mailed_link).text
    first = Subscriber.objects.get()
    assert first.status == "confirmed"
    again = client.post(mailed_link)
    run_tasks()
    assert again.status_code == 200
    assert "Nothing left to do" in again.text
    assert Subscriber.objects.get().confirmed_at == first.confirmed_at
    assert Consent.objects.filter(what="confirmed").count() == 1
    assert len(mail.outbox) == 1
