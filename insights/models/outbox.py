"""Stored emails; each kind of email is a model that inherits from `OutgoingMail`.

We use rows instead of the task queue alone, which neither retries nor recovers what a killed worker held. A row is
written in the transaction that causes the email. A worker claims it with a conditional UPDATE before SMTP. The claim is
a lease: when it runs out, the worker was killed (`insights/mail/outbox.py`).
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
        return self.filter(state="queued", next_attempt_at__lte=now)

    def abandoned(self, now: dt.datetime) -> Self:
        """Return emails of killed workers: still being sent when their lease ran out."""
        return self.filter(state="sending", leased_until__lte=now)

    def failing(self, since: dt.datetime) -> Self:
        """Return emails whose last attempt failed: queued again, or given up and created at or after `since`."""
        given_up = Q(state__in=["failed", "unknown"], created_at__gte=since)
        failing = self.filter(Q(state="queued") | given_up).exclude(trouble="")
        # An unknown mailbox is no fault of the site's mail server.
        return failing.exclude(trouble__startswith="SMTPRecipientsRefused 5")

    def claim(self, pk: int, now: dt.datetime, lease: dt.timedelta) -> Any:
        """Claim a due email; return None if it is not due or another worker claimed it."""
        ticket = uuid.uuid4()
        taken = (
            self.due(now)
            .filter(pk=pk)
            .update(state="sending", tries=F("tries") + 1, lease=ticket, leased_until=now + lease)
        )
        return self.with_recipient().get(pk=pk, lease=ticket) if taken else None

    def with_recipient(self) -> Self:
        """Load the rows that the email is built from; subclasses override this."""
        return self.all()

    def held(self, mail: Any) -> Self:
        return self.filter(pk=mail.pk, state="sending", lease=mail.lease)


class OutgoingMail(models.Model):
    """Email with its delivery state; `objects` of a subclass must be an `OutgoingMailQuerySet`."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"  # the last worker was killed; there is no further attempt

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField("attempts", default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(
        "last error", max_length=120, blank=True, help_text="Type of the last error, without email addresses."
    )

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"email {self.uid.hex[:8]}, {self.state}"
