"""Consents of subscribers, append-only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone


class ConsentQuerySet(models.QuerySet["Consent"]):
    def confirmations(self, since: dt.datetime) -> ConsentQuerySet:
        return self.filter(what="confirmed", happened_at__gte=since)

    def update(self, **values: Any) -> int:
        """Refuse changes, except when a deleted article or next step sets its link to NULL."""
        if not set(values) <= {"article", "step"}:
            raise TypeError("A consent can't be changed.")
        return super().update(**values)


class Consent(models.Model):
    """One consent event of a subscriber: requested, confirmed or unsubscribed. Append-only.

    `wording` is the text beside the button, `proof` is how we received the consent. The source is stored as links,
    which end when the article or next step is deleted, and as text, which stays.
    """

    class What(models.TextChoices):
        ASKED = "asked", "Requested"
        CONFIRMED = "confirmed", "Confirmed"
        LEFT = "left", "Unsubscribed"

    subscriber = models.ForeignKey("newsletter.Subscriber", models.CASCADE, related_name="consents")
    what = models.CharField("event", max_length=10, choices=What)
    happened_at = models.DateTimeField("date", default=timezone.now)
    page = models.CharField(max_length=200, blank=True, help_text="The path of the page with the form.")
    article = models.ForeignKey("insights.Article", models.SET_NULL, null=True, blank=True, related_name="+")
    article_slug = models.CharField(max_length=80, blank=True)
    article_title = models.CharField(max_length=300, blank=True)
    step = models.ForeignKey("insights.Step", models.SET_NULL, null=True, blank=True, related_name="+")
    step_slug = models.CharField("next step", max_length=60, blank=True)
    wording = models.TextField()
    proof = models.CharField(max_length=200)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]
        # For recent confirmations, and those of an article.
        indexes = [models.Index(fields=["what", "happened_at", "article"], name="consent_lately")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.happened_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A consent can't be changed.")
        super().save(*args, **kwargs)

    @property
    def source(self) -> dict[str, Any]:
        names = ("page", "article_id", "article_slug", "article_title", "step_id", "step_slug")
        return {name: getattr(self, name) for name in names}
