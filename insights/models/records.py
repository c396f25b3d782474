"""Write-once rows, such as audit log and history entries, saved in the transaction of the action that they record."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction


class Record(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Insert the row. Raises TypeError for a change, TransactionManagementError outside a transaction."""
        if self.pk is not None:
            raise TypeError(f"A saved {self._meta.verbose_name} can't be changed.")
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError(
                f"Save this {self._meta.verbose_name} in the transaction of the action that it records."
            )
        super().save(*args, **options)
