"""The mails of the house, each a row of its own; a kind of mail is a model that inherits from `OutgoingMail`.

A queue alone is no promise of delivery: the task queue neither retries nor recovers what a killed worker held. So a
mail is a row, written in the transaction of what it tells of; a worker claims it by a conditional UPDATE before SMTP
and marks it after. A claim is a lease: when it runs out, the worker was killed. `insights/mail/outbox.py` does the
walk.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class OutgoingMailQuerySet(models.QuerySet[Any]):
    def due(self, now: dt.datetime) -> Self:
        """Those that wait, and whose moment has come."""
        return self.filter(state="queued", next_attempt_at__lte=now)

    def abandoned(self, now: dt.datetime) -> Self:
        """Those whose worker was killed: being sent, and the lease has run out."""
        return self.filter(state="sending", leased_until__lte=now)

    def not_taken(self, since: dt.datetime) -> Self:
        """Those whose last attempt failed: waiting for the next one, or given up and not created before `since`.

        A mailbox that does not exist is not counted: it is no fault of the site's mail server.
        """
        given_up = Q(state__in=["failed", "unknown"], created_at__gte=since)
        failing = self.filter(Q(state="queued") | given_up).exclude(trouble="")
        return failing.exclude(trouble__startswith="SMTPRecipientsRefused 5")

    def claim(self, pk: int, now: dt.datetime, lease: dt.timedelta) -> Any:
        """Take one that is due; None when it is not, or when another worker was faster."""
        ticket = uuid.uuid4()
        taken = (
            self.due(now)
            .filter(pk=pk)
            .update(state="sending", tries=F("tries") + 1, lease=ticket, leased_until=now + lease)
        )
        return self.with_recipient().get(pk=pk, lease=ticket) if taken else None

    def with_recipient(self) -> Self:
        """With what a mail is written from; a kind of mail says which rows those are."""
        return self.all()

    def held(self, mail: Any) -> Self:
        """`mail`, as long as its claim holds."""
        return self.filter(pk=mail.pk, state="sending", lease=mail.lease)


class OutgoingMail(models.Model):
    """Its `objects` are an `OutgoingMailQuerySet`."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"  # the last attempt was killed, and no further one is due

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, blank=True, help_text="The last error's kind; never an address.")

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"mail {self.uid.hex[:8]}, {self.state}"
