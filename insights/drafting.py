"""Writing: one door for the admin's form, the importer and the demo.

A text that is live is never written to; it is the next version that changes. Whoever publishes calls
`article.publish(version)` afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from insights.models import Article, Author, Tag, User, Version
from insights.rendering import record_picture_uses, typeset

WRITTEN_FIELDS = (
    "title", "excerpt", "body", "category", "series", "series_part", "cover", "cover_alt", "cover_caption",
    "cover_credit", "seo_title", "seo_description", "canonical", "pinned_step",
)  # fmt: skip


@transaction.atomic
def write(
    article: Article,
    values: Mapping[str, Any],
    *,
    authors: Sequence[Author] | None = None,
    tags: Sequence[Tag] | None = None,
    user: User | None = None,
    version: Version | None = None,
) -> Version:
    """Save a working version of `article` (saved first if new) with `values`, a subset of WRITTEN_FIELDS.

    What is not given is kept from the newest version; `authors` and `tags` replace theirs when given. `version`
    names the row to write to, when it is not the working one. Raises TextRefused, and then nothing is stored.
    """
    if article.pk is None:
        article.created_by = article.created_by or user
        article.save()
    previous = article.newest_version()
    version = version or article.working_version() or _next_version(article, previous)
    for name in WRITTEN_FIELDS:
        if name in values:
            setattr(version, name, values[name])
    version.updated_at, version.updated_by = timezone.now(), user
    pictures = typeset(version)
    is_new = version.pk is None
    version.save()
    if authors is None and is_new and previous:
        authors = [byline.author for byline in previous.bylines.select_related("author")]
    if tags is None and is_new and previous:
        tags = list(previous.tags.all())
    if authors is not None:
        version.set_authors(list(authors))
    if tags is not None:
        version.set_tags(list(tags))
    record_picture_uses(version, pictures)
    return version


def _next_version(article: Article, previous: Version | None) -> Version:
    version = Version(article=article, listed_at=article.published_at)
    if previous:
        for name in WRITTEN_FIELDS:
            setattr(version, name, getattr(previous, name))
    return version
