"""Data of an article's page, read in one statement that is compiled once (`prepared_queries.py`).

Byline and tags come as JSON lists, because each further query costs more than its rows. The second query, for comments
and votes, is in `feedback`.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any

from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone

from insights.models import Article, Author, Byline, Picture, SiteSettings, Step, Tag, Version, VersionTag
from insights.models.versions import VersionQuerySet
from insights.next_step.decisions import decision_of, fallback_decision
from insights.public.fragment_cache import digest_of
from insights.public.neighbors import shown_neighbors
from insights.public.prepared_queries import PreparedQuery

logger = logging.getLogger(__name__)

_VERSION_FIELDS = (
    "title", "excerpt", "html", "contents", "words", "decision", "seo_title", "seo_description", "canonical",
    "series_part", "cover_alt", "cover_caption", "cover_credit", "live_from", "listed_at", "updated_at", "renderer",
    "around",
)  # fmt: skip
_RELATED_FIELDS = (
    "article__slug", "article__views", "article__takes_feedback", "article__published_at", "article__unpublished_at",
    "category__name", "category__slug", "series__title", "series__slug",
    "cover__file", "cover__width", "cover__height", "cover__alt", "cover__renditions",
    "cover__focal_x", "cover__focal_y",
    "step__slug", "step__kind", "step__heading", "step__text", "step__button", "step__target_url", "step__is_active",
    "step__target_article__slug",
)  # fmt: skip


class JSONList(models.Aggregate):
    """Aggregate of the rows of a group as one JSON list, unordered."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def _list_of(rows: models.QuerySet[Any], **columns: str) -> models.Subquery:
    """Return a subquery for the version's `rows` as one list of JSON objects."""
    listed = rows.filter(version=models.OuterRef("pk")).order_by().values("version")
    return models.Subquery(listed.annotate(listed=JSONList(JSONObject(**columns))).values("listed"))


def _live_version(slug: str, now: dt.datetime) -> VersionQuerySet:
    return (
        Version.objects.readable(now)
        .filter(article__slug=slug)
        .select_related("article", "category", "cover", "series", "step__target_article")
        .only(*_VERSION_FIELDS, *_RELATED_FIELDS)
        .annotate(
            listed_authors=_list_of(
                Byline.objects.all(),
                place="position", pk="author_id", name="author__name", slug="author__slug",
                initials="author__initials", line="author__line", avatar="author__avatar_id",
                file="author__avatar__file", width="author__avatar__width", height="author__avatar__height",
                renditions="author__avatar__renditions", x="author__avatar__focal_x", y="author__avatar__focal_y",
            ),
            listed_tags=_list_of(VersionTag.objects.all(), pk="tag_id", name="tag__name", slug="tag__slug"),
        )
        .order_by()
    )  # fmt: skip


_live_versions = PreparedQuery(_live_version, slug=str, now=dt.datetime)


def live_version(slug: str) -> Version | None:
    """Return the live version at a current slug with all that its page shows, or None. One query."""
    version: Any = _live_versions.first(slug=slug, now=timezone.now())
    if version is None:
        return None
    version.digest = digest_of(version, version.category, version.cover, version.series, version.article.slug)
    authors = sorted(version.listed_authors or [], key=lambda row: row["place"])
    bylines = [Byline(version_id=version.pk, author=_author(row), position=row["place"]) for row in authors]
    tags = [Tag(**row) for row in sorted(version.listed_tags or [], key=lambda row: row["name"])]
    keep_rows(version, "bylines", bylines)
    keep_rows(version, "tags", tags)
    category = version.category.name if version.category else ""
    version.neighbors = shown_neighbors(version.around, {tag.pk: tag.name for tag in tags}, category)
    version.digest += digest_of(repr(version.neighbors))
    return version


def _author(row: dict[str, Any]) -> Author:
    author = Author(**{name: row[name] for name in ("pk", "name", "slug", "initials", "line")})
    if row["avatar"]:
        made = row["renditions"]
        author.avatar = Picture(
            pk=row["avatar"], file=row["file"], width=row["width"], height=row["height"],
            focal_x=row["x"], focal_y=row["y"],
            renditions=json.loads(made) if isinstance(made, str) else made,  # SQLite keeps JSON as text
        )  # fmt: skip
    return author


def keep_rows(version: Version, name: str, rows: list[Any]) -> None:
    """Set related rows as if they were prefetched."""
    related = getattr(version, name).all()
    related._result_cache = rows
    version.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def article_context(version: Version, *, is_preview: bool = False) -> dict[str, Any]:
    """Return the context of `insights/article.html`; a preview always shows the decision line."""
    step, decision = version.step, decision_of(version)
    if step is None or not _leads_somewhere(step):
        logger.warning("The next step of “%s” has no available target; the default is shown.", version.article.slug)
        step, decision = fallback_decision(Step.objects.in_use())
    return {
        "version": version,
        "article": version.article,
        "step": step,
        "step_template": f"next_steps/{step.kind}.html" if step else "",
        "decision_line": decision.line(),
        "decision_reason": decision.reason(),
        "shows_decision_line": is_preview or SiteSettings.current().shows_decision_line,
        "is_preview": is_preview,
    }


def _leads_somewhere(step: Step) -> bool:
    """Return whether the target of the step is available; costs a query if it is an article."""
    if step.kind != Step.Kind.ARTICLE or not step.is_active:
        return step.is_active
    target = step.target_article_id
    return target is not None and Article.objects.published().filter(pk=target).exists()
