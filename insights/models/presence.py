"""Open tabs of the editor, updated by a heartbeat every few seconds."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Presence(models.Model):
    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tab = models.CharField(max_length=32)  # random, made by the tab
    seen_at = models.DateTimeField(default=timezone.now)
    typed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "user", "tab"], name="presence_once")]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen_at")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.article_id}"
