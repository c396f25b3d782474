"""Links that show the newest draft to people without an account, until they expire or the next publication."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from .articles import Article


def new_token() -> str:
    """Return 192 random bits as URL-safe text."""
    return secrets.token_urlsafe(24)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open_of(self, article: Article, at: dt.datetime | None = None) -> PreviewLinkQuerySet:
        is_open = self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())
        return is_open.filter(article=article).select_related("created_by")


class PreviewLink(models.Model):
    DAYS = 7

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="preview_links")
    # Not hashed: editors copy a link again, and the drafts are in the same database.
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Preview link to {self.article_id}"

    def get_absolute_url(self) -> str:
        return reverse("insights:preview", args=[self.token])

    def is_open(self, at: dt.datetime | None = None) -> bool:
        return self.revoked_at is None and self.expires_at > (at or timezone.now())

    def revoke(self, at: dt.datetime | None = None) -> None:
        self.revoked_at = at or timezone.now()
        self.save(update_fields=["revoked_at"])
