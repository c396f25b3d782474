"""Which articles are read after which: what stands under "Read next"."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article beside another: in its series, or to be read next, for a reason in words."""

    title: str
    slug: str
    minutes: int = 0
    reason: str = ""

    def get_absolute_url(self) -> str:
        return reverse("insights:article", args=[self.slug])


class ReadNext(models.Model):
    """That `other` belongs under `article`, how near the two are, and what they share (`insights/public/related.py`).

    Rows are between identities, not versions: which of them readers may open, and under which title, is told anew by
    `insights/public/neighbours.py` whenever it changes.
    """

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="reads_next")
    other = models.ForeignKey("insights.Article", models.CASCADE, related_name="read_after")
    score = models.PositiveSmallIntegerField()
    shared = models.CharField(max_length=400)  # words: "series author category" and tags by id, "tag:12"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="read_next_once"),
            models.CheckConstraint(name="read_next_is_another", condition=~models.Q(article=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.other} after {self.article}"
