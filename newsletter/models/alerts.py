"""Emails that alert staff, one row each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from insights.models.outbox import OutgoingMail, OutgoingMailQuerySet


class StaffAlertQuerySet(OutgoingMailQuerySet):
    def with_recipient(self) -> StaffAlertQuerySet:
        return self.select_related("recipient")


class StaffAlert(OutgoingMail):
    class Kind(models.TextChoices):
        CEILING = "ceiling", "Confirmation emails are waiting"

    kind = models.CharField(max_length=20, choices=Kind)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    objects = StaffAlertQuerySet.as_manager()

    class Meta(OutgoingMail.Meta):
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="staff_alert_due",
            ),
        ]
