"""Export of an article: one file for each of its current texts.

`<slug>.md` is the live text, or the scheduled one. `<slug>.next.md` is the scheduled text that will replace a live one.
`<slug>.draft.md` is the draft beside either of them. Superseded versions are not exported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from insights.exchange.body_urls import replace_picture_urls
from insights.exchange.front_matter import TEXTS, write_front_matter
from insights.exchange.manifest import ArticleEntry, FileEntry, iso_utc
from insights.exchange.naming import reference
from insights.markup.figures import REFERENCE
from insights.models import Article, Redirect, Version


@dataclass(frozen=True, slots=True)
class Written:
    file: str
    text: str
    live_from: dt.datetime | None
    submitted_at: dt.datetime | None


class ArticlesOut:
    """Export of articles as texts. `pictures`: file by uid; `now` decides which version is live."""

    def __init__(self, pictures: Mapping[str, str], now: dt.datetime) -> None:
        self.pictures, self.now = pictures, now
        self.reference: Callable[[Any], str] = lru_cache(maxsize=10_000)(reference)

    def files(self, article: Article) -> list[Written]:
        return [self._written(article, version, file) for file, version in self._versions(article)]

    def entry(self, article: Article, written: list[tuple[Written, str]]) -> ArticleEntry:
        live = any(file.live_from for file, _ in written)
        return ArticleEntry(
            uid=article.uid,
            status=self._status(article, live, any(file.submitted_at for file, _ in written)),
            created_at=article.created_at,
            takes_feedback=article.takes_feedback,
            unpublished_at=article.unpublished_at,
            files=tuple(FileEntry(file.file, digest, file.live_from, file.submitted_at) for file, digest in written),
        )

    def _versions(self, article: Article) -> Iterator[tuple[str, Version]]:
        versions = article.versions.select_related("category", "series", "cover", "pinned_step")
        live = versions.live(self.now).first()
        coming = versions.scheduled(self.now).first()
        working = versions.working().first()
        first = live or coming
        if first:
            yield f"{article.slug}.md", first
        if live and coming:
            yield f"{article.slug}.next.md", coming
        if working:
            yield f"{article.slug}{'.draft' if first else ''}.md", working

    def _status(self, article: Article, is_live: bool, is_in_review: bool) -> str:
        if not is_live:
            return "review" if is_in_review else "draft"
        return "withdrawn" if article.unpublished_at and article.unpublished_at <= self.now else "published"

    def _written(self, article: Article, version: Version, file: str) -> Written:
        is_live = version.live_from is not None
        values: dict[str, Any] = {
            **{key: getattr(version, key) for key in TEXTS},
            "slug": article.slug,
            "id": str(article.uid),
            "date": iso_utc(article.published_at) if is_live else "",
            "updated": iso_utc(version.updated_at),
            "status": self._status(article, is_live, bool(version.submitted_at)),
            "category": self.reference(version.category) if version.category else "",
            "authors": [self.reference(line.author) for line in version.bylines.select_related("author")],
            "tags": [self.reference(row.tag) for row in version.version_tags.select_related("tag")],
            "series": self.reference(version.series) if version.series else "",
            "series_part": str(version.series_part or ""),
            "cover": self.pictures[str(version.cover.uid)] if version.cover else "",
            "aliases": [] if ".draft" in file or ".next" in file else aliases("article", article),
            "next_step": version.pinned_step.slug if version.pinned_step else "",
        }
        addresses = {
            match.group(): self.pictures[match.group(1).lower()]
            for match in REFERENCE.finditer(version.body)
            if match.group(1).lower() in self.pictures
        }
        text = write_front_matter(values, replace_picture_urls(version.body, addresses))
        return Written(file, text, version.live_from, version.submitted_at)


def aliases(kind: str, row: Any) -> list[str]:
    """Return the redirects to a row, without slugs that another row of its kind uses now."""
    slugs = list(Redirect.objects.filter(kind=kind, **{kind: row}).values_list("slug", flat=True))
    taken = set(type(row)._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))
    return sorted(slug for slug in slugs if slug not in taken)
