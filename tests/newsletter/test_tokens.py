"""Links in our emails: short enough for one line, and hard to guess."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.core import mail, signing
from django.utils import timezone

from newsletter import tokens
from newsletter.models import Subscriber
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db


def path(url: str) -> str:
    return url.removeprefix("https://hub.example.com")


def test_the_confirmation_link_has_a_line_of_its_own_in_the_mail(sign_up, run_tasks):
    """Fault F8: at most 78 characters with a host of 15, whole on its line, for any uid."""
    for number in range(5):
        sign_up(f"reader{number}@example.com")
    run_tasks()
    assert len(mail.outbox) == 5
    for message in mail.outbox:
        [line] = [line for line in message.body.splitlines() if "/newsletter/confirm/" in line]
        assert re.fullmatch(r"https://hub\.example\.com/newsletter/confirm/[A-Za-z0-9_-]{34}/", line)
        assert len(line) <= 78
        assert max(map(len, message.body.splitlines())) <= 78


@pytest.mark.parametrize("uid", [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID(int=1)])
def test_every_uid_has_a_link_of_the_same_length(client, uid):
    """Fault F8: also at the limits of a uid."""
    reader = make_subscriber(uid=uid)
    confirm, leave = tokens.confirmation_url(reader), tokens.leaving_url(reader)
    assert (len(confirm), len(leave)) == (78, 91)
    assert tokens.read_leaving(leave.split("/")[-2]) == uid
    assert client.post(path(confirm)).status_code == 200
    assert Subscriber.objects.get().status == "confirmed"
    client.post(path(leave))
    assert Subscriber.objects.get().status == "left"


def test_links_of_earlier_releases_stay_valid(client):
    """Fault F8: links in a mailbox confirm, expire and unsubscribe as before."""
    reader = make_subscriber("a@example.com")
    said = {"u": reader.uid.hex, "n": reader.nonce}
    confirm = f"/newsletter/confirm/{signing.dumps(said, salt='newsletter.confirm.v1')}/"
    leave = f"/newsletter/unsubscribe/{signing.dumps({'u': reader.uid.hex}, salt='newsletter.unsubscribe.v1')}/"
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        assert client.post(confirm).status_code == 410
    assert client.post(confirm).status_code == 200
    assert Subscriber.objects.get().status == "confirmed"
    assert client.post(leave).status_code == 200
    assert Subscriber.objects.get().status == "left"
    assert client.post(confirm).status_code == 410


def test_links_follow_the_fallbacks_of_the_secret_key(client, settings):
    """Fault F8: a rotated key breaks no link while the old one is a fallback."""
    reader = make_subscriber()
    urls = [path(tokens.confirmation_url(reader)), path(tokens.leaving_url(reader))]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of fifty characters, made at random, 12345"
    settings.SECRET_KEY_FALLBACKS = []
    assert [client.get(url).status_code for url in urls] == [404, 404]
    settings.SECRET_KEY_FALLBACKS = [old]
    assert [client.get(url).status_code for url in urls] == [200, 200]


def test_a_link_shows_only_its_own_subscriber(client):
    """Fault F8: neighbors in the order of uids, and the link of an erased one between them."""
    first = make_subscriber("first@example.com", uid=uuid.UUID(int=5 << 88))
    middle = make_subscriber("middle@example.com", uid=uuid.UUID(int=6 << 88))
    make_subscriber("last@example.com", uid=uuid.UUID(int=7 << 88))
    links = [path(tokens.confirmation_url(reader)) for reader in (first, middle)]
    assert "f…@example.com" in client.get(links[0]).text
    middle.erase()
    answer = client.get(links[1])
    assert answer.status_code == 410
    assert "@example.com" not in answer.text


def test_two_uids_that_begin_alike_confirm_no_one(client):
    """Fault F8: an ambiguous link is valid for no subscriber."""
    make_subscriber("one@example.com", uid=uuid.UUID(int=(9 << 88) + 1))
    link = path(tokens.confirmation_url(make_subscriber("two@example.com", uid=uuid.UUID(int=(9 << 88) + 2))))
    assert client.post(link).status_code == 410
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"pending"}


def test_a_file_that_says_left_ends_the_links_before_it(client):
    """Fault F8: an older link does not resubscribe a person whom an import unsubscribed."""
    reader = make_subscriber()
    link = path(tokens.confirmation_url(reader))
    Subscriber.objects.update(left_at=timezone.now() + dt.timedelta(minutes=11))
    assert client.post(link).status_code == 410
