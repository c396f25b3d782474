"""Many readers to be erased: one row for each order, and a mark on each reader whom it names.

The mark freezes whom the order is for at the moment it is given, and is at the same time how far the work has come: a
batch takes marked readers away together with their marks, so that a killed worker leaves nothing to count again. A
marked reader gets no further letter. Chosen against a list of ids in the order, which every batch would write anew.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Erasure(models.Model):
    """An order to erase `count` readers; never an address."""

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
        return f"erasure of {self.count} readers"

    def progress(self) -> None:
        """Say that the work goes on."""
        self.progressed_at = timezone.now()
        self.save(update_fields=["progressed_at"])

    def finish(self) -> None:
        """Say that nobody whom the order names is left."""
        self.progressed_at = self.finished_at = timezone.now()
        self.save(update_fields=["progressed_at", "finished_at"])
