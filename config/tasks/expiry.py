"""Deletion of successful tasks and of expired sessions, which their tables keep otherwise.

The worker deletes them in batches, so that no writer waits long. We do not leave this to each operator's cron. A failed
task is kept until an administrator runs it again or dismisses it.
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

KEPT_FOR = dt.timedelta(days=14)  # how long a successful task is kept
EVERY_SECONDS = 3600.0
BATCH = 500

_next_look = 0.0


def delete_expired() -> None:
    global _next_look  # one timer per process
    if time.monotonic() >= _next_look and not remove_batch():
        _next_look = time.monotonic() + EVERY_SECONDS


def remove_batch() -> bool:
    """Delete at most BATCH rows of each kind. Return whether there may be more."""
    now = timezone.now()
    tasks = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT_FOR)
    sessions = Session.objects.filter(expire_date__lt=now)
    return any([_delete_some(tasks), _delete_some(sessions)])


def _delete_some(rows: QuerySet[Any]) -> bool:
    chosen = list(rows.order_by().values_list("pk", flat=True)[:BATCH])
    if chosen:  # an empty DELETE would still take SQLite's write lock
        rows.filter(pk__in=chosen).delete()
    return len(chosen) == BATCH
