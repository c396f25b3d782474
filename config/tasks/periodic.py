"""What a worker does beside the queue: calls each of `settings.PERIODIC_TASKS` every few seconds.

The queue (django-tasks-db) has no retry and never finds a task whose worker was killed. So whatever must happen stands
in a row of its own, and a sweep looks for rows that are due and enqueues them again. Sweeps run in a thread beside the
task in hand: a long recomputation does not keep a confirmation mail waiting.
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
    """Calls the sweeps until `stop` is set; an exception in one is logged and keeps no other from running.

    `in_hand` gives the id of the task that this worker runs at the moment, or None: its row is marked as alive.
    """

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
    """Call every sweep once; before each, a connection that broke is given up for a new one.

    While the database cannot be reached, sweeps are put off with one line: the next round finds what is due.
    """
    for path in settings.PERIODIC_TASKS:
        close_old_connections()
        try:
            connection.ensure_connection()
        except Error as error:
            logger.error("Sweeps are put off: the database does not answer (%s).", type(error).__name__)
            break
        try:
            import_string(path)()
        except (OperationalError, InterfaceError) as error:  # it passes; a traceback would say no more
            logger.error("The sweep %s is put off (%s).", path, " ".join(str(error).split()))
        except Exception:
            logger.exception("The sweep %s failed.", path)
    close_old_connections()


def keep_alive(task_id: uuid.UUID | None) -> None:
    """Say that the task in hand is still being worked on; `started_at` thereby is when that was last said."""
    if task_id is None:
        return
    try:
        DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.RUNNING).update(started_at=timezone.now())
    except Error as error:
        logger.error("The task in hand could not be marked as alive (%s).", type(error).__name__)
    except Exception:
        logger.exception("The task in hand could not be marked as alive.")


def fail_lost_tasks() -> None:
    """Mark as failed what no worker has said a word about for `LOST_AFTER`: its worker was killed."""
    now = timezone.now()
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - LOST_AFTER).update(
        status=TaskResultStatus.FAILED,
        finished_at=now,
        exception_class_path=LOST,
        traceback="The worker that ran this task ended without a word.",
    )
    if lost:
        logger.error("%d tasks were lost with their worker.", lost)
