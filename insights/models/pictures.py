"""Pictures and the versions that use them.

Markdown names a picture by `picture:<uid>`, not by its URL, so that storage and renditions can change. We encode every
stored file ourselves (`insights/pictures/reencoding.py`), unless an export of ours has its SHA-256.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from insights.markup.picture_html import NO_FILES, Files

RENDITIONS_FOLDER = "renditions"  # in the media storage


class PictureQuerySet(models.QuerySet["Picture"]):
    def unused(self) -> PictureQuerySet:
        return self.filter(uses__isnull=True)

    def without_renditions(self, recipe: int, at: dt.datetime | None = None) -> PictureQuerySet:
        """Return pictures whose renditions of this recipe are due at `at` (default: now)."""
        at = at or timezone.now()
        is_due = Q(renditions_retry_at__isnull=True) | Q(renditions_retry_at__lte=at)
        return self.filter(is_due, renditions_recipe__lt=recipe)


class Picture(models.Model):
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, help_text="Name of the uploaded file.")
    file = models.ImageField(upload_to="pictures/%Y/", max_length=200)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    source_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    stored_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    alt = models.CharField(
        "alt text",
        max_length=300,
        blank=True,
        help_text="Describe the picture for people who can't see it.",
    )
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=160, blank=True)
    focal_x = models.FloatField(default=0.5, help_text="0 is the left edge, 1 is the right edge.")
    focal_y = models.FloatField(default=0.5, help_text="0 is the top edge, 1 is the bottom edge.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="pictures",
        editable=False,
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    # Written by `insights/pictures/renditions.py`; {} before that:
    # {"key": "1/<20 hex>", "avif": [480, 800], "webp": [1200]}
    renditions = models.JSONField(default=dict, editable=False)
    renditions_recipe = models.PositiveSmallIntegerField(default=0, editable=False)  # 0: none made yet
    renditions_retry_at = models.DateTimeField(null=True, editable=False)  # earliest next attempt; null: now

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["renditions_recipe", "renditions_retry_at"], name="picture_renditions_due")]
        constraints = [
            models.CheckConstraint(
                name="picture_focal_point_inside",
                condition=models.Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"picture:{self.uid}"

    @property
    def files(self) -> Files:
        """Return the renditions for `picture_html`. The storage builds one URL: the prefix of all files."""
        if not self.renditions:
            return NO_FILES
        base = self.file.storage.url(f"{RENDITIONS_FOLDER}/{self.renditions['key']}")
        return Files(base, {kind: widths for kind, widths in self.renditions.items() if kind != "key"})

    def keep_renditions(self, summary: dict[str, Any], recipe: int) -> None:
        self.renditions, self.renditions_recipe, self.renditions_retry_at = summary, recipe, None
        self.save(update_fields=["renditions", "renditions_recipe", "renditions_retry_at"])


class PictureUse(models.Model):
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="uses")
    version = models.ForeignKey("insights.Version", models.CASCADE, related_name="picture_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "version"], name="picture_use_once")]

    def __str__(self) -> str:
        return f"{self.picture} in {self.version}"


class UploadCount(models.Model):
    """Uploads of an account in its current window of 24 hours (`insights/pictures/quota.py`)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    started_at = models.BigIntegerField()  # seconds since 1970
    pictures = models.PositiveIntegerField()
    bytes = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.pictures} by {self.user}"


def picture_code(picture: Picture) -> str:
    """Return the Markdown of a picture: `![alt](picture:<uid> "caption")`."""
    alt = " ".join(picture.alt.split()).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    caption = " ".join(picture.caption.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'![{alt}]({picture.reference} "{caption}")' if caption else f"![{alt}]({picture.reference})"
