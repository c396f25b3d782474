"""What a save has to know of an article: two queries, under its lock, whatever the text is filed under and shows.

`version_token` is what a page says it was opened on; when another is stored by now, it was saved meanwhile. The lock
comes first and the text is read after it: read in one statement, PostgreSQL would tell the text from before the wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Subquery, Value
from django.db.models.functions import Cast, Concat

from insights.models import Article, Byline, PictureUse, Version, VersionTag
from insights.models.step_snapshot import snapshot_steps
from insights.models.versions import VersionQuerySet

_TEXT = models.TextField()


@dataclass(frozen=True, slots=True)
class VersionRelations:
    """Ids: authors in the order of the byline, tags, and the pictures that the text and its cover show."""

    authors: tuple[int, ...] = ()
    tags: frozenset[int] = frozenset()
    pictures: frozenset[int] = frozenset()


def with_edit_base(versions: VersionQuerySet) -> VersionQuerySet:
    """With all that a form shows of them and a save compares: rows, and ids as text."""

    def ids(rows: Any, *parts: Any) -> Subquery:
        of_it = rows.filter(version=models.OuterRef("pk")).order_by().values("version")
        named = Concat(*parts, output_field=models.TextField()) if len(parts) > 1 else Cast(parts[0], _TEXT)
        return Subquery(of_it.annotate(ids=models.StringAgg(named, models.Value(","))).values("ids"))

    return versions.select_related("category", "series", "cover", "pinned_step", "updated_by").annotate(
        filed_authors=ids(Byline.objects, Cast("position", _TEXT), models.Value(":"), Cast("author_id", _TEXT)),
        filed_tags=ids(VersionTag.objects, "tag_id"),
        shown_pictures=ids(PictureUse.objects, "picture_id"),
        steps_in_use=snapshot_steps(),
        has_filing=Value(True),
    )


def relations_of(version: Version | None) -> VersionRelations:
    """As it was fetched along (`with_edit_base`), else asked for."""
    if version is None or version.pk is None:
        return VersionRelations()
    row = version if version.has_filing else with_edit_base(Version.objects.all()).get(pk=version.pk)
    placed = (part.split(":") for part in _parts(row.filed_authors))
    return VersionRelations(
        tuple(int(pk) for _, pk in sorted((int(place), int(pk)) for place, pk in placed)),
        frozenset(map(int, _parts(row.filed_tags))),
        frozenset(map(int, _parts(row.shown_pictures))),
    )


def newest_of(article: Article | None) -> Version | None:
    """The newest version with what a form shows of it; asked for once in the life of `article`."""
    if article is None or article.pk is None:
        return None
    if not article.is_edit_base_known:
        article.edit_base = with_edit_base(article.versions.newest_by_article()).first()
        article.is_edit_base_known = True
    return article.edit_base


def lock(pk: Any, user: Any) -> Article | None:
    """The article, held until the transaction ends, with its newest version as of now; None if there is none."""
    article = Article.objects.with_is_own(user).locked().filter(pk=pk).first()
    newest_of(article)
    return article


def version_token(version: Version | None) -> str:
    """What the page says it was opened on: version, its last change, since when it is out and the article is not."""
    if version is None:
        return ""
    dates = (version.updated_at, version.live_from, version.article.unpublished_at)
    return "@".join([str(version.pk), *(date.isoformat() if date else "" for date in dates)])


def is_same_text(opened_on: str, version: Version) -> bool:
    """Whether a page was opened on this very text, whatever became of its article since."""
    return opened_on.split("@")[:2] == version_token(version).split("@")[:2]


def _parts(text: str | None) -> list[str]:
    return text.split(",") if text else []
