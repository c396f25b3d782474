"""PostgreSQL unavailable: stopped, killed, frozen, full or restarted, while the site's real processes go on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout

from config.database.postgresql.pool import FailFastPool
from tests.own_postgres import OwnPostgres, migrated_postgres
from tests.site import Answer, Site, wait_until

MAKE = "from tests.factories import make_article; [make_article(title) for title in ('Cached', 'Uncached')]"
CACHED, UNCACHED = "/insights/cached/", "/insights/uncached/?page=1"  # a parameter that no page knows


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    server = migrated_postgres()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def away_site(start_site: Callable[..., Site], postgres: OwnPostgres) -> Iterator[Site]:
    """Yield the site in its default shape: two sync workers."""
    site = start_site(DATABASE_URL=postgres.url, THREADS="1", WORKERS="2", with_worker=False)
    site.shell(MAKE)
    yield site
    site.stop()


@pytest.fixture
def site(away_site: Site, postgres: OwnPostgres) -> Iterator[Site]:
    """Yield the site after both workers have a connection, and one page is cached."""
    assert {answer.status for _, answer in at_once(away_site, UNCACHED)} == {200}
    assert away_site.get(CACHED).status == 200
    before, written = away_site.web_workers(), len(away_site.logs("web"))
    yield away_site
    postgres.ensure_running()
    wait_until(lambda: {answer.status for _, answer in at_once(away_site, UNCACHED)} == {200}, "the page")
    assert away_site.web_workers() == before
    assert "Traceback" not in away_site.logs("web")[written:]


def timed(site: Site, path: str) -> tuple[float, Answer]:
    began = time.monotonic()
    answer = site.get(path)
    return time.monotonic() - began, answer


def at_once(site: Site, path: str, count: int = 24) -> list[tuple[float, Answer]]:
    """Send `count` requests at the same time. Returns seconds and answers."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: timed(site, path), range(count)))


def is_put_off(answer: Answer) -> bool:
    return answer.status == 503 and int(answer.headers["Retry-After"]) > 0


def assert_it_fails_fast(site: Site, seconds: float = 3) -> None:
    """Check that 24 requests get 503 within `seconds` (milliseconds each, and TLS), and cached pages at once."""
    answers = at_once(site, UNCACHED)
    assert all(is_put_off(answer) for _, answer in answers), {answer.status for _, answer in answers}
    assert max(took for took, _ in answers) < seconds
    for path in (CACHED, "/healthz"):
        took, answer = timed(site, path)
        assert answer.status == 200
        assert took < 1


def returns(site: Site) -> bool:
    return site.get(UNCACHED).status == 200


@pytest.mark.parametrize("how", ["fast", "immediate", "kill"])
def test_a_stopped_server_holds_no_request(site: Site, postgres: OwnPostgres, how: str) -> None:
    """E5, D10: 503 at once, cached pages and /healthz as usual. Back within two seconds, no worker restarted."""
    if how == "kill":
        postgres.kill()
    else:
        postgres.stop(how)
    assert_it_fails_fast(site)
    assert site.get("/readyz").status == 503
    postgres.start()
    wait_until(lambda: returns(site), "the page", 2)


def test_a_restart_between_two_requests_is_not_noticed(site: Site, postgres: OwnPostgres) -> None:
    """E5: connections that were lost meanwhile are replaced before a request gets one."""
    postgres.stop()
    postgres.start()
    assert {answer.status for _, answer in at_once(site, UNCACHED)} == {200}
    postgres.terminate_sessions()
    assert {answer.status for _, answer in at_once(site, UNCACHED)} == {200}


def test_an_unreachable_server_is_known_within_a_second(site: Site, postgres: OwnPostgres) -> None:
    """E5: a server that accepts connections and never answers, as behind a broken network."""
    postgres.terminate_sessions()  # so that each worker has to connect
    postgres.freeze()
    try:
        assert_it_fails_fast(site, 4)  # each worker waits a second, once
        assert_it_fails_fast(site)
    finally:
        postgres.thaw()
    wait_until(lambda: returns(site), "the page", 3)


def test_a_frozen_server_holds_a_page_for_five_seconds_at_most(site: Site, postgres: OwnPostgres) -> None:
    """E5: a statement without an answer is canceled, and its worker goes on."""
    postgres.freeze()
    try:
        answers = at_once(site, UNCACHED, 4)
        assert all(is_put_off(answer) for _, answer in answers)
        assert max(took for took, _ in answers) < 10
        assert_it_fails_fast(site)
    finally:
        postgres.thaw()
    wait_until(lambda: returns(site), "the page", 3)


@contextmanager
def locked(postgres: OwnPostgres) -> Iterator[None]:
    """Hold a lock that every page waits for, until the end or until the server stops."""
    holder = psycopg.connect(postgres.url)
    holder.execute("LOCK TABLE insights_version IN ACCESS EXCLUSIVE MODE")
    yield
    holder.close()


@pytest.mark.parametrize("how", ["terminate", "fast", "kill"])
def test_a_server_that_goes_in_the_middle_of_a_request_is_a_503(site: Site, postgres: OwnPostgres, how: str) -> None:
    """E5: both workers wait for a lock when their sessions end. The next request succeeds."""
    with locked(postgres), ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(site.get, UNCACHED) for _ in range(2)]
        wait_until(lambda: postgres.waiting_for_locks() == 2, "both workers")
        if how == "terminate":
            postgres.terminate_sessions()
        elif how == "fast":
            postgres.stop()
        else:
            postgres.kill()
        answers = [request.result() for request in waiting]
    # The lock's holder may end before a worker's session does. Then that worker has its row.
    assert all(answer.status == 200 or is_put_off(answer) for answer in answers), [one.status for one in answers]
    postgres.ensure_running()
    wait_until(lambda: returns(site), "the page", 2)


def test_a_lock_that_does_not_end_is_given_up(site: Site, postgres: OwnPostgres) -> None:
    """E5: after five seconds 503. The statement is canceled, and the server does not count as unavailable."""
    written = len(site.logs("web"))
    with locked(postgres), ThreadPoolExecutor(1) as pool:
        request = pool.submit(timed, site, UNCACHED)
        wait_until(lambda: postgres.waiting_for_locks() == 1, "one worker")
        took, answer = request.result()
        assert is_put_off(answer)
        assert 5 <= took < 9
        assert postgres.waiting_for_locks() == 0
    assert returns(site)
    assert "PostgreSQL is unavailable: no answer within" not in site.logs("web")[written:]


def test_too_many_clients_is_a_503_and_passes(site: Site, postgres: OwnPostgres) -> None:
    """E5: a server without a free session refuses. Its sessions come back."""
    postgres.terminate_sessions()
    with ExitStack() as others:
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            for _ in range(200):
                others.enter_context(psycopg.connect(postgres.url))
        assert all(is_put_off(answer) for _, answer in at_once(site, UNCACHED))
    wait_until(lambda: returns(site), "the page", 2)


def test_a_standby_that_takes_no_writes_is_a_503(site: Site, postgres: OwnPostgres) -> None:
    """E5: after a failover the session may lead to a read-only server. Pages are read, a sign-up gets 503."""
    postgres.execute("ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf()")
    try:
        wait_until(lambda: site.post("/newsletter/subscribe/", {"email": "ana@example.com"}).status == 503, "a refusal")
        assert returns(site)
    finally:
        postgres.execute("SET default_transaction_read_only = off; ALTER SYSTEM RESET default_transaction_read_only")
        postgres.execute("SELECT pg_reload_conf()")
    wait_until(lambda: site.post("/newsletter/subscribe/", {"email": "ana@example.com"}).status == 303, "the sign-up")


UNFINISHED = """
from django_tasks_db.models import DBTaskResult
print(list(DBTaskResult.objects.filter(status='RUNNING').values_list('task_path', flat=True)))
"""


def test_the_task_worker_outlives_an_outage(site: Site, postgres: OwnPostgres) -> None:
    """E5: it loses no task, logs no traceback, and sends the email of a sign-up after the server's return."""
    site.start_worker()
    assert site.post("/newsletter/subscribe/", {"email": "early@example.com"}).status == 303
    site.mailbox.wait_for("early@example.com")
    worker = site.processes["worker"]
    postgres.kill()
    wait_until(lambda: "Periodic tasks are postponed" in site.logs("worker"), "a periodic task")
    wait_until(lambda: "The database does not answer" in site.logs("worker"), "the queue")
    postgres.start()
    wait_until(lambda: site.post("/newsletter/subscribe/", {"email": "late@example.com"}).status == 303, "a sign-up", 3)
    site.mailbox.wait_for("late@example.com")
    assert worker.poll() is None
    assert "Traceback" not in site.logs("worker")
    wait_until(lambda: site.shell(UNFINISHED) == "[]", "the last task's end")
    site.end("worker")


SHIPPED = """
import json; from django.conf import settings; print(json.dumps(settings.DATABASES['default']['OPTIONS']['pool']))
"""


def test_more_threads_than_connections_wait_five_seconds(site: Site, postgres: OwnPostgres) -> None:
    """D11: slow statements hold the whole pool. Six more threads get 503 after five seconds, none hangs."""
    options = json.loads(site.shell(SHIPPED)) | {"max_size": 2}
    pool = FailFastPool(conninfo_to_dict(postgres.url), configure=lambda connection: None, **options)
    pool.open()

    def ask(number: int) -> float:
        began = time.monotonic()
        try:
            connection = pool.getconn()
        except PoolTimeout:
            return time.monotonic() - began
        try:
            connection.execute("SELECT pg_sleep(7)")
        finally:
            pool.putconn(connection)
        return 0

    with ThreadPoolExecutor(8) as threads:
        waits = sorted(threads.map(ask, range(8)))
    pool.close()
    assert waits[:2] == [0, 0]
    assert all(5 <= wait < 6.5 for wait in waits[2:])


def test_commands_say_in_one_line_that_the_server_is_away(site: Site, postgres: OwnPostgres) -> None:
    """E5, fault F8: no traceback, a status other than zero, and soon."""
    postgres.stop()
    for command in (
        ["migrate"],
        ["check"],
        ["createsuperuser", "--noinput"],
        ["export_subscribers"],
        ["worker", "--once"],
    ):
        began = time.monotonic()
        done = site._run(*command)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.strip().splitlines()[-1].startswith("The database does not answer: ")
        assert time.monotonic() - began < 15
