"""The contact on the privacy page."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_readers_learn_whom_to_ask_for_an_erasure(client, settings):
    settings.MAIL_FROM = "AI Scope Weekly <letters@hub.example.com>"
    page = client.get("/privacy/").text
    assert "reply to any of our emails, or write from that email address to letters@hub.example.com." in page
    assert "AI Scope Weekly &lt;" not in page
