"""Authors and tags of a version; `listed_at` copies the version's, so that a list reads one index."""

from __future__ import annotations

from django.db import models


class Byline(models.Model):
    version = models.ForeignKey("insights.Version", models.CASCADE, related_name="bylines")
    author = models.ForeignKey("insights.Author", models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(default=0)
    listed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "author"], name="byline_once")]
        indexes = [models.Index(fields=["author", "listed_at", "version"], name="byline_listed")]

    def __str__(self) -> str:
        return str(self.author)


class VersionTag(models.Model):
    version = models.ForeignKey("insights.Version", models.CASCADE, related_name="version_tags")
    tag = models.ForeignKey("insights.Tag", models.CASCADE, related_name="version_tags")
    listed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "tag"], name="version_tag_once")]
        indexes = [models.Index(fields=["tag", "listed_at", "version"], name="version_tag_listed")]

    def __str__(self) -> str:
        return str(self.tag)
