"""Recalculation of every article's next step after a step or rule changed.

One task walks the current versions by id; each batch is a transaction that also stores the progress. So a killed worker
loses at most one batch, and two workers on the same row do no harm. A new request ends a pass under way, since its own
pass reaches every version. We use this instead of a decision per page view, because a change then costs once, not for
each reader. Texts are not rendered again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from insights import signals
from insights.models import Recalculation, Step, User, Version
from insights.next_step.decisions import decide_next_step

BATCH = 200
STALE_AFTER = dt.timedelta(minutes=1)


@transaction.atomic
def request_recalculation(user: Any = None) -> Recalculation:
    """Enqueue a pass over all current versions, or return the one that has not begun yet."""
    waiting = Recalculation.objects.select_for_update().filter(finished_at=None, last_version=0).first()
    if waiting is not None:
        return waiting
    row = Recalculation.objects.create(
        requested_by=user if isinstance(user, User) else None, total=Version.objects.current().count()
    )
    recalculate.enqueue(row.pk)
    return row


@task()
def recalculate(pk: int) -> None:
    """Process a pass until it is finished; may run again or in parallel."""
    while _next_batch(pk):
        pass


def after_word_rules_changed(**kwargs: Any) -> None:
    request_recalculation()


def requeue_recalculations() -> None:
    """Enqueue passes without progress for a minute: their worker was killed, or the queue is long."""
    now = timezone.now()
    for row in Recalculation.objects.filter(finished_at=None, progressed_at__lt=now - STALE_AFTER):
        with transaction.atomic():
            mine = Recalculation.objects.filter(pk=row.pk, finished_at=None, progressed_at=row.progressed_at)
            if mine.update(progressed_at=now):
                recalculate.enqueue(row.pk)


@transaction.atomic
def _next_batch(pk: int) -> bool:
    """Recalculate the next BATCH versions; return whether there may be more."""
    row = Recalculation.objects.select_for_update().filter(pk=pk, finished_at=None).first()
    if row is None:
        return False
    row.progressed_at = timezone.now()
    if Recalculation.objects.filter(pk__gt=pk).exists():
        row.finished_at = row.progressed_at
        row.save(update_fields=["progressed_at", "finished_at"])
        return False
    current = Version.objects.current()
    if row.last_version == 0:
        row.total = current.count()
    versions = list(
        current.select_for_update(of=("self",))
        .select_related("pinned_step")
        .only("title", "excerpt", "search_text", "pinned_step", "step", "decision", "article", "live_from")
        .filter(pk__gt=row.last_version)
        .order_by("pk")[:BATCH]
    )
    changed = _decide_again(versions)
    row.done += len(versions)
    row.changed += len(changed)
    row.total = max(row.total, row.done)
    if versions:
        row.last_version = versions[-1].pk
    if len(versions) < BATCH:
        row.finished_at = row.progressed_at
    row.save(update_fields=["progressed_at", "done", "changed", "total", "last_version", "finished_at"])
    _tell(changed)
    return row.finished_at is None


def _decide_again(versions: list[Version]) -> list[Version]:
    steps = list(Step.objects.in_use())
    changed = []
    for version in versions:
        before = version.step_id, version.decision
        decide_next_step(version, steps)
        if (version.step_id, version.decision) != before:
            changed.append(version)
    Version.objects.bulk_update(changed, ["step", "decision"])
    return changed


def _tell(changed: list[Version]) -> None:
    if any(version.live_from is not None for version in changed):
        signals.listing_changed.send(sender=Recalculation)
