"""The publication itself: one row."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from django.db import models

from .people import validate_time_zone


class SiteSettings(models.Model):
    """Name, tagline, zone, navigation, and what readers may see.

    Every page needs this row, so each process remembers it for `SECONDS`, which bounds how long another process may go
    on with the row as it was. In memory and not in the cache: unpickling a row at every use costs more
    than the page's templates do with it.
    """

    SECONDS: ClassVar[float] = 5.0
    _remembered: ClassVar[tuple[float, SiteSettings] | None] = None

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
        self.forget()

    @classmethod
    def current(cls) -> SiteSettings:
        """The row; its defaults while nobody has saved it."""
        now = time.monotonic()
        if cls._remembered is None or cls._remembered[0] < now:
            cls._remembered = (now + cls.SECONDS, cls.objects.filter(pk=1).first() or cls(pk=1))
        return cls._remembered[1]

    @classmethod
    def forget(cls) -> None:
        """Read the row anew when it is next asked for, in this process."""
        cls._remembered = None
