"""Links by which people without an account read a draft.

The token is kept as it is, not as a hash: the editor copies the link again whenever somebody lost it, and whoever
reads this table reads the drafts beside it anyway.
"""

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
    """192 random bits, as an address takes them."""
    return secrets.token_urlsafe(24)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open_of(self, article: Article, at: dt.datetime | None = None) -> PreviewLinkQuerySet:
        """Those to `article` that open at `at` (default: now), with who made them; the newest first."""
        is_open = self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())
        return is_open.filter(article=article).select_related("created_by")


class PreviewLink(models.Model):
    """It shows the newest draft until it expires, is revoked, or a version goes out after the link was made."""

    DAYS = 7

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="preview_links")
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
        """Whether it opens at `at` (default: now)."""
        return self.revoked_at is None and self.expires_at > (at or timezone.now())

    def revoke(self, at: dt.datetime | None = None) -> None:
        self.revoked_at = at or timezone.now()
        self.save(update_fields=["revoked_at"])
