"""Erasure of many subscribers in the background, in batches: a killed worker loses at most one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from insights.models import User
from insights.signals import audit_event
from newsletter.models import Erasure, Subscriber
from newsletter.models.subscribers import SubscriberQuerySet

AT_ONCE = 100  # up to so many are erased within the request
BATCH = 500
STALE_AFTER = dt.timedelta(minutes=1)


@transaction.atomic
def order(readers: SubscriberQuerySet, user: User) -> Erasure:
    """Mark subscribers for erasure and enqueue the task. Subscribers of an earlier order stay with that one."""
    row = Erasure.objects.create(requested_by=user)
    row.count = Subscriber.objects.filter(pk__in=readers.values("pk"), erasure=None).update(erasure=row)
    row.save(update_fields=["count"])
    _note(row, "requested the erasure of subscribers")
    erase_marked.enqueue(row.pk)
    return row


@task()
def erase_marked(pk: int) -> None:
    """Work on an order until it is finished; safe to run again, and in parallel."""
    while _next_batch(pk):
        pass


def requeue_erasures() -> None:
    """Enqueue orders without progress for a minute: their worker was killed, or the queue is long."""
    now = timezone.now()
    for row in Erasure.objects.filter(finished_at=None, progressed_at__lt=now - STALE_AFTER):
        with transaction.atomic():
            mine = Erasure.objects.filter(pk=row.pk, finished_at=None, progressed_at=row.progressed_at)
            if mine.update(progressed_at=now):
                erase_marked.enqueue(row.pk)


@transaction.atomic
def _next_batch(pk: int) -> bool:
    """Erase the next BATCH subscribers of an order. Return whether there may be more."""
    row = Erasure.objects.select_for_update().filter(pk=pk, finished_at=None).first()
    if row is None:
        return False
    chosen = list(Subscriber.objects.filter(erasure=row).order_by("pk").values_list("pk", flat=True)[:BATCH])
    Subscriber.objects.filter(pk__in=chosen).erase()
    if len(chosen) == BATCH:
        row.progress()
        return True
    row.finish()
    _note(row, "erased subscribers")
    return False


def _note(row: Erasure, verb: str) -> None:
    details = {"count": row.count, "order": row.pk}
    audit_event.send(sender=Subscriber, actor=row.requested_by, verb=verb, subject="subscribers", details=details)
