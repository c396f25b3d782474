"""Sitemap index and sitemaps, each with the public pages of one kind in one range of row ids.

We split by row id (part 3 holds ids from 15,000 up to 20,000) instead of OFFSET as Django does. With OFFSET, each new
article shifts all later pages. A part keeps its articles and URL forever, so crawlers fetch only changed parts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db.models import ExpressionWrapper, F, IntegerField, Max, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from insights.models import Article, Author, Category, PictureUse, Series, Tag, Version
from insights.models.versions import VersionQuerySet
from insights.public.absolute_urls import absolute_url
from insights.public.feeds import SHARED_SECONDS, xml_text

PART_SIZE = 5_000
LAST_PART = 10**12

# kind → its rows, and the column of a readable version that holds their ids
KINDS: dict[str, tuple[type[Model], str]] = {
    "article": (Article, "article_id"),
    "category": (Category, "category_id"),
    "tag": (Tag, "version_tags__tag_id"),
    "author": (Author, "bylines__author_id"),
    "series": (Series, "series_id"),
}

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PICTURES = "http://www.google.com/schemas/sitemap-image/1.1"


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    root = ET.Element("sitemapindex", {"xmlns": _SITEMAP})
    parts: list[tuple[str, dt.datetime | None]] = []
    for kind, (_, column) in KINDS.items():
        part = ExpressionWrapper(F(column) / PART_SIZE, output_field=IntegerField())
        parts += [
            (reverse(f"insights:sitemap_{kind}", args=[number]), changed)
            for number, changed in _changes(_versions(column).annotate(part=part), "part")
        ]
    newest = max((changed for _, changed in parts if changed), default=None)
    for location, changed in ((reverse("insights:sitemap_pages"), newest), *parts):
        _put(ET.SubElement(root, "sitemap"), absolute_url(location), changed)
    return _document(root)


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def pages(request: HttpRequest) -> HttpResponse:
    root = ET.Element("urlset", {"xmlns": _SITEMAP})
    for name in settings.SITEMAP_PAGES:
        _put(ET.SubElement(root, "url"), absolute_url(reverse(name)))
    return _document(root)


@require_safe
@cache_control(public=True, max_age=0, s_maxage=SHARED_SECONDS)
@conditional_page
def part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Return the pages of a kind with ids in one range; 404 if readers can open none of them."""
    if number > LAST_PART:
        raise Http404
    model, column = KINDS[kind]
    ids = (number * PART_SIZE, (number + 1) * PART_SIZE)
    changed = dict(_changes(_versions(column).filter(**_between(column, ids)), column))
    if not changed:
        raise Http404
    pictures = _pictures(ids) if kind == "article" else {}
    root = ET.Element("urlset", {"xmlns": _SITEMAP, **({"xmlns:image": _PICTURES} if pictures else {})})
    rows: Any = model._default_manager.filter(**_between("pk", ids)).only("slug").order_by("pk")
    for row in rows:
        if row.pk in changed:
            url = ET.SubElement(root, "url")
            _put(url, absolute_url(row.get_absolute_url()), changed[row.pk])
            for location in pictures.get(row.pk, ()):
                ET.SubElement(ET.SubElement(url, "image:image"), "image:loc").text = absolute_url(location)
    return _document(root)


def _versions(column: str) -> VersionQuerySet:
    return Version.objects.readable().filter(**{f"{column}__isnull": False}).order_by()


def _between(column: str, ids: tuple[int, int]) -> dict[str, int]:
    return {f"{column}__gte": ids[0], f"{column}__lt": ids[1]}


def _changes(versions: VersionQuerySet, key: str) -> list[tuple[int, dt.datetime]]:
    """Return pairs of a `key` value and the date of the newest change of its versions, ordered by `key`."""
    rows = versions.values(key).annotate(live=Max("live_from"), updated=Max("updated_at")).order_by(key)
    return [(row[key], max(row["live"], row["updated"])) for row in rows]


def _pictures(ids: tuple[int, int]) -> dict[int, list[str]]:
    shown = Version.objects.readable().filter(**_between("article_id", ids)).order_by().values("pk")
    uses = PictureUse.objects.filter(version__in=shown).select_related("picture", "version")
    found: dict[int, list[str]] = defaultdict(list)
    for use in uses.only("picture__file", "version__article_id").order_by("pk"):
        found[use.version.article_id].append(use.picture.file.url)
    return found


def _put(parent: ET.Element, location: str, changed: dt.datetime | None = None) -> None:
    ET.SubElement(parent, "loc").text = xml_text(location)
    if changed:
        ET.SubElement(parent, "lastmod").text = changed.replace(microsecond=0).isoformat()


def _document(root: ET.Element) -> HttpResponse:
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/xml; charset=utf-8")
