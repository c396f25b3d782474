"""What an article's page shows of its answers, in one query.

The article's row is joined to its newest approved answers, and carries both counts as subqueries that the database
runs once each over an index; so there is a row to read even when nobody wrote words. Chosen against counters on a row
of their own, which would have to be kept right by every path that changes an answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from django.db.models import Count, FilteredRelation, Q, QuerySet, Subquery

from feedback.models import Answer
from feedback.texts import initials
from insights.models import Article

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Voice:
    """Approved words, as plain text."""

    name: str
    message: str
    answered_at: dt.datetime
    resembles_staff: bool

    @property
    def shown_name(self) -> str:
        return self.name or "A reader"

    @property
    def initials(self) -> str:
        return initials(self.shown_name)


@dataclass(frozen=True, slots=True)
class Voices:
    """The newest approved words, newest last, and what all counted answers say."""

    voices: tuple[Voice, ...] = ()
    counted: int = 0
    helpful: int = 0


def read_voices(article: Article) -> Voices:
    """What readers see of the answers to `article`."""
    field = partial("voice__{}".format)
    rows = list(
        Article.objects.filter(pk=article.pk)
        .annotate(
            voice=FilteredRelation("answers", condition=Q(answers__status="approved")),
            counted=_how_many(Answer.objects.counted().filter(article_id=article.pk)),
            helpful=_how_many(Answer.objects.counted().filter(article_id=article.pk, helpful=True)),
        )
        .order_by(f"-{field('answered_at')}", f"-{field('pk')}")
        .values_list(
            "counted", "helpful", *map(field, ("pk", "name", "message", "answered_at", "resembles_staff"))
        )[:SHOWN]
    )
    if not rows:
        return Voices()
    voices = tuple(Voice(*row[3:]) for row in reversed(rows) if row[2] is not None)
    return Voices(voices, counted=rows[0][0] or 0, helpful=rows[0][1] or 0)


def _how_many(answers: QuerySet[Answer]) -> Subquery:
    return Subquery(answers.order_by().values("article_id").annotate(number=Count("pk")).values("number"))
