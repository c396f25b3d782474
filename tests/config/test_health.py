"""`/healthz` and `/readyz`."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from config.health import HealthMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknowing(monkeypatch) -> None:
    """As a process that has just started."""
    monkeypatch.setattr(HealthMiddleware, "is_migrated", False, raising=False)


def test_the_process_says_that_it_is_up_without_asking_anything(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


def test_readiness_is_answered_before_hosts_are_checked(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_missing_migrations_are_not_ready(unknowing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'feedback'")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_a_full_or_missing_disk_is_not_ready(client: Client, settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path / "gone"
    assert client.get("/readyz").status_code == 503


def test_a_cache_that_forgets_is_not_ready(client: Client, settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert cache.get("readyz") is None
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "cache" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_only_asked(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
