"""Drafts: the one place where the admin form, autosave, the importer and the demo save a text.

A version that is live or in the history never changes. A draft is one row that autosave overwrites until it is kept or
published; the next change begins a new row. The text of another account is kept before it is overwritten. We use this
instead of a table with a copy of every save. History, compare and restore work on the rows that readers get, and a save
costs the same for any history. Call `article.publish(version)` afterwards to publish.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from insights.models import Article, Author, HistoryEntry, Tag, User, Version
from insights.models.step_snapshot import steps_in
from insights.publishing.edit_base import VersionRelations, newest_of, relations_of
from insights.publishing.rendering import (
    ParsedBody,
    TextRefused,
    pictures_of,
    record_picture_uses,
    record_pictures,
    render_version,
)

WRITTEN_FIELDS = (
    "title", "excerpt", "body", "category", "series", "series_part", "cover", "cover_alt", "cover_caption",
    "cover_credit", "seo_title", "seo_description", "canonical", "pinned_step",
)  # fmt: skip
# Fields that a new row copies from the newest version.
_KEPT = (*WRITTEN_FIELDS, "new_slug")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOptions:
    typed: ParsedBody | None = None  # the result of `read_body`, if there is one
    refuse: bool = True  # raise TextRefused if today's rules refuse the text
    keep: bool = False  # put it into the history
    label: str = ""
    apart: bool = False  # begin a new row, so that the text before it stays
    locked: bool = False  # the article comes from `edit_base.lock`, and nothing was saved since


DEFAULT_OPTIONS = SaveOptions()


# All three functions keep the newest version's value of what is not given: fields, `authors` and `tags`.


def autosave_draft(
    article: Article,
    values: Mapping[str, Any],
    *,
    typed: ParsedBody | None,
    apart: bool,
    user: User | None,
    **filing: Any,
) -> Version:
    """Save the draft of a locked article in the caller's transaction, even a text that publishing would refuse."""
    # A lost text would be worse than a wrong one.
    options = SaveOptions(typed=typed, refuse=False, apart=apart, locked=True)
    return _write(article, values, user=user, options=options, **filing)


def save_version(
    article: Article,
    values: Mapping[str, Any],
    *,
    typed: ParsedBody | None,
    keep: bool,
    label: str,
    apart: bool,
    user: User | None,
    **filing: Any,
) -> Version:
    """Save the draft of a locked article. Raises TextRefused: the caller rolls its transaction back."""
    options = SaveOptions(typed=typed, keep=keep, label=label, apart=apart, locked=True)
    return _write(article, values, user=user, options=options, **filing)


@transaction.atomic
def import_version(
    article: Article,
    values: Mapping[str, Any],
    *,
    authors: Sequence[Author] | None = None,
    tags: Sequence[Tag] | None = None,
    user: User | None = None,
    version: Version | None = None,
) -> Version:
    """Save a version from a file or from code: the draft, or the row `version`. Raises TextRefused."""
    return _write(article, values, authors=authors, tags=tags, user=user, version=version)


def _write(
    article: Article,
    values: Mapping[str, Any],
    *,
    authors: Sequence[Author] | None = None,
    tags: Sequence[Tag] | None = None,
    user: User | None = None,
    version: Version | None = None,
    options: SaveOptions = DEFAULT_OPTIONS,
) -> Version:
    if article.pk is None:
        article.created_by = article.created_by or user
    if not options.locked:
        article.is_edit_base_known = False
    previous = newest_of(article)
    now = timezone.now()
    version = version or _row_to_write(article, previous, user, apart=options.apart)
    for name in _KEPT:
        if name in values:
            setattr(version, name, values[name])
    if version.category_id:
        version.category_was = ""
    if version.series_id:
        version.series_was = ""
    version.updated_at, version.updated_by, version.approved_at = now, user, None
    known = steps_in(previous.steps_in_use) if options.locked and previous else None
    render_version(version, known, typed=options.typed, refuse=options.refuse)
    if article.pk is None:
        article.save()
    if options.keep:
        version.kept_at, version.kept_as, version.label = now, Version.KeptAs.SAVED, options.label
    before = relations_of(previous if version.pk is None else version)
    is_new = version.pk is None
    if is_new and version.is_working and previous and previous.is_working:
        previous.give_way(now)
    version.save()
    _file(version, before, authors, tags, is_new=is_new)
    shown = options.typed.shown if options.typed else pictures_of(version.body)
    record_pictures(version, {picture.pk for picture in shown}, frozenset() if is_new else before.pictures)
    if options.keep:
        HistoryEntry.record(article, HistoryEntry.Verb.SAVED, user, version=version, note=options.label)
    article.is_edit_base_known = False
    return version


def _file(
    version: Version,
    before: VersionRelations,
    authors: Sequence[Author] | None,
    tags: Sequence[Tag] | None,
    *,
    is_new: bool,
) -> None:
    chosen = before.authors if authors is None else tuple(author.pk for author in authors)
    if is_new or chosen != before.authors:
        version.set_authors(chosen, is_new=is_new)
    marked = sorted(before.tags) if tags is None else [tag.pk for tag in tags]
    if is_new or set(marked) != before.tags:
        version.set_tags(marked, is_new=is_new)


@transaction.atomic
def keep(version: Version, *, label: str = "", user: User | None = None) -> None:
    """Put a draft into the history; a kept one changes only if it gets a label."""
    if version.kept_at is not None and not label:
        return
    version.keep(Version.KeptAs.SAVED, label=label)
    HistoryEntry.record(version.article, HistoryEntry.Verb.SAVED, user, version=version, note=label)


@transaction.atomic
def restore(article: Article, old: Version, *, user: User | None = None) -> Version:
    """Make the text of `old` the draft; the current draft stays in the history. Raises TextRefused."""
    now = timezone.now()
    aside = _set_aside(article, now)
    version = Version(article=article, listed_at=article.published_at, restored_from=old)
    if aside is not None:  # a submitted draft stays submitted
        version.submitted_at, version.changes_requested_at = aside.submitted_at, aside.changes_requested_at
        version.new_slug = aside.new_slug
    for name in (*WRITTEN_FIELDS, "category_was", "series_was"):  # the names of deleted ones
        setattr(version, name, getattr(old, name))
    version.updated_at, version.updated_by = now, user
    version.kept_at, version.kept_as = now, Version.KeptAs.VERSION_RESTORED
    pictures = render_version(version)
    version.save()
    version.set_authors([byline.author_id for byline in old.bylines.all()])
    version.set_tags(old.version_tags.values_list("tag", flat=True))
    record_picture_uses(version, pictures)
    HistoryEntry.record(article, HistoryEntry.Verb.VERSION_RESTORED, user, version=version)
    return version


@transaction.atomic
def undo_restore(article: Article, *, user: User | None = None) -> Version | None:
    """Undo `restore`, unless the draft changed since. Return the newest version, or None if nothing was done."""
    brought = article.working_version()
    if brought is None or brought.kept_as != Version.KeptAs.VERSION_RESTORED:
        return None
    aside = article.versions.filter(superseded_at=brought.kept_at).first()
    if aside is None:  # there was no draft before
        return article.newest_version() if discard(article, user=user) else None
    brought.supersede()
    aside.superseded_at = None
    with suppress(TextRefused):  # a text that is refused stays as it was
        render_version(aside)  # rules and renderer may have changed since
    aside.save()
    HistoryEntry.record(article, HistoryEntry.Verb.VERSION_RESTORED, user, version=aside, note="Undid the restore.")
    return aside


@transaction.atomic
def discard(article: Article, *, user: User | None = None) -> Version | None:
    """Discard the draft of a published or scheduled article; it stays in the history. Return it, or None."""
    if article.published_at is None:
        return None
    dropped = _set_aside(article)
    if dropped is not None:
        HistoryEntry.record(article, HistoryEntry.Verb.DISCARDED, user, version=dropped)
    return dropped


def _set_aside(article: Article, at: dt.datetime | None = None) -> Version | None:
    working = article.working_version()
    if working is not None:
        working.keep(Version.KeptAs.SET_ASIDE, at=at)
        working.supersede(at)
    return working


def _row_to_write(article: Article, previous: Version | None, user: User | None, *, apart: bool) -> Version:
    """Return the draft if it may be overwritten, else a new version with the text of `previous`."""
    if previous is None or not previous.is_working:
        return _next_version(article, previous)
    is_of_another = previous.updated_by_id != (user.pk if user else None)
    if previous.kept_at is None and not is_of_another and not apart:
        return previous
    version = _next_version(article, previous)
    version.submitted_at, version.changes_requested_at = previous.submitted_at, previous.changes_requested_at
    return version


def _next_version(article: Article, previous: Version | None) -> Version:
    version = Version(article=article, listed_at=article.published_at)
    if previous:
        for name in (*_KEPT, "category_was", "series_was"):
            setattr(version, name, getattr(previous, name))
    return version
