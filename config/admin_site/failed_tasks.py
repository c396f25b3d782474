"""Failed tasks for administrators: list them, run them again (a new task replaces the failed one), dismiss them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Window
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.tasks import Task, TaskResultStatus
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from config.roles import is_administrator
from config.tasks.names import in_words
from config.tasks.periodic import LOST
from insights.signals import audit_event

ROWS = 5


@dataclass(frozen=True, slots=True)
class Failure:
    pk: uuid.UUID
    name: str
    why: str
    finished_at: dt.datetime | None
    may_run_again: bool


def failed_tasks_panel() -> dict[str, Any]:
    """Return `count` of all failed tasks, and `rows`, the latest ones. One query."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at", "pk")
    found = list(
        failed.annotate(total=Window(Count("pk"))).only("task_path", "finished_at", "exception_class_path")[:ROWS]
    )
    rows = [
        Failure(
            row.pk,
            in_words(row.task_path),
            _why(row.exception_class_path),
            row.finished_at,
            bool(_task_at(row.task_path)),
        )
        for row in found
    ]
    return {"count": found[0].total if found else 0, "rows": rows}


@require_POST
def run_again(request: HttpRequest, task: uuid.UUID) -> HttpResponse:
    with transaction.atomic():
        row = _failed(request, task)
        known = _task_at(row.task_path)
        if known is None:
            raise PermissionDenied
        known.using(priority=row.priority, queue_name=row.queue_name).enqueue(
            *row.args_kwargs["args"], **row.args_kwargs["kwargs"]
        )
        row.delete()
        _note(request, "ran a failed task again", row)
    messages.success(request, f"“{in_words(row.task_path)}” was added to the queue again.")
    return HttpResponseRedirect(reverse("admin:index"))


@require_POST
def dismiss(request: HttpRequest, task: uuid.UUID) -> HttpResponse:
    with transaction.atomic():
        row = _failed(request, task)
        row.delete()
        _note(request, "dismissed a failed task", row)
    messages.success(request, f"“{in_words(row.task_path)}” was dismissed.")
    return HttpResponseRedirect(reverse("admin:index"))


def _failed(request: HttpRequest, task: uuid.UUID) -> DBTaskResult:
    """Return the failed task, locked until the end of the transaction. Raises PermissionDenied or Http404."""
    if not is_administrator(request.user):
        raise PermissionDenied
    row = DBTaskResult.objects.select_for_update().filter(pk=task, status=TaskResultStatus.FAILED).first()
    if row is None:
        raise Http404
    return row


def _task_at(path: str) -> Task[..., Any] | None:
    try:
        task = import_string(path)
    except ImportError:
        return None
    return task if isinstance(task, Task) else None


def _note(request: HttpRequest, verb: str, row: DBTaskResult) -> None:
    details = {"failed_at": row.finished_at.isoformat() if row.finished_at else ""}
    audit_event.send(sender=DBTaskResult, actor=request.user, verb=verb, subject=row.task_path, details=details)


def _why(exception: str) -> str:
    return "worker stopped unexpectedly" if exception == LOST else exception.rpartition(".")[2] or "unknown error"
