"""What tests of feedback share."""

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
    """Time that moves when a test says so, from a noon on: what counts by the day does not end in mid-test."""
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=12, minute=0, second=0), tick=True) as moving:
        yield moving
