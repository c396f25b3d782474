"""The worker: tasks, periodic tasks, lost tasks."""

from __future__ import annotations

import datetime as dt
import io
import logging

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.management.commands.worker import TaskWorker
from config.tasks.periodic import LOST_AFTER, fail_lost_tasks, keep_alive, run_due

# The worker closes connections between tasks, which would break a test inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)
calls: list[str] = []


def good_sweep() -> None:
    calls.append("good")


def bad_sweep() -> None:
    raise RuntimeError("this sweep is broken")


@task
def note(word: str) -> None:
    calls.append(word)


@task
def fail_for(address: str) -> None:
    raise ValueError(f"no mailbox {address}")


@task
def lose(kind: str) -> None:
    """Fail as when the database was lost within a transaction, and answers again."""
    calls.append(kind)
    raise {"database": OperationalError, "driver": InterfaceError, "code": ProgrammingError}[kind]("lost")


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


def make_running(*, silent_for: dt.timedelta) -> DBTaskResult:
    note.enqueue("x")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now() - silent_for)
    return DBTaskResult.objects.get()


def test_once_sweeps_and_empties_the_queue(settings) -> None:
    settings.PERIODIC_TASKS = [f"{__name__}.good_sweep"]
    note.enqueue("first")
    note.enqueue("second")
    call_command("worker", once=True, stdout=io.StringIO())
    assert calls == ["good", "first", "second"]


def test_a_broken_sweep_is_logged_and_stops_no_other(settings, caplog) -> None:
    settings.PERIODIC_TASKS = [f"{__name__}.bad_sweep", f"{__name__}.good_sweep"]
    with caplog.at_level(logging.ERROR):
        run_due()
    assert calls == ["good"]
    assert "bad_sweep failed" in caplog.text


def test_every_sweep_of_the_site_can_be_called(settings, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        run_due()
    assert settings.PERIODIC_TASKS
    assert not caplog.records


def test_a_task_whose_worker_was_killed_is_shown_as_lost(caplog) -> None:
    """D13: within five minutes."""
    row = make_running(silent_for=LOST_AFTER + dt.timedelta(seconds=1))
    with caplog.at_level(logging.ERROR):
        fail_lost_tasks()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert row.exception_class_path.endswith("TaskLost")
    assert dt.timedelta(minutes=5) > LOST_AFTER


def test_a_task_in_hand_is_not_lost_however_long_it_takes() -> None:
    row = make_running(silent_for=LOST_AFTER * 3)
    keep_alive(row.pk)
    fail_lost_tasks()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING


def test_the_trace_of_a_failed_task_holds_no_address() -> None:
    """D14: the task table."""
    fail_for.enqueue("[kept]")
    row = DBTaskResult.objects.get()
    row.set_failed(ValueError("no mailbox ana@example.com"))
    row.refresh_from_db()
    assert "ana@" not in row.traceback
    assert "no mailbox [address]" in row.traceback


@pytest.mark.parametrize(("runs", "status"), [(1, "READY"), (2, "READY"), (3, "RUNNING")])
def test_a_task_that_an_outage_interrupted_runs_again_three_times_at_most(runs: int, status: str) -> None:
    """E5: the worker that claimed it puts it back, and leaves the tasks of others alone."""
    worker = TaskWorker(interval=0, batch=True)
    for _ in range(2):
        note.enqueue("x")
    mine, other = DBTaskResult.objects.order_by("enqueued_at")
    for _ in range(runs):
        mine.claim(worker.worker_id)
    other.claim("another worker")
    worker.put_back()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.status, other.status) == (status, "RUNNING")
    worker.run()
    assert calls == (["x"] if status == "READY" else [])


@pytest.mark.parametrize(("kind", "runs"), [("database", 3), ("driver", 3), ("code", 1)])
def test_a_task_that_lost_the_database_runs_again_after_a_pause(kind: str, runs: int) -> None:
    """E5: also when the database answers again by the time that the failure is stored. A fault of ours does not."""
    worker = TaskWorker(interval=0, batch=True)
    lose.enqueue(kind)
    for _ in range(5):
        worker.running = True
        worker.run()
        before = len(calls)
        worker.running = True
        worker.run()
        assert len(calls) == before, "no pause"
        DBTaskResult.objects.update(run_after=timezone.now())
    assert calls == [kind] * runs
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
