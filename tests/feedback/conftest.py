"""Shared fixtures of the feedback tests."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.factories import make_article


@pytest.fixture
def article(db):
    return make_article("Counting tokens")


@pytest.fixture
def traveller():
    """Freeze the time at noon until a test moves it, so that daily counts do not end in mid-test."""
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=12, minute=0, second=0), tick=True) as moving:
        yield moving
