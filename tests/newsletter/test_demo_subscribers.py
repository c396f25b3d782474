"""The demo publication's made-up subscribers."""

import datetime as dt

import pytest
from django.utils import timezone

from insights.signals import demo_loading
from newsletter import demo
from newsletter.models import Consent, Subscriber
from tests.factories import make_article

pytestmark = pytest.mark.django_db

RESERVED = ("@example.com", "@example.org", "@example.net")


def test_there_are_three_hundred_in_all_states_at_reserved_domains():
    make_article("On tokens", slug="on-tokens")
    lines = []
    demo.load_demo_subscribers(lines.append)
    readers = Subscriber.objects.all()
    assert readers.count() == 300
    assert {reader.status for reader in readers} == {"pending", "confirmed", "left", "bounced"}
    assert readers.confirmed().count() > 150
    assert all(reader.email.endswith(RESERVED) for reader in readers)
    assert Consent.objects.filter(article__slug="on-tokens", step__slug="newsletter").exists()
    assert len(lines) == 1


def test_their_dates_are_in_order_and_within_the_last_sixty_days():
    demo.load_demo_subscribers(lambda line: None)
    now = timezone.now()
    for reader in Subscriber.objects.all():
        dates = [reader.created_at, reader.confirmed_at, reader.left_at]
        assert sorted(filter(None, dates)) == list(filter(None, dates))
        assert now - dt.timedelta(days=61) < reader.created_at < now
        assert max(filter(None, dates)) <= now
    assert Subscriber.objects.filter(created_at__gt=now - dt.timedelta(days=7)).count() > 10


def test_every_confirmed_one_has_a_consent():
    demo.load_demo_subscribers(lambda line: None)
    proved = Consent.objects.filter(what="confirmed").values("subscriber")
    assert not Subscriber.objects.confirmed().exclude(pk__in=proved).exists()


def test_loading_twice_adds_nothing_and_resubscribes_no_one():
    demo.load_demo_subscribers(lambda line: None)
    Subscriber.objects.first().erase()
    Subscriber.objects.last().leave("test")
    before = list(Subscriber.objects.values())
    demo_loading.send(sender=None, tell=lambda line: None)
    assert list(Subscriber.objects.values()) == before


def test_the_same_readers_everywhere():
    demo.load_demo_subscribers(lambda line: None)
    first = set(Subscriber.objects.values_list("email", "uid", "status"))
    Subscriber.objects.all().delete()
    demo.load_demo_subscribers(lambda line: None)
    assert set(Subscriber.objects.values_list("email", "uid", "status")) == first
