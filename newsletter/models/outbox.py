"""The mails that ask for a confirmation, each a row of its own.

A queue alone is no promise of delivery: the task queue neither retries nor recovers what a killed worker held. So the
mail is a row, written in the sign-up's own transaction; a worker claims it by a conditional UPDATE before SMTP and
marks it after. A claim is a lease: when it runs out, the worker was killed, and the mail is tried again, once for each
killed attempt. Of a killed attempt nobody can say whether its mail went out, hence “at most one too many per kill”.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsletter.querysets import ConfirmationMailQuerySet


class ConfirmationMail(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"  # the last attempt was killed, and no further one is due

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscriber = models.ForeignKey("newsletter.Subscriber", models.CASCADE, related_name="mails")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, blank=True, help_text="The last error's kind; never an address.")

    objects = ConfirmationMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # While one mail is under way, a further sign-up does not add another.
            models.UniqueConstraint(
                fields=["subscriber"], condition=Q(state__in=["queued", "sending"]), name="mail_one_under_way"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"], condition=Q(state__in=["queued", "sending"]), name="mail_due"
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.uid.hex[:8]}, {self.state}"
