"""`/healthz`, `/livez` and `/readyz`."""

from __future__ import annotations

import io
import ipaddress
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from config.middleware import health
from config.middleware.health import HealthMiddleware, Liveness
from insights.models import Version
from tests.factories import make_article
from tests.ports import free_port

pytestmark = pytest.mark.django_db

PROXY = "10.9.8.7"


@pytest.fixture
def unknowing(monkeypatch) -> None:
    """Reset the state to that of a process that has just started."""
    monkeypatch.setattr(HealthMiddleware, "is_migrated", False, raising=False)


class Untouchable(io.RawIOBase):
    """A body that never arrives."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")


def further_in(environ: Any, start_response: Any) -> Any:
    raise AssertionError("something behind was asked")


@pytest.mark.parametrize("path", ["/healthz", "/livez"])
class TestLiveness:
    def test_asks_nothing(self, client: Client, django_assert_num_queries, path) -> None:
        with django_assert_num_queries(0):
            answer = client.get(path, headers={"host": "10.1.2.3:8000"})
        assert (answer.status_code, answer.content) == (200, b"ok\n")
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("method", "status", "body"), [("GET", 200, b"ok\n"), ("HEAD", 200, b""), ("POST", 405, b"")]
    )
    def test_is_answered_before_all_else(self, path, method, status, body) -> None:
        """E5: before the page cache and its locks, before Django, and without reading the request body."""
        said: list[Any] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": Untouchable(), "CONTENT_LENGTH": "1000"}
        parts = Liveness(further_in)(environ, lambda line, headers: said.extend((line, dict(headers))))
        assert (b"".join(parts), said[0].split()[0]) == (body, str(status))
        assert said[1]["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in said[1]


def test_readiness_is_answered_before_hosts_are_checked(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


class TestReadiness:
    def test_of_an_empty_publication(self, client: Client) -> None:
        assert not Version.objects.exists()
        assert client.get("/readyz").status_code == 200

    def test_writes_nothing(self, client: Client, tmp_path, settings, django_assert_num_queries) -> None:
        """E13: no row, no file, nothing in the cache."""
        settings.VAR_DIR = tmp_path
        make_article("An article")
        client.get("/readyz")
        seen: list[str] = []

        def watch(execute: Any, sql: str, *more: Any) -> Any:
            seen.append(sql)
            return execute(sql, *more)

        before = {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.rglob("*")]}
        with connection.execute_wrapper(watch):
            assert client.get("/readyz").status_code == 200
        assert seen
        assert all(sql.lstrip().upper().startswith("SELECT") for sql in seen), seen
        assert {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.rglob("*")]} == before

    def test_is_lost_when_an_article_cannot_be_rendered(self, settings) -> None:
        """E1: the worker that answers renders the newest article itself, with its own view and template."""
        make_article("Older")
        make_article("Newest")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
        answer = Client(raise_request_exception=False).get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"not ready\n")

    def test_missing_migrations(self, unknowing) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'feedback'")
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"not ready\n")

    def test_a_missing_disk(self, client: Client, settings, tmp_path) -> None:
        settings.VAR_DIR = tmp_path / "gone"
        assert client.get("/readyz").status_code == 503

    def test_a_full_disk(self, client: Client, monkeypatch) -> None:
        """E6: a disk with less than FREE_BYTES. Here the required space exceeds any disk."""
        monkeypatch.setattr(health, "FREE_BYTES", 2**80)
        assert client.get("/readyz").status_code == 503

    def test_a_cache_server_that_is_away(self, client: Client, settings) -> None:
        location = f"redis://127.0.0.1:{free_port()}/0"
        settings.CACHES = {
            "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location},
        }
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "redis" not in answer.content.decode().lower()


class TestWhoMayAsk:
    """E13: the local server and TRUSTED_PROXIES themselves. All others get the site's 404."""

    @pytest.fixture(autouse=True)
    def _proxy(self, settings) -> None:
        settings.TRUSTED_PROXIES = [ipaddress.ip_network(f"{PROXY}/32")]

    @pytest.mark.parametrize(
        ("peer", "forwarded", "status"),
        [
            ("127.0.0.1", "", 200),
            ("127.0.0.8", "", 200),
            ("::1", "", 200),
            (PROXY, "", 200),  # a load balancer that asks by itself
            (PROXY, PROXY, 200),
            (PROXY, "127.0.0.1", 200),  # nginx on this server, asked by this server
            (PROXY, "203.0.113.5", 404),
            (PROXY, "127.0.0.1, 203.0.113.5", 404),  # the last one is added by our proxy
            (PROXY, "unknown", 404),
            ("203.0.113.5", "", 404),
            ("203.0.113.5", "127.0.0.1", 404),  # sent by the client
            ("127.0.0.1", "203.0.113.5", 404),  # a proxy on this server that is not in TRUSTED_PROXIES
            ("", "", 404),
            ("10.9.8.6", "", 404),
        ],
    )
    def test_readiness(self, client: Client, peer: str, forwarded: str, status: int) -> None:
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        answer = client.get("/readyz", headers=headers, REMOTE_ADDR=peer)
        assert answer.status_code == status
        if status == 404:
            assert "<h1>" in answer.content.decode()
            assert client.get("/healthz", headers=headers, REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/livez", "/readyz"])
def test_health_is_only_asked(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
