"""Erasure of many subscribers: one row per order, and a foreign key on each subscriber that it covers.

The key fixes who is covered when the order is given. We do not store a list of ids because every batch would have to
write it again. Covered subscribers get no more emails.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Erasure(models.Model):
    """An order to erase `count` subscribers; it contains no email address."""

    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=0)
    progressed_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["progressed_at"], condition=models.Q(finished_at=None), name="erasure_under_way")
        ]

    def __str__(self) -> str:
        return f"erasure of {self.count} subscriber{'' if self.count == 1 else 's'}"

    def progress(self) -> None:
        self.progressed_at = timezone.now()
        self.save(update_fields=["progressed_at"])

    def finish(self) -> None:
        self.progressed_at = self.finished_at = timezone.now()
        self.save(update_fields=["progressed_at", "finished_at"])
