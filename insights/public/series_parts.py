"""Cursor pagination of a series in reading order, which is the order of `neighbors.py`.

A cursor holds the full position of a part, so it stays valid when parts are added.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import BigIntegerField, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from insights.models import Article, Byline, Version
from insights.models.versions import VersionQuerySet
from insights.public.listing import PAGE_SIZE, InvalidListCursor, ListPage, base36, make_cursor, read_cursor

_MOST = 2**31  # higher than any part number
_ORDER = ("place", "listed_at", "article_id")


def series_page(versions: VersionQuerySet, *, before: str = "", after: str = "", size: int = PAGE_SIZE) -> ListPage:
    """Return a page of parts; its `newer` leads to earlier parts. Raise InvalidListCursor if malformed."""
    rows: Any = (
        versions.annotate(place=Coalesce("series_part", 0, output_field=BigIntegerField()))
        .listed()
        .prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))
    )
    if before:
        earlier = rows.filter(_beyond(before, "lt")).order_by(*(f"-{name}" for name in _ORDER))
        found = list(earlier[: size + 1])
        if len(found) <= size:  # start of the series: return a full first page
            return series_page(versions, size=size)
        shown = found[:size][::-1]
        return ListPage(shown, newer=_cursor(shown[0]), older=_cursor(shown[-1]))
    found = list((rows.filter(_beyond(after, "gt")) if after else rows).order_by(*_ORDER)[: size + 1])
    shown = found[:size]
    return ListPage(
        shown,
        newer=_cursor(shown[0]) if after and shown else "",
        older=_cursor(shown[-1]) if len(found) > size else "",
        is_first=not after,
    )


def _cursor(version: Version) -> str:
    return f"{base36(version.series_part or 0)}-{make_cursor(version)}"


def _beyond(cursor: str, sign: str) -> Q:
    """Return the filter for parts on one side (`lt` or `gt`) of a cursor."""
    place, at, article = _place(cursor)
    same = {"place": place, "listed_at": at}
    return (
        Q(**{f"place__{sign}": place})
        | Q(**{"place": place, f"listed_at__{sign}": at})
        | Q(**same, **{f"article_id__{sign}": article})
    )


def _place(cursor: str) -> tuple[int, dt.datetime, Subquery]:
    part, _, rest = cursor.partition("-")
    at, uid = read_cursor(rest)
    try:
        place = int(part, 36) if part.isascii() and part.isalnum() else _MOST
    except ValueError:
        place = _MOST
    if place >= _MOST or len(part) > 7:
        raise InvalidListCursor(cursor)
    return place, at, Subquery(Article.objects.filter(uid=uid).values("pk"))
