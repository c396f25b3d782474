"""Comments and vote counts of an article's page, in one query.

Both counts are subqueries that the database runs once over an index, so there is a row even without comments. We use
this instead of stored counters, which every path that changes an answer would have to update.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet, Subquery

from feedback.models import Answer
from feedback.text_cleaning import initials
from insights.models import Article
from insights.public.prepared_queries import PreparedQuery

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ShownComment:
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
class ShownComments:
    """Newest approved comments, newest last, and the vote counts."""

    comments: tuple[ShownComment, ...] = ()
    counted: int = 0
    helpful: int = 0


def _statement(article: int) -> QuerySet[Article, Any]:
    counted = Answer.objects.counted().filter(article_id=article)
    field = "comment__{}".format
    return (
        Article.objects.filter(pk=article)
        .annotate(
            comment=FilteredRelation("answers", condition=Q(answers__approved_at__isnull=False)),
            counted=_how_many(counted),
            helpful=_how_many(counted.filter(helpful=True)),
        )
        .order_by(f"-{field('answered_at')}", f"-{field('pk')}")
        .values_list("counted", "helpful", *map(field, ("pk", "name", "message", "answered_at", "resembles_staff")))
    )[:SHOWN]


_rows = PreparedQuery(_statement, article=int)


def read_comments(article: Article) -> ShownComments:
    rows = _rows.rows(article=article.pk)
    if not rows:
        return ShownComments()
    comments = tuple(ShownComment(*row[3:]) for row in reversed(rows) if row[2] is not None)
    return ShownComments(comments, counted=rows[0][0] or 0, helpful=rows[0][1] or 0)


def _how_many(answers: QuerySet[Answer]) -> Subquery:
    return Subquery(answers.order_by().values("article_id").annotate(number=Count("pk")).values("number"))
