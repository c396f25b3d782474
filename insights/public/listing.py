"""Pages of a list by cursor.

Chosen: keyset paging over (publication moment, article), against page numbers with OFFSET, whose cost grows with the
number of the page and whose content shifts while somebody reads. A cursor names the entry that a page begins after, so
a link to it keeps its meaning when newer articles appear. It names it by uid, not by row, so that it also keeps its
meaning in another database that holds the same publication.
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
    """A `before` or `after` that this site never made."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, newest first; `newer` and `older` are cursors, empty where nothing lies that way."""

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
    """The page of `versions` that lies before (older than) or after (newer than) a cursor; the first without one.

    `moment` is the field whose index the list walks: `listed_at`, or that of a facet (`version_tags__listed_at`).
    Costs two queries, whatever the page. Raises BrokenCursor.
    """
    # The annotation, not the path: a second filter over a to-many relation would join it a second time.
    rows: Any = (
        versions.annotate(walked_at=F(date_field))
        .listed()
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))
    )
    if after:
        at, pk = _place(after)
        newer = rows.filter(Q(walked_at__gt=at) | Q(article_id__gt=pk), walked_at__gte=at)
        found = list(newer.order_by("walked_at", "article_id")[: size + 1])
        if len(found) <= size:  # the top is reached: the first page, whole, rather than its remains
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
    """The cursor that names a listed version: microseconds and the article's uid, in base 36."""
    assert version.listed_at is not None
    microseconds = (version.listed_at - _EPOCH) // dt.timedelta(microseconds=1)
    return f"{base36(microseconds)}-{base36(version.article.uid.int)}"


def read_cursor(cursor: str) -> tuple[dt.datetime, UUID]:
    """The moment and the article's uid in a cursor. Raises BrokenCursor."""
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
    """The moment in a cursor and the id of its article, which decides between articles of one moment."""
    date_field, uid = read_cursor(cursor)
    return date_field, Subquery(Article.objects.filter(uid=uid).values("pk"))


def base36(number: int) -> str:
    """Return a number in base 36, "0" for none."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


# kind → the field of Version that the facet filters, and the moment its list is walked by
FACETS = {
    "category": ("category", "listed_at"),
    "tag": ("version_tags__tag", "version_tags__listed_at"),
    "author": ("bylines__author", "bylines__listed_at"),
    "series": ("series", "listed_at"),
}
