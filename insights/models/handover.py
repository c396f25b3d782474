"""The mails that tell people whose turn it is with an article: one row for each step of a hand-over and recipient.

What a mail says is the step's entry in the history, so that both tell the same. Beside the start page it is a courtesy;
so one whose worker was killed while it spoke with the mail server is not sent again, but said to be unknown.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from .outbox import OutgoingMail, OutgoingMailQuerySet


class HandOverMailQuerySet(OutgoingMailQuerySet):
    def with_recipient(self) -> HandOverMailQuerySet:
        return self.select_related("recipient", "entry__article", "entry__version", "entry__actor")

    def undelivered(self) -> HandOverMailQuerySet:
        """Those that did not arrive, or of which nobody can say."""
        return self.filter(state__in=["failed", "unknown"])


class HandOverMail(OutgoingMail):
    entry = models.ForeignKey("insights.HistoryEntry", models.CASCADE, related_name="mails")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    spoken_try = models.PositiveSmallIntegerField(default=0, editable=False)  # since this one the server may have it

    objects = HandOverMailQuerySet.as_manager()

    class Meta(OutgoingMail.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "recipient"], name="hand_over_mail_once")]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="hand_over_mail_due",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["failed", "unknown"]),
                name="hand_over_mail_given_up",
            ),
        ]
