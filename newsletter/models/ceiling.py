"""Site-wide limit of confirmation emails: one row as a lock, and one row per slot in use.

A slot is occupied until a full window after its email was sent, so the limit holds however long sending takes. We do
not count sent rows because they vanish when a subscriber is erased. Slots use the clock of the database.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models.functions import Now


class ConfirmationCeilingQuerySet(models.QuerySet["ConfirmationCeiling"]):
    def locked(self) -> Any:
        """Return the one row, locked until the transaction ends, with the time of the database as `now`."""
        rows = self.select_for_update().annotate(now=Now()).filter(pk=1)
        while (row := rows.first()) is None:
            self.bulk_create([self.model(pk=1)], ignore_conflicts=True)
        return row

    def quiet(self, since: dt.datetime) -> ConfirmationCeilingQuerySet:
        return self.filter(began_at__isnull=False, latest_at__lt=since)


class ConfirmationCeiling(models.Model):
    """The lock for taking slots, and the episode of waiting emails of which staff were alerted."""

    # An episode begins with the first email that has to wait, and ends some time after the last one.
    began_at = models.DateTimeField(null=True)
    latest_at = models.DateTimeField(null=True, help_text="When an email last had to wait.")

    objects = ConfirmationCeilingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="confirmation_ceiling_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "limit of confirmation emails"


class ConfirmationSlotQuerySet(models.QuerySet["ConfirmationSlot"]):
    def occupied(self, now: dt.datetime) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__gt=now)

    def over(self) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__lte=Now())

    def occupy_for(self, time: dt.timedelta) -> None:
        self.update(occupied_until=Now() + time)


class ConfirmationSlot(models.Model):
    occupied_until = models.DateTimeField(db_index=True)

    objects = ConfirmationSlotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"occupied until {self.occupied_until:%H:%M:%S}"
