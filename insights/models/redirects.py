"""Redirects (301, one hop) from old slugs of articles, categories, tags, authors and series."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def leave(self, kind: str, slug: str, *, actor: Any = None, **target: Any) -> None:
        """Store a redirect from `slug` to the target; of several targets the last one gets it."""
        row = target[kind]
        self.filter(kind=kind, slug=row.slug).delete()  # the current slug must not redirect
        values = {name: target.get(name) for name in ("article", "category", "tag", "author", "series")}
        values["created_by"] = actor if getattr(actor, "pk", None) else None
        self.update_or_create(kind=kind, slug=slug, defaults={**values, "created_at": timezone.now()})


class Redirect(models.Model):
    """Redirect that stores the row, not its next slug, so that chains and loops cannot arise."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        CATEGORY = "category"
        TAG = "tag"
        AUTHOR = "author"
        SERIES = "series"

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=80)
    article = models.ForeignKey("insights.Article", models.CASCADE, null=True, blank=True, related_name="former_slugs")
    category = models.ForeignKey("insights.Category", models.CASCADE, null=True, blank=True, related_name="+")
    tag = models.ForeignKey("insights.Tag", models.CASCADE, null=True, blank=True, related_name="+")
    author = models.ForeignKey("insights.Author", models.CASCADE, null=True, blank=True, related_name="+")
    series = models.ForeignKey("insights.Series", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = RedirectQuerySet.as_manager()

    class Meta:
        db_table = "insights_formerslug"
        ordering = ["kind", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="former_slug_once"),
            models.CheckConstraint(
                name="former_slug_points_at_its_kind",
                condition=models.Q(
                    models.Q(kind="article", article__isnull=False)
                    | models.Q(kind="category", category__isnull=False)
                    | models.Q(kind="tag", tag__isnull=False)
                    | models.Q(kind="author", author__isnull=False)
                    | models.Q(kind="series", series__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"/insights/{self.slug}/" if self.kind == self.Kind.ARTICLE else f"/insights/{self.kind}/{self.slug}/"

    @property
    def target(self) -> models.Model:
        return getattr(self, self.kind)
