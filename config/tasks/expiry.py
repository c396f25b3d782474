"""Rows of the house that have had their time: tasks that went well, and sessions that are over.

Neither the task queue nor Django's sessions ever delete a row, and both are read all the time. So the worker does it,
once an hour and a batch at a time, so that no writer waits long; chosen against leaving two commands to each operator's
cron. A task that failed is kept until somebody runs it again or dismisses it at the desk.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

KEPT_FOR = dt.timedelta(days=14)  # how long a task that went well can be looked up
EVERY_SECONDS = 3600.0
BATCH = 500

_next_look = 0.0


def delete_expired() -> None:
    """Delete what has had its time, once an hour in each worker; in between it costs nothing."""
    global _next_look  # one clock per process
    if time.monotonic() >= _next_look and not remove_batch():
        _next_look = time.monotonic() + EVERY_SECONDS


def remove_batch() -> bool:
    """Delete at most BATCH rows of each kind; whether there may be more."""
    now = timezone.now()
    tasks = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT_FOR)
    sessions = Session.objects.filter(expire_date__lt=now)
    return any([_delete_some(tasks), _delete_some(sessions)])


def _delete_some(rows: QuerySet[Any]) -> bool:
    chosen = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
    if chosen:  # a DELETE of nothing still takes SQLite's write lock
        rows.filter(pk__in=chosen).delete()
    return len(chosen) == BATCH
