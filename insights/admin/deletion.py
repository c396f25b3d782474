"""Delete confirmation: where an object is used, and what prevents its deletion.

We use this instead of Django's list of related rows, which shows an article once for each of its versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from insights.admin.permissions import articles_seen_by
from insights.models import Article, Author, Byline, Category, Picture, PictureUse, Series, Step, Tag, Version
from insights.pictures.uses import NOT_NAMED, Use

SHOWN = 10
# Advice for an object that is in use, by its model.
CURES: dict[type[models.Model], str] = {
    Category: "Choose another category for these articles first.",
    Series: "Remove these articles from the series first.",
    Author: "Old versions in the history of an article can also use it. To remove the name from the site, choose "
    "another author for the articles.",
    Step: "Choose another next step in these articles first.",
    Picture: "Remove it from these places first. Old versions in the history of an article can also use it.",
}
_ALONG: dict[type[models.Model], str] = {
    Article: "Its text, history and preview links are deleted, too.",
    Picture: "Its file is deleted, too.",
    Step: "Articles that show it get another next step.",
}
PAGED = (Category, Series, Tag, Author)


def deletion_context(request: HttpRequest, row: models.Model, uses: list[Use] | None = None) -> dict[str, Any]:
    """Return the context, empty for other models; the caller may pass the `uses` that prevent deletion."""
    kind = type(row)
    if kind not in {*CURES, *_ALONG, Tag}:
        return {}
    if uses is None:
        uses = _uses(request, kept_by(row) or _losing(row))
    page = row.get_absolute_url() if isinstance(row, PAGED) else ""
    along = _ALONG.get(kind, f"Its page {page} is removed, too." if page else "")
    in_words = {"uses": uses[:SHOWN], "count": len(uses), "more": max(0, len(uses) - SHOWN)}
    return {"deletion": {**in_words, "cure": CURES.get(kind, "Remove it from these places first."), "along": along}}


def kept_by(row: models.Model) -> set[models.Model]:
    collector = NestedObjects(using="default", origin=[row])
    collector.collect([row])
    return set(collector.protected)


def _losing(row: models.Model) -> list[Any]:
    """Return the live, scheduled and draft versions that would lose a tag."""
    ended = Q(superseded_at__isnull=False) | Q(live_until__lte=timezone.now())
    return list(row.versions.exclude(ended)) if isinstance(row, Tag) else []


def _uses(request: HttpRequest, rows: Iterable[models.Model]) -> list[Use]:
    """Return the places that use the rows, articles first, each once; named only if the user may see them."""
    articles: set[int] = set()
    others: list[Use] = []
    for row in rows:
        if isinstance(row, Byline | PictureUse):
            row = row.version
        if isinstance(row, Version):
            articles.add(row.article_id)
        else:
            kind = str(row._meta.verbose_name).capitalize()
            others.append(Use(f"{kind}: {row}", _admin_page_of(row)))
    newest = Version.objects.newest().filter(article__in=articles_seen_by(request).filter(pk__in=articles).values("pk"))
    named = [
        Use(title, reverse("admin:insights_article_change", args=[article]))
        for article, title in newest.values_list("article", "title").order_by("title")
    ]
    return [*named, *[Use(NOT_NAMED)] * (len(articles) - len(named)), *sorted(others, key=lambda use: use.title)]


def _admin_page_of(row: models.Model) -> str:
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
