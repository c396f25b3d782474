"""Not all workers of a site may wait for a lock at once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from config.database.places import SHORT_SECONDS, waiting_place

STAFF, VISITOR = 20.0, 2.0


@pytest.fixture(autouse=True)
def _two_workers(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path
    settings.WORKERS, settings.THREADS = 2, 1


@pytest.fixture
def waits():
    """Yield a function that begins a wait and returns its allowed seconds. All end with the test."""
    with ExitStack() as stack:
        yield lambda seconds: stack.enter_context(waiting_place(seconds))


def test_one_of_two_workers_stays_free(waits) -> None:
    """E4: the second write gives up early, so that readers do not wait behind both."""
    assert [waits(VISITOR), waits(VISITOR), waits(VISITOR)] == [VISITOR, SHORT_SECONDS, SHORT_SECONDS]


def test_visitors_do_not_wait_beside_staff_but_staff_beside_visitors(waits) -> None:
    """E4: an editor's save waits beside a visitor's write. Two of them do not hold both workers."""
    assert [waits(VISITOR), waits(STAFF), waits(STAFF), waits(VISITOR)] == [
        VISITOR,
        STAFF,
        SHORT_SECONDS,
        SHORT_SECONDS,
    ]


def test_a_place_is_free_again_after_its_request() -> None:
    for _ in range(3):
        with waiting_place(STAFF) as seconds:
            assert seconds == STAFF
        with waiting_place(VISITOR) as seconds:
            assert seconds == VISITOR


@pytest.mark.parametrize(("workers", "threads", "places"), [(1, 1, 1), (2, 1, 1), (3, 1, 2), (2, 4, 7)])
def test_there_is_one_place_less_than_requests_at_once(settings, waits, workers, threads, places) -> None:
    settings.WORKERS, settings.THREADS = workers, threads
    assert [waits(STAFF) for _ in range(places + 1)] == [STAFF] * places + [SHORT_SECONDS]


def test_a_short_wait_needs_no_place(settings, waits) -> None:
    settings.VAR_DIR = settings.VAR_DIR / "gone"
    assert waits(0.2) == 0.2


def test_a_broken_disk_takes_no_place_away(settings, waits) -> None:
    """E6: the write itself reports the fault of the disk."""
    settings.VAR_DIR = settings.VAR_DIR / "gone"
    assert waits(STAFF) == STAFF
