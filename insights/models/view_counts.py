"""Views, counted exactly and without keeping anybody's address.

A reader is a keyed hash of network address and browser under a salt that lives for one day; the next day salt and
hashes are deleted, so that yesterday's rows say how many, and nobody can ever say who. The count per day stays.
"""

from __future__ import annotations

from django.db import models


class ReaderSalt(models.Model):
    """The key of one day's reader hashes."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


class SeenToday(models.Model):
    """That a reader (16 bytes of HMAC) was counted for an article on a day."""

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="+")
    day = models.DateField()
    reader = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "article", "reader"], name="seen_once_a_day")]

    def __str__(self) -> str:
        return f"{self.article_id} on {self.day}"


class DailyViews(models.Model):
    """Readers of an article on one day."""

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="daily_views")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily views"
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="daily_views_once")]
        indexes = [models.Index(fields=["day"], name="daily_views_day")]

    def __str__(self) -> str:
        return f"{self.views} on {self.day}"


class NetworkToday(models.Model):
    """How many readers of a network (16 bytes of HMAC) counted for an article on a day, as views or as votes."""

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=10)  # a key of settings.READERS_PER_NETWORK
    network = models.BinaryField(max_length=16)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "article", "what", "network"], name="network_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} {self.what} of {self.article_id} on {self.day}"
