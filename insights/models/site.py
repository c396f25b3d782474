"""The publication itself: one row."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import models

from .people import validate_time_zone


class SiteSettings(models.Model):
    """Name, tagline, zone, navigation, and what readers may see.

    Every page needs this row, so it is cached. `CACHE_SECONDS` bounds how long another process of an installation
    without a shared cache may go on with the row as it was.
    """

    CACHE_KEY = "insights.site_settings"
    CACHE_SECONDS = 5

    name = models.CharField(max_length=80, default="AI Scope Hub")
    tagline = models.CharField(max_length=160, default="AI research & analysis")
    headline = models.CharField(max_length=160, default="AI research & analysis, read slowly")
    introduction = models.CharField(
        max_length=400,
        default="How artificial intelligence is built, priced and used, in China and beyond. "
        "Explained in plain English, once a week.",
    )
    letter_name = models.CharField("name of the letter", max_length=80, default="AI Scope Weekly")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    navigation = models.JSONField(
        default=list,
        blank=True,
        help_text='Further entries: [{"label": "About", "address": "/insights/about/"}]',
    )
    shows_decision_line = models.BooleanField(
        "readers see why a next step was chosen",
        default=True,
        help_text="Behind “Why this?” on the article's page.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "site settings"
        constraints = [models.CheckConstraint(name="site_settings_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        cache.delete(self.CACHE_KEY)

    @classmethod
    def current(cls) -> SiteSettings:
        """The row, from the cache where possible; its defaults while nobody has saved it."""
        site = cache.get(cls.CACHE_KEY)
        if site is None:
            site = cls.objects.filter(pk=1).first() or cls(pk=1)
            cache.set(cls.CACHE_KEY, site, cls.CACHE_SECONDS)
        return site
