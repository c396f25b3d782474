"""Related articles ("Read next"): found at publication, stored, and shown with their reason.

We count shared facets instead of text similarity, because readers can check it: the reason is the score in words. The
score is symmetric and depends on no third article. So a new article joins existing lists without recalculating them,
and the publication order does not matter. Candidates are the newest NEWEST of each facet, so the cost does not grow
with the publication. `insights/public/neighbors.py` writes the data that pages show. Revisit when a tag has so many
articles that its newest are not relevant.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.tasks import task
from django.utils import timezone

from insights import signals
from insights.models import Article, Byline, ReadNext, Version, VersionTag
from insights.models.publication_lock import serialized
from insights.models.versions import VersionQuerySet
from insights.public import neighbors

NEWEST = 60  # candidates of each tag, author, category, series
KEPT = 6  # stored per article: more than are shown, so that unpublishing leaves no gap
BATCH = 20  # articles per periodic run

TAG, SERIES, AUTHOR, CATEGORY = 3, 2, 1, 1


@dataclass(frozen=True, slots=True)
class ArticleFacets:
    article: int
    uid: uuid.UUID
    listed_at: dt.datetime
    tags: frozenset[int]
    authors: frozenset[int]
    category: int | None
    series: int | None


@dataclass(frozen=True, slots=True, order=True)
class Relatedness:
    """Closeness of another article: closer, then newer, is greater. `shared` is as in `ReadNext.shared`."""

    score: int
    listed_at: dt.datetime
    uid: uuid.UUID
    other: int
    shared: str


def relatedness(one: ArticleFacets, other: ArticleFacets) -> Relatedness | None:
    tags = sorted(one.tags & other.tags)
    words = [f"tag:{tag}" for tag in tags]
    score = TAG * len(tags)
    if one.series and one.series == other.series:
        words.append("series")
        score += SERIES
    if one.authors & other.authors:
        words.append("author")
        score += AUTHOR
    if one.category and one.category == other.category:
        words.append("category")
        score += CATEGORY
    if not words:
        return None
    return Relatedness(score, other.listed_at, other.uid, other.article, " ".join(words)[:400])


def request_related(article: Article) -> None:
    """Update related articles: at once if the article is unpublished, else by a task."""
    if article.unpublished_at:
        refresh_related(article.pk)
    else:
        stands = ReadNext.objects.filter(other=article.pk).exists()
        if stands or article.versions.filter(live_from__isnull=False).count() > 1:
            refresh_neighbors(article.pk)
        article.versions.filter(live_from__isnull=False).update(related_at=None)
        update_related.enqueue(article.pk)


@serialized
def refresh_neighbors(article: int) -> None:
    """Update the entries for an article on other pages after its live or scheduled version changed."""
    now = timezone.now()
    around = {article, *neighbors.adjacent_articles(article, now)}
    around |= set(ReadNext.objects.filter(other=article).values_list("article_id", flat=True))
    if neighbors.update_neighbors(around, now):
        signals.listing_changed.send(sender=ReadNext)


@task()
def update_related(article: int) -> None:
    refresh_related(article)


def update_due_related() -> None:
    """Find related articles for versions that became live or whose task was lost, BATCH at most."""
    due = Version.objects.filter(live_from__lte=timezone.now(), live_until__isnull=True, related_at__isnull=True)
    for article in due.order_by("live_from").values_list("article_id", flat=True)[:BATCH]:
        refresh_related(article)


@serialized
def refresh_related(article: int) -> None:
    """Update the lists of an article and of its related articles; send `listing_changed` if they differ."""
    now = timezone.now()
    mine = _standing(article, now)
    ties = _ties(mine, now) if mine else []
    around = {article, *neighbors.adjacent_articles(article, now)}
    around |= set(ReadNext.objects.filter(other=article).values_list("article_id", flat=True))
    _store(article, ties)
    is_out = Article.objects.published(now).filter(pk=article).exists()
    around |= _put_under_others(mine, ties if is_out else [], article, now)
    changed = neighbors.update_neighbors(around, now)
    Version.objects.live(now).filter(article=article).update(related_at=now)
    if changed:
        signals.listing_changed.send(sender=ReadNext)


def _standing(article: int, now: dt.datetime) -> ArticleFacets | None:
    """Return the public facets of an article, or those of its scheduled version; None if unpublished."""
    versions = Version.objects.filter(article=article)
    readable = next(_facets(versions.readable(now)), None)
    if readable or versions.live(now).exists():  # an unpublished article has no related articles
        return readable
    return next(_facets(versions.scheduled(now)), None)


def _ties(mine: ArticleFacets, now: dt.datetime) -> list[Relatedness]:
    found = {other.article: relatedness(mine, other) for other in _facets(_candidates(mine, now))}
    return sorted(filter(None, found.values()), reverse=True)


def _candidates(mine: ArticleFacets, now: dt.datetime) -> VersionQuerySet:
    readable = Version.objects.readable(now).exclude(article=mine.article)
    drawers = [
        *(readable.filter(version_tags__tag=tag).order_by("-version_tags__listed_at") for tag in sorted(mine.tags)),
        *(readable.filter(bylines__author=author).order_by("-bylines__listed_at") for author in sorted(mine.authors)),
        *([readable.filter(category=mine.category).newest_first()] if mine.category else []),
        *([readable.filter(series=mine.series).newest_first()] if mine.series else []),
    ]
    return Version.objects.filter(
        pk__in=set(chain.from_iterable(drawer.values_list("pk", flat=True)[:NEWEST] for drawer in drawers))
    )


def _facets(versions: VersionQuerySet) -> Iterator[ArticleFacets]:
    rows = list(
        versions.values_list("pk", "article_id", "article__uid", "listed_at", "live_from", "category_id", "series_id")
    )
    keys = [row[0] for row in rows]
    tags, authors = defaultdict(set), defaultdict(set)
    for version, tag in VersionTag.objects.filter(version__in=keys).values_list("version_id", "tag_id"):
        tags[version].add(tag)
    for version, author in Byline.objects.filter(version__in=keys).values_list("version_id", "author_id"):
        authors[version].add(author)
    for pk, article, uid, listed_at, live_from, category, series in rows:
        published_at = listed_at or live_from
        assert published_at is not None, "a live or scheduled version has a date"
        yield ArticleFacets(article, uid, published_at, frozenset(tags[pk]), frozenset(authors[pk]), category, series)


def _store(article: int, ties: Iterable[Relatedness]) -> bool:
    """Store the closest KEPT of `ties` for `article`; return whether anything changed."""
    wanted = {one.other: one for one in sorted(ties, reverse=True)[:KEPT]}
    present = {row.other_id: row for row in ReadNext.objects.filter(article=article)}
    gone = [row.pk for other, row in present.items() if other not in wanted]
    new = [
        ReadNext(article_id=article, other_id=other, score=one.score, shared=one.shared)
        for other, one in sorted(wanted.items())
        if other not in present or (present[other].score, present[other].shared) != (one.score, one.shared)
    ]
    if gone:
        ReadNext.objects.filter(pk__in=gone).delete()
    _upsert(new)
    return bool(gone or new)


def _put_under_others(mine: ArticleFacets | None, ties: list[Relatedness], article: int, now: dt.datetime) -> set[int]:
    """Update the lists of other articles with `article`; return the ids of those that changed."""
    near = {one.other: one for one in ties}
    had = {row.article_id: row for row in ReadNext.objects.filter(other=article)}
    changed, new = set(), []
    for owner, row in had.items():
        if owner not in near or near[owner].score < row.score:  # another article may be closer now
            other = next(_facets(Version.objects.readable(now).filter(article=owner)), None)
            if _store(owner, _ties(other, now) if other else []):
                changed.add(owner)
    lists: defaultdict[int, list[Any]] = defaultdict(list)
    rows = ReadNext.objects.filter(article__in=near).exclude(other=article)
    for owner, *place in rows.values_list("article_id", "score", "other__published_at", "other__uid", "pk"):
        lists[owner].append(tuple(place))
    surplus: list[Any] = []
    for owner, one in near.items():
        if owner in changed or (owner in had and (had[owner].score, had[owner].shared) == (one.score, one.shared)):
            continue
        others = sorted(lists[owner])
        if len(others) >= KEPT and mine:
            if (one.score, mine.listed_at, mine.uid) < others[-KEPT][:3]:
                continue
            surplus += [row[3] for row in others[: len(others) - KEPT + 1]]
        new.append(ReadNext(article_id=owner, other_id=article, score=one.score, shared=one.shared))
        changed.add(owner)
    if surplus:
        ReadNext.objects.filter(pk__in=surplus).delete()
    _upsert(new)
    return changed


def _upsert(rows: list[ReadNext]) -> None:
    ReadNext.objects.bulk_create(
        sorted(rows, key=lambda row: (row.article_id, row.other_id)),
        update_conflicts=True,
        unique_fields=["article", "other"],
        update_fields=["score", "shared"],
    )
