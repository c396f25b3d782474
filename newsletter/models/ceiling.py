"""The ceiling of confirmation emails for the whole site: one row that workers queue at, and the slots that are taken.

A slot stands for one email that is being sent or left within the window. There are as many as the ceiling allows; each
is occupied until a window has passed since its email was handed to the mail server. So the mail server never gets more
in a window, however long a sending takes. Chosen against a count of sent rows: those vanish when a person is erased.
Slots use the clock of the database, which all workers share.
"""

from __future__ import annotations

from django.db import models

from newsletter.querysets import ConfirmationCeilingQuerySet, ConfirmationSlotQuerySet


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


class ConfirmationSlot(models.Model):
    """One email's share of the ceiling."""

    occupied_until = models.DateTimeField(db_index=True)

    objects = ConfirmationSlotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"occupied until {self.occupied_until:%H:%M:%S}"
