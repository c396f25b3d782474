"""Dashboard numbers of the last thirty days (in UTC, since views are stored by UTC day), and the top articles."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import TruncDate

from config.admin_site.dashboard.charts import DAYS, bar_chart
from insights.models import Article, DailyViews, Version
from newsletter.models import Consent

BEST = 10
TIED = 500  # articles with as many sign-ups as the tenth: at most so many are compared by views


@dataclass(frozen=True, slots=True)
class TopArticle:
    """An article with its sign-ups and views; `url` is empty if it is not published."""

    title: str
    url: str
    sign_ups: int
    views: int


def number_panels(now: dt.datetime) -> dict[str, Any]:
    """Return `charts`, `best` (at most BEST) and `elsewhere`, the sign-ups without an article. Four queries."""
    today = now.astimezone(dt.UTC).date()
    first = today - dt.timedelta(days=DAYS - 1)
    by_day, by_article = _sign_ups(first)
    return {
        "charts": [
            bar_chart("views", "Views per day", "view", "views", _views(first), today),
            bar_chart("signups", "Confirmed sign-ups per day", "sign-up", "sign-ups", by_day, today),
        ],
        "best": _best(first, by_article),
        "elsewhere": by_article[None],
    }


def _views(first: dt.date) -> dict[dt.date, int]:
    days = DailyViews.objects.filter(day__gte=first).order_by().values_list("day")
    return dict(days.annotate(Sum("views")))


def _sign_ups(first: dt.date) -> tuple[Counter[dt.date], Counter[int | None]]:
    since = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    counted = (
        Consent.objects.confirmations(since)
        .order_by()
        .annotate(day=TruncDate("happened_at", tzinfo=dt.UTC))
        .values_list("day", "article_id")
        .annotate(Count("pk"))
    )
    by_day, by_article = Counter[dt.date](), Counter[int | None]()
    for day, article, count in counted:
        by_day[day] += count
        by_article[article] += count
    return by_day, by_article


def _best(first: dt.date, sign_ups: Counter[int | None]) -> list[TopArticle]:
    """Return the articles with most sign-ups; those with equal numbers, or none, are ordered by views. Two queries."""
    ranked = [(article, count) for article, count in sign_ups.most_common() if article is not None]
    least = ranked[BEST - 1][1] if len(ranked) >= BEST else 1
    candidates = [article for article, count in ranked if count >= least][:TIED]
    totals = DailyViews.objects.filter(day__gte=first).order_by().values_list("article_id").annotate(total=Sum("views"))
    if len(candidates) >= BEST:
        totals = totals.filter(article__in=candidates)
    else:
        is_candidate = Case(When(article__in=candidates, then=Value(0)), default=Value(1), output_field=IntegerField())
        totals = totals.annotate(rank=is_candidate).order_by("rank", "-total", "article_id")
        totals = totals.values_list("article_id", "total")[:BEST]
    views = {article: total for article, total, *_ in totals}
    ten = sorted({*candidates, *views}, key=lambda pk: (-sign_ups[pk], -views.get(pk, 0), pk))[:BEST]
    title = Version.objects.filter(article=OuterRef("pk")).newest_by_article().values("title")[:1]
    rows: dict[int, Any] = Article.objects.filter(pk__in=ten).with_state().annotate(title=Subquery(title)).in_bulk()
    return [
        TopArticle(
            title=row.title,
            url=row.get_absolute_url() if row.state == Article.Status.PUBLISHED else "",
            sign_ups=sign_ups[row.pk],
            views=views.get(row.pk, 0),
        )
        for row in (rows[pk] for pk in ten if pk in rows)  # without those deleted meanwhile
    ]
