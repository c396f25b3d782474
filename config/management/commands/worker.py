"""`manage.py worker`: runs queued tasks and periodic tasks until it gets a signal."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import signal
import threading
import uuid
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, InterfaceError, OperationalError, close_old_connections
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config.database.library import log_outdated_sqlite
from config.tasks.periodic import PERIOD_SECONDS, PeriodicTasks, run_due

logger = logging.getLogger(__name__)


class TaskWorker(Worker):
    """Worker loop of django-tasks-db that ends only between tasks, and survives an unavailable database."""

    MOST_RUNS = 3  # per task, if the database fails each time
    PAUSE = dt.timedelta(seconds=5)  # before a task runs again that failed with a database error

    def __init__(self, *, interval: float, batch: bool) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.stop = threading.Event()
        # The current task's id, by which `PeriodicTasks` marks it as alive.
        self.in_hand: uuid.UUID | None = None

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        if not self.running:
            self.reset_signals()
            raise SystemExit(1)  # a second signal ends it at once
        logger.info("%s received: the worker stops after the current task.", signal.Signals(signum).name)
        self.running = False
        self.stop.set()

    def run(self) -> None:
        is_interrupted = False
        while self.running:
            try:
                if is_interrupted:
                    self.put_back()
                    is_interrupted = False
                super().run()
                if self.batch:
                    return
            except Error as error:
                if self.batch:
                    raise
                is_interrupted = True
                logger.error("The database does not answer (%s); trying again.", type(error).__name__)
                self.stop.wait(1)  # the loop starts by closing a broken connection

    def put_back(self) -> None:
        """Requeue tasks that this worker claimed and could not mark as done; they may run twice."""
        close_old_connections()
        for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, finished_at=None):
            if self.worker_id in task.worker_ids[-1:]:
                self._run_again(task)

    def _run_again(self, task: DBTaskResult, run_after: dt.datetime | None = None) -> None:
        if task.worker_ids.count(self.worker_id) >= self.MOST_RUNS:
            return
        changed = DBTaskResult.objects.filter(pk=task.pk, status=task.status).update(
            status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path="", traceback="",
            run_after=run_after or task.run_after,
        )  # fmt: skip
        if changed:
            logger.warning("The task %s was interrupted and will run again.", task.task_path)

    def run_task(self, db_task_result: DBTaskResult) -> None:
        self.in_hand = db_task_result.pk
        try:
            super().run_task(db_task_result)
        finally:
            self.in_hand = None
        if _was_interrupted(db_task_result):
            self._run_again(db_task_result, timezone.now() + self.PAUSE)


def _was_interrupted(task: DBTaskResult) -> bool:
    """Return whether the task failed because the database was unavailable for a short time."""
    if task.status != TaskResultStatus.FAILED or not task.exception_class_path.startswith("django.db."):
        return False
    return issubclass(import_string(task.exception_class_path), OperationalError | InterfaceError)


class Command(BaseCommand):
    help = "Run queued tasks and periodic tasks. On SIGTERM or Ctrl-C, finish the current task and stop."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run the periodic tasks once, run all queued tasks, then stop"
        )
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between checks of an empty queue")
        parser.add_argument(
            "--period", type=float, default=PERIOD_SECONDS, help="seconds between runs of the periodic tasks"
        )

    def handle(self, *, once: bool, interval: float, period: float, **options: Any) -> None:
        log_outdated_sqlite()
        worker = TaskWorker(interval=interval, batch=once)
        if once:
            run_due()
            worker.run()
            return
        worker.configure_signals()
        periodic = PeriodicTasks(worker.stop, lambda: worker.in_hand, period)
        periodic.start()
        logger.info("The worker is ready.")
        try:
            worker.run()
        finally:
            worker.stop.set()
            periodic.join(20)
