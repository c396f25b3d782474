"""What the article's page reads: three statements, compiled once (`insights/prepared.py`).

What stands around the text (its neighbours in the series, what is read next) comes with the version's own row
(`insights/neighbours.py`). The fourth query of the page, the voices of others, is `feedback`'s.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from insights.models import Byline, Tag, Version
from insights.neighbours import told
from insights.prepared import Prepared
from insights.querysets import VersionQuerySet

_VERSION_FIELDS = (
    "title", "excerpt", "html", "contents", "words", "decision", "seo_title", "seo_description", "canonical",
    "series_part", "cover_alt", "cover_caption", "cover_credit", "live_from", "listed_at", "updated_at", "renderer",
    "around",
)  # fmt: skip
_RELATED_FIELDS = (
    "article__slug", "article__views", "article__takes_feedback", "article__published_at", "article__withdrawn_at",
    "category__name", "category__slug", "series__title", "series__slug",
    "cover__file", "cover__width", "cover__height", "cover__alt", "cover__renditions",
    "step__slug", "step__kind", "step__heading", "step__text", "step__button", "step__target_url", "step__is_active",
    "step__target_article__slug", "step__target_article__published_at", "step__target_article__withdrawn_at",
)  # fmt: skip
_AUTHOR_FIELDS = (
    "author__name", "author__slug", "author__initials", "author__line", "author__avatar__file",
    "author__avatar__width", "author__avatar__height", "author__avatar__renditions",
)  # fmt: skip


def _live_version(slug: str, now: dt.datetime) -> VersionQuerySet:
    return (
        Version.objects.readable(now)
        .filter(article__slug=slug)
        .select_related("article", "category", "cover", "series", "step__target_article")
        .only(*_VERSION_FIELDS, *_RELATED_FIELDS)
        .order_by()
    )


_live_versions = Prepared(_live_version, slug=str, now=dt.datetime)
_bylines = Prepared(
    lambda version: (
        Byline.objects.filter(version_id=version)
        .select_related("author__avatar")
        .only("version", *_AUTHOR_FIELDS)
        .order_by("position", "pk")
    ),
    version=int,
)

_tags = Prepared(
    lambda version: Tag.objects.filter(version_tags__version_id=version).only("name", "slug").order_by("name"),
    version=int,
)


def live_version(slug: str) -> Version | None:
    """The version that readers get at an article's present address, with all that its page shows; three queries."""
    version = _live_versions.first(slug=slug, now=timezone.now())
    return version and with_facets(version)


def with_facets(version: Version) -> Version:
    """`version` with its byline and tags at hand, as after prefetching, and with its neighbours; two queries."""
    prefetched = version.__dict__.setdefault("_prefetched_objects_cache", {})
    bylines = version.bylines.all()
    bylines._result_cache = _bylines.rows(version=version.pk)
    tags = version.tags.all()
    tags._result_cache = _tags.rows(version=version.pk)
    prefetched.update(bylines=bylines, tags=tags)
    category = version.category.name if version.category else ""
    version.neighbours = told(version.around, {tag.pk: tag.name for tag in tags}, category)
    return version
