"""Feed content as plain values: read once, hashed for conditional requests, and only then written.

The ETag is a hash of all values with the stored HTML. We do not use dates alone, which miss a renamed author. We do not
hash the written feed, because each poll would have to render it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min, Prefetch, prefetch_related_objects
from django.utils import timezone

from insights.models import Article, SiteSettings, Tag, Version
from insights.models.versions import VersionQuerySet
from insights.public.absolute_urls import absolute_url, absolutize_urls
from insights.public.listing import list_page

SIZE = 20  # articles in a feed
FORMAT = "1"  # part of every ETag: increase it when the output changes


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Cover of an article: absolute URL, pixels, alt text, and caption with credit (`words`)."""

    url: str
    width: int
    height: int
    alt: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Article in a feed. `html` is the stored HTML, `content()` the HTML for the feed."""

    id: str
    url: str
    canonical: str
    title: str
    summary: str
    html: str
    cover: Cover | None
    published: dt.datetime
    updated: dt.datetime
    authors: tuple[Named, ...]
    topics: tuple[Named, ...]

    def content(self) -> str:
        return f"{self._figure()}{absolutize_urls(self.html, self.url)}"

    def _figure(self) -> str:
        cover = self.cover
        if cover is None:
            return ""
        words = f"<figcaption>{escape(cover.words)}</figcaption>" if cover.words else ""
        return (
            f'<figure><img src="{escape(cover.url)}" alt="{escape(cover.alt)}" width="{cover.width}" '
            f'height="{cover.height}">{words}</figure>\n'
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """Feed of the whole site or of one facet. URLs are absolute; `stem` has no file extension."""

    id: str
    site: str
    title: str
    description: str
    home: str
    stem: str
    entries: tuple[Entry, ...]
    updated: dt.datetime
    logo: str = ""  # absolute

    def etag(self, kind: str) -> str:
        return f'"{hashlib.blake2b(f"{FORMAT}{kind}{self!r}".encode(), digest_size=12).hexdigest()}"'


def read_feed(versions: VersionQuerySet, *, facet: Any = None, kind: str = "", date_field: str = "listed_at") -> Feed:
    """Return the feed of readable `versions`, in at most six queries."""
    site = SiteSettings.current()
    home = absolute_url(facet.get_absolute_url() if facet else "/insights/")
    entries = tuple(_entries(versions, date_field))
    return Feed(
        id=uuid.uuid5(uuid.NAMESPACE_URL, absolute_url(f"/insights/{kind}#{facet.pk}" if facet else "/insights/")).urn,
        site=site.name,
        title=f"{facet}. {site.name}" if facet else site.name,
        description=(facet.text or f"Newest articles: {facet}.") if facet else site.introduction,
        home=home,
        stem=f"{home}feed",
        entries=entries,
        updated=max((entry.updated for entry in entries), default=None) or _begun_at(),
        logo=absolute_url(site.logo.file.url) if site.logo else "",
    )


def _begun_at() -> dt.datetime:
    """Return the date of an empty feed: the last unpublishing, else the creation of this database."""
    unpublished = Article.objects.filter(unpublished_at__lte=timezone.now()).aggregate(at=Max("unpublished_at"))["at"]
    made = MigrationRecorder.Migration.objects.filter(app="insights").aggregate(at=Min("applied"))["at"]
    return unpublished or made or timezone.now()


def last_change(feed: Feed) -> dt.datetime:
    """Return the date of the newest change, also of an unpublishing, rounded up to a second."""
    unpublished = Article.objects.filter(unpublished_at__lte=timezone.now()).aggregate(at=Max("unpublished_at"))["at"]
    latest = min(max(feed.updated, unpublished or feed.updated), timezone.now())
    return latest.replace(microsecond=0) + dt.timedelta(seconds=1 if latest.microsecond else 0)


def _entries(versions: VersionQuerySet, date_field: str) -> list[Entry]:
    listed = list_page(versions, date_field=date_field, size=SIZE).versions
    prefetch_related_objects(listed, Prefetch("tags", Tag.objects.order_by("name")))
    html = dict(Version.objects.filter(pk__in=[version.pk for version in listed]).values_list("pk", "html"))
    return [_entry(version, html.get(version.pk, "")) for version in listed]


def _entry(version: Version, html: str) -> Entry:
    assert version.listed_at is not None
    filed = [version.category, *version.tags.all()] if version.category else version.tags.all()
    return Entry(
        id=version.article.uid.urn,
        url=absolute_url(version.article.get_absolute_url()),
        canonical=version.canonical_url,
        title=version.title,
        summary=version.excerpt,
        html=html,
        cover=cover_of(version),
        published=version.listed_at,
        updated=max(version.changed_at, version.listed_at),
        authors=tuple(_named(byline.author) for byline in version.bylines.all()),
        topics=tuple(map(_named, filed)),
    )


def _named(row: Any) -> Named:
    return Named(str(row), absolute_url(row.get_absolute_url()))


def cover_of(version: Version) -> Cover | None:
    picture = version.cover
    if picture is None:
        return None
    return Cover(
        url=absolute_url(picture.file.url),
        width=picture.width,
        height=picture.height,
        alt=version.cover_alt or picture.alt,
        words=" ".join(filter(None, (version.cover_caption, version.cover_credit))),
    )
