"""The mails that ask for a confirmation, each a row of its own (`insights/models/outbox.py`), written in the sign-up's
own transaction.

One whose worker was killed is tried again, once for each killed attempt. Of a killed attempt nobody can say whether its
mail went out, hence “at most one too many per kill”: a reader who never gets the link cannot confirm.
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
        """Add an email to `subscriber`; None while an earlier one is under way.

        One of many (`is_bulk`) waits for its slot from the beginning and needs no task. When its recipient signs up
        meanwhile, it is a sign-up like any other.
        """
        mail = self.model(subscriber=subscriber, is_bulk=is_bulk, held_at=timezone.now() if is_bulk else None)
        self.bulk_create([mail], ignore_conflicts=True)
        found = self.filter(uid=mail.uid).first()
        if found is None and not is_bulk:
            self.filter(subscriber=subscriber, state="queued").update(is_bulk=False)
        return found

    def queue_bulk(self, subscribers: Sequence[int]) -> int:
        """Add an email to each of these subscribers' numbers, as `queue` does with `is_bulk`. Return how many."""
        now = timezone.now()
        mails = [self.model(subscriber_id=pk, is_bulk=True, held_at=now) for pk in subscribers]
        self.bulk_create(mails, ignore_conflicts=True)
        return self.filter(uid__in=[mail.uid for mail in mails]).count()

    def due(self, now: dt.datetime) -> Self:
        """Without those that the ceiling makes wait: a sweep releases them."""
        return super().due(now).filter(held_at=None)

    def waiting(self, now: dt.datetime) -> Self:
        """Those that are due and have no slot yet."""
        return super().due(now).filter(slot=None)

    def without_slot(self) -> Self:
        """Those that the ceiling makes wait."""
        return self.filter(state="queued", slot=None, held_at__isnull=False)

    def with_recipient(self) -> ConfirmationMailQuerySet:
        return self.select_related("subscriber")


class ConfirmationMail(OutgoingMail):
    subscriber = models.ForeignKey("newsletter.Subscriber", models.CASCADE, related_name="mails")
    slot = models.ForeignKey(
        "newsletter.ConfirmationSlot", models.SET_NULL, null=True, editable=False, related_name="mails"
    )
    held_at = models.DateTimeField(null=True, editable=False, help_text="Since when the ceiling makes it wait.")
    # Sent by staff to many, behind all sign-ups.
    is_bulk = models.BooleanField(default=False, db_default=False, editable=False)

    objects = ConfirmationMailQuerySet.as_manager()

    class Meta(OutgoingMail.Meta):
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
            # In the order in which they are released when the ceiling is reached.
            models.Index(fields=["is_bulk", "id"], condition=Q(state="queued", slot=None), name="mail_waiting"),
            models.Index(fields=["created_at"], condition=Q(state__in=["failed", "unknown"]), name="mail_given_up"),
        ]
