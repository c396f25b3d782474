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
    """Time that moves when a test says so."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as moving:
        yield moving
