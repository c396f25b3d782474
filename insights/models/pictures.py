"""Pictures and where they are used.

Markdown names a picture by `picture:<uid>`, never by its address, so that moving to another storage, or making new
renditions, changes no text. The stored file is always one that we encoded ourselves (`insights/images.py`), or, on
import, one whose SHA-256 stands in an export of ours.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from insights.querysets import PictureQuerySet


class Picture(models.Model):
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, help_text="The file's name when it was handed in.")
    file = models.ImageField(upload_to="pictures/%Y/", max_length=200)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    source_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    stored_sha256 = models.CharField(max_length=64, editable=False)
    alt = models.CharField(
        "alt text",
        max_length=300,
        blank=True,
        help_text="What the picture shows, for those who do not see it.",
    )
    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=160, blank=True)
    focal_x = models.FloatField(default=0.5, help_text="0 is the left edge, 1 the right.")
    focal_y = models.FloatField(default=0.5, help_text="0 is the top, 1 the bottom.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="pictures",
        editable=False,
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
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
        """How Markdown names this picture: `picture:<uid>`."""
        return f"picture:{self.uid}"


class PictureUse(models.Model):
    """That a version shows a picture, in its text or as its cover; written whenever a version is saved."""

    picture = models.ForeignKey(Picture, models.PROTECT, related_name="uses")
    version = models.ForeignKey("insights.Version", models.CASCADE, related_name="picture_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "version"], name="picture_use_once")]

    def __str__(self) -> str:
        return f"{self.picture} in {self.version}"
