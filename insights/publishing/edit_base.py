"""Everything that a save compares against, loaded in two queries under the row lock."""

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
    """Ids of authors (in the order of the byline), of tags, and of pictures in text and cover."""

    authors: tuple[int, ...] = ()
    tags: frozenset[int] = frozenset()
    pictures: frozenset[int] = frozenset()


def with_edit_base(versions: VersionQuerySet) -> VersionQuerySet:
    """Annotate all that a form shows and a save compares; ids come as text."""

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
    """Return the relations of a version; one query unless it comes from `with_edit_base`."""
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
    """Return the newest version with all that a form shows; cached on `article`."""
    if article is None or article.pk is None:
        return None
    if not article.is_edit_base_known:
        article.edit_base = with_edit_base(article.versions.newest_by_article()).first()
        article.is_edit_base_known = True
    return article.edit_base


def lock(pk: Any, user: Any) -> Article | None:
    """Lock an article until the transaction ends, then load its newest version; None if there is none."""
    # First the lock, then the text: in one statement PostgreSQL would return the text from before the wait.
    article = Article.objects.with_is_own(user).locked().filter(pk=pk).first()
    newest_of(article)
    return article


def version_token(version: Version | None) -> str:
    if version is None:
        return ""
    dates = (version.updated_at, version.live_from, version.article.unpublished_at)
    return "@".join([str(version.pk), *(date.isoformat() if date else "" for date in dates)])


def is_same_text(opened_on: str, version: Version) -> bool:
    """Return whether a page was opened on this text; publication dates are ignored."""
    return opened_on.split("@")[:2] == version_token(version).split("@")[:2]


def _parts(text: str | None) -> list[str]:
    return text.split(",") if text else []
