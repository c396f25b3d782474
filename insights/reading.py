"""What the article's page reads: three statements, compiled once (`insights/prepared.py`).

What stands around the text (its tags, its neighbours in the series, what is read next) is one statement, a union: each
query costs the page more than its rows do. The fourth query, the voices of others, is `feedback`'s.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.models import Byline, Tag, Version
from insights.models.versions import Neighbour, reading_minutes
from insights.prepared import Prepared
from insights.querysets import VersionQuerySet
from insights.related import reason

_VERSION_FIELDS = (
    "title", "excerpt", "html", "contents", "words", "decision", "seo_title", "seo_description", "canonical",
    "series_part", "cover_alt", "cover_caption", "cover_credit", "live_from", "listed_at", "updated_at", "renderer",
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

SHOWN = 3  # articles under "Read next"


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


def _told(rows: models.QuerySet[Any], kind: str, label: str, address: str, **columns: Any) -> models.QuerySet[Any]:
    """Rows of one kind as the union wants them: kind, number, label, address, what is shared, words, moment."""
    text, number = models.TextField(), models.BigIntegerField()
    return rows.annotate(
        told_kind=Value(kind, output_field=text),
        told_number=columns.get("number", Value(0, output_field=number)),
        told_label=F(label),
        told_address=F(address),
        told_shared=columns.get("shared", Value("", output_field=text)),
        told_words=columns.get("words", Value(0, output_field=number)),
        told_at=columns.get("at", F("listed_at")),
    ).values_list("told_kind", "told_number", "told_label", "told_address", "told_shared", "told_words", "told_at")


def _around(
    version: int, article: int, series: int, part: int, moment: dt.datetime, now: dt.datetime
) -> models.QuerySet[Any]:
    """Tags, the parts of the series before and after, and what is read next."""
    tags = Tag.objects.filter(version_tags__version_id=version)
    parts = (
        Version.objects.readable(now)
        .filter(series_id=series)
        .annotate(place=Coalesce("series_part", 0, output_field=models.BigIntegerField()))
    )
    before = Q(place__lt=part) | Q(place=part, listed_at__lt=moment) | Q(
        place=part, listed_at=moment, article_id__lt=article
    )  # fmt: skip
    after = Q(place__gt=part) | Q(place=part, listed_at__gt=moment) | Q(
        place=part, listed_at=moment, article_id__gt=article
    )  # fmt: skip
    previous = parts.filter(before).order_by("-place", "-listed_at", "-article_id").values("pk")[:1]
    following = parts.filter(after).order_by("place", "listed_at", "article_id").values("pk")[:1]
    near = Version.objects.readable(now).annotate(after=F("article__read_after__article_id")).filter(after=article)
    return _told(tags.order_by(), "tag", "name", "slug", number=F("pk"), at=F("version_tags__listed_at")).union(
        _told(Version.objects.filter(pk=Subquery(previous)).order_by(), "previous", "title", "article__slug"),
        _told(Version.objects.filter(pk=Subquery(following)).order_by(), "next", "title", "article__slug"),
        _told(
            near.order_by(), "read", "title", "article__slug", number=F("article__read_after__score"),
            shared=F("article__read_after__shared"), words=F("words"),
        ),
        all=True,
    ).order_by()  # fmt: skip


_arounds = Prepared(_around, version=int, article=int, series=int, part=int, moment=dt.datetime, now=dt.datetime)


def live_version(slug: str) -> Version | None:
    """The version that readers get at an article's present address, with all that its page shows; three queries."""
    version = _live_versions.first(slug=slug, now=timezone.now())
    return version and with_facets(version)


def with_facets(version: Version) -> Version:
    """`version` with its byline and tags at hand, as after prefetching, and with its neighbours; two queries."""
    now = timezone.now()
    prefetched = version.__dict__.setdefault("_prefetched_objects_cache", {})
    bylines = version.bylines.all()
    bylines._result_cache = _bylines.rows(version=version.pk)
    rows = _arounds.rows(
        version=version.pk,
        article=version.article_id,
        series=version.series_id or 0,
        part=version.series_part or 0,
        moment=version.listed_at or now,
        now=now,
    )
    tags = version.tags.all()
    tags._result_cache = sorted(
        (Tag(pk=number, name=label, slug=slug) for kind, number, label, slug, *_ in rows if kind == "tag"),
        key=lambda tag: tag.name,
    )
    prefetched.update(bylines=bylines, tags=tags)
    version.neighbours = _neighbours(version, rows, {tag.pk: tag.name for tag in tags})
    return version


def _neighbours(version: Version, rows: list[Any], tags: dict[int, str]) -> dict[str, list[Neighbour]]:
    """By kind: "previous" and "next" in the series, at most one each, and what to "read" next, the nearest first."""
    category = version.category.name if version.category else ""
    found: dict[str, list[Neighbour]] = {"previous": [], "next": [], "read": []}
    versions = [row for row in rows if row[0] != "tag"]
    taken = {slug for kind, _, _, slug, *_ in versions if kind != "read"}
    for kind, _, title, slug, shared, words, _ in sorted(
        versions, key=lambda row: (row[1], row[6], row[3]), reverse=True
    ):
        if kind == "read" and (slug in taken or len(found["read"]) == SHOWN):
            continue
        why = reason(shared, tags, category)
        if why or kind != "read":
            found[kind].append(Neighbour(title, slug, reading_minutes(words), why))
    return found
