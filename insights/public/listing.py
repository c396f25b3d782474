"""Cursor pagination of article lists.

We use keyset pagination over (publication date, article) instead of OFFSET, which gets slower with each page and shifts
while someone reads. A cursor names the entry before a page, so links stay valid when articles are added. It holds the
article's uid instead of the row id, so it is also valid in a copy of the publication.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, Q, Subquery
from django.utils import timezone

from insights.models import Article, Byline, Version
from insights.models.versions import VersionQuerySet

PAGE_SIZE = 13  # one lead and twelve cards

_CURSOR = re.compile(r"([0-9a-z]{1,12})-([0-9a-z]{1,25})\Z")
_EPOCH = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class InvalidListCursor(ValueError):
    """A `before` or `after` cursor that this site did not make."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, newest first; `newer` and `older` are cursors, empty if there is no such page."""

    versions: list[Version]
    newer: str = ""
    older: str = ""
    is_first: bool = False


def list_page(
    versions: VersionQuerySet,
    *,
    before: str = "",
    after: str = "",
    date_field: str = "listed_at",
    size: int = PAGE_SIZE,
) -> ListPage:
    """Return the page before (older than) or after (newer than) a cursor, or the first page. Costs two queries.

    `date_field` is the field whose index the list uses: `listed_at`, or a facet's (`version_tags__listed_at`). Raise
    InvalidListCursor if the cursor is malformed.
    """
    # We filter on an annotation, because a second filter over a to-many relation adds a second join.
    rows: Any = (
        versions.annotate(walked_at=F(date_field))
        .listed()
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))
    )
    if after:
        at, pk = _place(after)
        newer = rows.filter(Q(walked_at__gt=at) | Q(article_id__gt=pk), walked_at__gte=at)
        found = list(newer.order_by("walked_at", "article_id")[: size + 1])
        if len(found) <= size:  # start of the list: return a full first page
            return list_page(versions, date_field=date_field, size=size)
        shown = found[:size][::-1]
        return ListPage(shown, newer=make_cursor(shown[0]), older=make_cursor(shown[-1]))
    if before:
        at, pk = _place(before)
        rows = rows.filter(Q(walked_at__lt=at) | Q(article_id__lt=pk), walked_at__lte=at)
    found = list(rows.order_by("-walked_at", "-article_id")[: size + 1])
    shown = found[:size]
    return ListPage(
        shown,
        newer=make_cursor(shown[0]) if before and shown else "",
        older=make_cursor(shown[-1]) if len(found) > size else "",
        is_first=not before,
    )


def make_cursor(version: Version) -> str:
    """Return the cursor of a listed version: microseconds and the article's uid, in base 36."""
    assert version.listed_at is not None
    microseconds = (version.listed_at - _EPOCH) // dt.timedelta(microseconds=1)
    return f"{base36(microseconds)}-{base36(version.article.uid.int)}"


def read_cursor(cursor: str) -> tuple[dt.datetime, UUID]:
    """Return the date and the article's uid. Raise InvalidListCursor if the cursor is malformed."""
    match = _CURSOR.match(cursor)
    if not match:
        raise InvalidListCursor(cursor)
    number = int(match.group(2), 36)
    try:
        date_field = _EPOCH + dt.timedelta(microseconds=int(match.group(1), 36))
    except OverflowError:
        raise InvalidListCursor(cursor) from None
    if number >= 2**128 or date_field > timezone.now() + dt.timedelta(days=3660):
        raise InvalidListCursor(cursor)
    return date_field, UUID(int=number)


def _place(cursor: str) -> tuple[dt.datetime, Subquery]:
    date_field, uid = read_cursor(cursor)
    return date_field, Subquery(Article.objects.filter(uid=uid).values("pk"))


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


# kind → the field of Version that the facet filters, and the date its list is ordered by
FACETS = {
    "category": ("category", "listed_at"),
    "tag": ("version_tags__tag", "version_tags__listed_at"),
    "author": ("bylines__author", "bylines__listed_at"),
    "series": ("series", "listed_at"),
}
