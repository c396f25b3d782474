"""The mails that ask for a confirmation, each a row of its own (`insights/models/outbox.py`), written in the sign-up's
own transaction.

One whose worker was killed is tried again, once for each killed attempt. Of a killed attempt nobody can say whether its
mail went out, hence “at most one too many per kill”: a reader who never gets the link cannot confirm.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from insights.models.outbox import OutgoingMail
from newsletter.querysets import ConfirmationMailQuerySet


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
