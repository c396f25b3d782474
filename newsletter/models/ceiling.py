"""The ceiling of confirmation emails for the whole site: one row that workers queue at, and the slots that are taken.

A slot stands for one email that is being sent or left within the window. There are as many as the ceiling allows; each
is occupied until a window has passed since its email was handed to the mail server. So the mail server never gets more
in a window, however long a sending takes. Chosen against a count of sent rows: those vanish when a person is erased.
Slots use the clock of the database, which all workers share.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models.functions import Now


class ConfirmationCeilingQuerySet(models.QuerySet["ConfirmationCeiling"]):
    def locked(self) -> Any:
        """The one row, held until the transaction ends, with the time of the database as `now`."""
        rows = self.select_for_update().annotate(now=Now()).filter(pk=1)
        while (row := rows.first()) is None:
            self.bulk_create([self.model(pk=1)], ignore_conflicts=True)
        return row

    def quiet(self, since: dt.datetime) -> ConfirmationCeilingQuerySet:
        """The row, when an episode goes on in which no email had to wait since then."""
        return self.filter(began_at__isnull=False, latest_at__lt=since)


class ConfirmationCeiling(models.Model):
    """The one row whose lock makes counting and taking a slot one step; also the episode of which staff were alerted.

    An episode begins with the first email that has to wait, and ends some time after the last one that did.
    """

    began_at = models.DateTimeField(null=True)
    latest_at = models.DateTimeField(null=True, help_text="When an email last had to wait.")

    objects = ConfirmationCeilingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="confirmation_ceiling_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "ceiling of confirmation emails"


class ConfirmationSlotQuerySet(models.QuerySet["ConfirmationSlot"]):
    def occupied(self, now: dt.datetime) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__gt=now)

    def over(self) -> ConfirmationSlotQuerySet:
        return self.filter(occupied_until__lte=Now())

    def occupy_for(self, time: dt.timedelta) -> None:
        """Let each be occupied for so long from now on."""
        self.update(occupied_until=Now() + time)


class ConfirmationSlot(models.Model):
    """One email's share of the ceiling."""

    occupied_until = models.DateTimeField(db_index=True)

    objects = ConfirmationSlotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"occupied until {self.occupied_until:%H:%M:%S}"
