"""Exact view counts; readers are keyed hashes of IP address and browser, deleted with their salt the next day."""

from __future__ import annotations

from django.db import models


class ReaderSalt(models.Model):
    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


class SeenToday(models.Model):
    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="+")
    day = models.DateField()
    reader = models.BinaryField(max_length=16)  # HMAC

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "article", "reader"], name="seen_once_a_day")]

    def __str__(self) -> str:
        return f"{self.article_id} on {self.day}"


class DailyViews(models.Model):
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
    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=10)  # a key of settings.READERS_PER_NETWORK
    network = models.BinaryField(max_length=16)  # HMAC
    count = models.PositiveIntegerField()  # readers of the network

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "article", "what", "network"], name="network_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} {self.what} of {self.article_id} on {self.day}"
