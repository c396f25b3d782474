"""Unsubscribing: one press without a login, at once, and without expiry."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from newsletter import tokens
from newsletter.models import Consent
from newsletter.models.wording import PROOF_LEAVE_LINK, PROOF_ONE_CLICK
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader():
    return make_subscriber("reader@example.com", status="confirmed")


@pytest.fixture
def link(reader) -> str:
    return tokens.leaving_url(reader).removeprefix("https://hub.example.com")


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_unsubscribes_no_one(client, reader, link, method):
    """N22: a scanner's GET changes nothing. The page has one button and asks for no login."""
    for _ in range(3):
        assert getattr(client, method)(link).status_code == 200
    reader.refresh_from_db()
    assert reader.status == "confirmed"
    page = client.get(link).text
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<button") == 1
    assert "password" not in main


def test_the_button_takes_the_reader_off_the_list(client, reader, link):
    response = client.post(link)
    assert response.status_code == 200
    assert "Unsubscribed" in response.text
    reader.refresh_from_db()
    assert reader.status == "left"
    assert Consent.objects.get(what="left").proof == PROOF_LEAVE_LINK


def test_one_click_needs_neither_cookie_nor_token_nor_referrer(reader, link):
    """N23: RFC 8058's POST answers 200 without a redirect, and the subscriber is off the list at once."""
    response = Client(enforce_csrf_checks=True).post(link, ONE_CLICK)
    assert response.status_code == 200
    reader.refresh_from_db()
    assert reader.status == "left"
    assert Consent.objects.get(what="left").proof == PROOF_ONE_CLICK


def test_unsubscribing_twice_keeps_the_first_date(client, reader, link):
    client.post(link, ONE_CLICK)
    reader.refresh_from_db()
    first = reader.left_at
    assert client.post(link, ONE_CLICK).status_code == 200
    assert "Unsubscribed" in client.get(link).text
    reader.refresh_from_db()
    assert reader.left_at == first
    assert Consent.objects.filter(what="left").count() == 1


def test_a_link_works_after_years(client, reader, link):
    """N25: the link of an email of 400 days ago still unsubscribes."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=400)):
        assert client.post(link, ONE_CLICK).status_code == 200
    reader.refresh_from_db()
    assert reader.status == "left"


def test_a_rotated_secret_with_a_fallback_keeps_links_alive(client, settings, reader, link):
    """N26: the old secret among the fallbacks: the link works."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-secret" * 5, [settings.SECRET_KEY]
    assert client.post(link, ONE_CLICK).status_code == 200
    reader.refresh_from_db()
    assert reader.status == "left"


def test_a_rotated_secret_without_a_fallback_ends_links_politely(client, settings, reader, link):
    """N26: without it the link is unknown, 404 and never 500."""
    settings.SECRET_KEY = "a-new-secret" * 5
    assert client.get(link).status_code == 404
    assert client.post(link, ONE_CLICK).status_code == 404
    reader.refresh_from_db()
    assert reader.status == "confirmed"


def test_an_erased_reader_who_presses_the_button_gets_no_error(client, reader, link):
    reader.erase()
    assert client.post(link, ONE_CLICK).status_code == 200
