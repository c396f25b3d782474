"""Outbox of confirmation emails, filled in the sign-up's transaction (`insights/models/outbox.py`).

After a killed attempt, an email is sent again although it may have left. We accept one extra email per kill because a
subscriber without the link cannot confirm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from insights.models.outbox import OutgoingMail, OutgoingMailQuerySet
from newsletter.models.subscribers import Subscriber


class ConfirmationMailQuerySet(OutgoingMailQuerySet):
    def queue(self, subscriber: Subscriber, *, is_bulk: bool = False) -> ConfirmationMail | None:
        """Add an email, or return None while an earlier one is queued or being sent. A bulk email needs no task."""
        mail = self.model(subscriber=subscriber, is_bulk=is_bulk, held_at=timezone.now() if is_bulk else None)
        self.bulk_create([mail], ignore_conflicts=True)
        found = self.filter(uid=mail.uid).first()
        # A bulk email becomes a normal one when its recipient signs up.
        if found is None and not is_bulk:
            self.filter(subscriber=subscriber, state="queued").update(is_bulk=False)
        return found

    def queue_bulk(self, subscribers: Sequence[int]) -> int:
        now = timezone.now()
        mails = [self.model(subscriber_id=pk, is_bulk=True, held_at=now) for pk in subscribers]
        self.bulk_create(mails, ignore_conflicts=True)
        return self.filter(uid__in=[mail.uid for mail in mails]).count()

    def due(self, now: dt.datetime) -> Self:
        """Filter for due emails that the ceiling does not hold; a periodic task releases those."""
        return super().due(now).filter(held_at=None)

    def waiting(self, now: dt.datetime) -> Self:
        return super().due(now).filter(slot=None)

    def without_slot(self) -> Self:
        """Filter for emails that the ceiling holds."""
        return self.filter(state="queued", slot=None, held_at__isnull=False)

    def with_recipient(self) -> ConfirmationMailQuerySet:
        return self.select_related("subscriber")


class ConfirmationMail(OutgoingMail):
    subscriber = models.ForeignKey("newsletter.Subscriber", models.CASCADE, related_name="mails")
    slot = models.ForeignKey(
        "newsletter.ConfirmationSlot", models.SET_NULL, null=True, editable=False, related_name="mails"
    )
    held_at = models.DateTimeField(null=True, editable=False, help_text="Since when the ceiling makes it wait.")
    # Sent by staff to many, after all sign-ups.
    is_bulk = models.BooleanField(default=False, db_default=False, editable=False)

    objects = ConfirmationMailQuerySet.as_manager()

    class Meta(OutgoingMail.Meta):
        constraints = [
            # A further sign-up adds no second email while one is queued or being sent.
            models.UniqueConstraint(
                fields=["subscriber"], condition=Q(state__in=["queued", "sending"]), name="mail_one_under_way"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"], condition=Q(state__in=["queued", "sending"]), name="mail_due"
            ),
            # In the order of their release after the ceiling was reached.
            models.Index(fields=["is_bulk", "id"], condition=Q(state="queued", slot=None), name="mail_waiting"),
            models.Index(fields=["created_at"], condition=Q(state__in=["failed", "unknown"]), name="mail_given_up"),
        ]
