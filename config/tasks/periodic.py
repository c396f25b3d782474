"""Periodic tasks of a worker, beside the queue: each of `settings.PERIODIC_TASKS` runs every few seconds.

The queue (django-tasks-db) neither retries nor finds a task whose worker was killed. So important work has a row of its
own, and a periodic task enqueues due rows again.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

PERIOD_SECONDS = 3.0
LOST_AFTER = dt.timedelta(minutes=3)
LOST = "config.tasks.periodic.TaskLost"


class PeriodicTasks(threading.Thread):
    """Thread that runs the periodic tasks until `stop` is set. `in_hand` returns the current task's id, or None."""

    def __init__(self, stop: threading.Event, in_hand: Callable[[], uuid.UUID | None], seconds: float) -> None:
        super().__init__(name="periodic-tasks", daemon=True)
        self.stop = stop
        self.in_hand = in_hand
        self.seconds = seconds

    def run(self) -> None:
        while not self.stop.is_set():
            keep_alive(self.in_hand())
            run_due()
            self.stop.wait(self.seconds)


def run_due() -> None:
    """Run every periodic task on a working connection. Without a connection, leave the rest to the next round."""
    for path in settings.PERIODIC_TASKS:
        close_old_connections()
        try:
            connection.ensure_connection()
        except Error as error:
            logger.error("Periodic tasks are postponed: the database does not answer (%s).", type(error).__name__)
            break
        try:
            import_string(path)()
        except (OperationalError, InterfaceError) as error:  # it is temporary; a traceback would add nothing
            logger.error("The periodic task %s is postponed (%s).", path, " ".join(str(error).split()))
        except Exception:
            logger.exception("The periodic task %s failed.", path)
    close_old_connections()


def keep_alive(task_id: uuid.UUID | None) -> None:
    """Mark the current task as alive: `started_at` becomes the time of the last mark."""
    if task_id is None:
        return
    try:
        DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.RUNNING).update(started_at=timezone.now())
    except Error as error:
        logger.error("The current task could not be marked as alive (%s).", type(error).__name__)
    except Exception:
        logger.exception("The current task could not be marked as alive.")


def fail_lost_tasks() -> None:
    """Mark tasks as failed that no worker has marked as alive for `LOST_AFTER`: their worker was killed."""
    now = timezone.now()
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - LOST_AFTER).update(
        status=TaskResultStatus.FAILED,
        finished_at=now,
        exception_class_path=LOST,
        traceback="The worker that ran this task stopped unexpectedly.",
    )
    if lost:
        logger.error("Tasks marked as failed because their worker stopped unexpectedly: %d.", lost)
