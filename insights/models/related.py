"""Articles shown beside another article."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Neighbor:
    title: str
    slug: str
    minutes: int = 0
    reason: str = ""

    def get_absolute_url(self) -> str:
        return reverse("insights:article", args=[self.slug])


class ReadNext(models.Model):
    """Pair of articles, not versions: `other` is shown under `article` (`insights/public/related.py`)."""

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="reads_next")
    other = models.ForeignKey("insights.Article", models.CASCADE, related_name="read_after")
    score = models.PositiveSmallIntegerField()
    shared = models.CharField(max_length=400)  # such as "series author category tag:12", with tag ids

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="read_next_once"),
            models.CheckConstraint(name="read_next_is_another", condition=~models.Q(article=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.other} after {self.article}"
