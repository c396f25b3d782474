"""Append-only audit log of staff actions; we do not use Django's LogEntry, which is deleted with its account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from insights.models.accounts import Actor, known_actor

from .records import Record


class AuditEntry(Record):
    """One event; `verb`: past participle; `details`: never an email or IP address, a token or a visitor's text."""

    happened_at = models.DateTimeField("time", default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor_name = models.CharField("account", max_length=200)
    verb = models.CharField("action", max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "audit event", "audit events"
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject}".strip()

    @classmethod
    def record(cls, actor: Actor, verb: str, subject: object = "", **details: Any) -> AuditEntry:
        known, name = known_actor(actor)
        return cls.objects.create(
            actor=known,
            actor_name=name,
            verb=verb,
            subject=str(subject)[:200],
            details=details,
        )
