"""Fixtures for tests of the admin: the account that is logged in."""

from __future__ import annotations

import pytest

from tests.factories import make_user


@pytest.fixture
def editor(client):
    user = make_user("Editor")
    client.force_login(user)
    return user
