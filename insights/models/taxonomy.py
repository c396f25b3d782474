"""Categories, tags and series: an article has at most one category and one series."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import ProtectedError, Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from insights.models.page_urls import page_url


def protect_current(collector: Any, field: Any, versions: Any, using: str) -> None:
    """Raise ProtectedError if a live, scheduled or draft version uses the row; for `on_delete`."""
    ended = Q(superseded_at__isnull=False) | Q(live_until__lte=timezone.now())
    current = versions.exclude(ended)
    if current.exists():
        raise ProtectedError(f"Articles use this {field.related_model._meta.verbose_name}.", set(current))
    collector.add_field_update(field, None, versions)  # they keep the name (`remember_category`)


class Category(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="Shown on the category's page. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField("order", default=0, help_text="Lower numbers come first in the filter.")

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_url("insights:category", self.slug)


class Tag(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="Shown on the tag's page. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_url("insights:tag", self.slug)


class Series(models.Model):
    title = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="Shown on the page of the series. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "series"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return page_url("insights:series", self.slug)


@receiver(pre_delete, sender=Category)
def remember_category(instance: Category, using: str, **kwargs: Any) -> None:
    """Store the name in old versions, so that a restore can report the deleted category."""
    instance.versions.using(using).update(category_was=instance.name)


@receiver(pre_delete, sender=Series)
def remember_series(instance: Series, using: str, **kwargs: Any) -> None:
    instance.versions.using(using).update(series_was=instance.title)
