"""Tasks that failed, for administrators: which, when, and what to do about it.

A task takes ids and may be run again at any time, which the queue itself never does; `ONCE` names what may not, since
running it twice would do something twice. Dismissing takes the row away; the audit keeps who did so.
"""

from __future__ import annotations

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

from config.sweeps import LOST
from config.task_names import in_words
from insights.signals import deed_done

ROWS = 5
ONCE: frozenset[str] = frozenset()  # paths of tasks that are not to be run again


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed task in words, without anything that it was given."""

    pk: Any
    name: str
    why: str
    finished_at: Any
    may_run_again: bool


def may_see(request: HttpRequest) -> bool:
    """What a task was given and how it failed is the administrators' alone."""
    return bool(request.user.is_active and request.user.is_superuser)


def panel() -> dict[str, Any]:
    """`count` of all failed tasks, `rows`: the latest. One query."""
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")
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
def run_again(request: HttpRequest, task: Any) -> HttpResponse:
    """Enqueue a failed task anew, in the place of the failed one."""
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
    messages.success(request, f"“{in_words(row.task_path)}” is in the queue again.")
    return HttpResponseRedirect(reverse("admin:index"))


@require_POST
def dismiss(request: HttpRequest, task: Any) -> HttpResponse:
    """Take a failed task off the list."""
    with transaction.atomic():
        row = _failed(request, task)
        row.delete()
        _note(request, "dismissed a failed task", row)
    messages.success(request, f"“{in_words(row.task_path)}” is off the list.")
    return HttpResponseRedirect(reverse("admin:index"))


def _failed(request: HttpRequest, task: Any) -> DBTaskResult:
    """The failed task, held until the end of the transaction. Raises PermissionDenied and Http404."""
    if not may_see(request):
        raise PermissionDenied
    row = DBTaskResult.objects.select_for_update().filter(pk=task, status=TaskResultStatus.FAILED).first()
    if row is None:
        raise Http404
    return row


def _task_at(path: str) -> Task[..., Any] | None:
    """The task that may be run again under this path; None for one that may not, or that this release does not have."""
    try:
        task = import_string(path)
    except ImportError:
        return None
    return task if isinstance(task, Task) and path not in ONCE else None


def _note(request: HttpRequest, verb: str, row: DBTaskResult) -> None:
    details = {"failed_at": row.finished_at.isoformat() if row.finished_at else ""}
    deed_done.send(sender=DBTaskResult, actor=request.user, verb=verb, subject=row.task_path, details=details)


def _why(exception: str) -> str:
    return "its worker ended without a word" if exception == LOST else exception.rpartition(".")[2] or "unknown"
