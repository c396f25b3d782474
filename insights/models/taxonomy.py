"""What articles are filed under: one category, any number of tags, at most one series."""

from __future__ import annotations

from django.db import models

from insights.addresses import address


class Category(models.Model):
    """The one drawer an article lies in; its name is the label above the title."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="For the category's own page. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller stands further left in the filter.")

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("insights:category", self.slug)


class Tag(models.Model):
    """A topic that cuts across categories."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="For the tag's own page. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("insights:tag", self.slug)


class Series(models.Model):
    """Articles that are read one after the other, numbered by their part."""

    title = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField(blank=True, help_text="For the series' own page. Plain text.")
    picture = models.ForeignKey("insights.Picture", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "series"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("insights:series", self.slug)
