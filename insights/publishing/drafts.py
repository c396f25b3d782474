"""Writing: one door for the admin's form, autosave, the importer and the demo.

A text that is live, or that has its place in the history, is never written to; it is the next version that changes.
So a working draft is one row that autosave writes in place until it is kept (by its editor, by publication), and the
first change after that begins a new row. The text of somebody else is kept before it is written over. Chosen against
a copy of every save in a second table: history, comparison and bringing back work on the rows that readers get, and
the cost of a save does not grow with the history. Whoever publishes calls `article.publish(version)` afterwards.
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
# What a row keeps until it is published, beside its text.
_KEPT = (*WRITTEN_FIELDS, "new_slug")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOptions:
    """How a text is stored.

    typed: what `read_body` gave for the body, if that was asked before. refuse: refuse a text against today's rules.
    keep, label: give it a place in the history. apart: begin a new row, so that the text before it stays in the
    history. locked: the article came from `insights.publishing.edit_base.lock`, and nothing was stored since.
    """

    typed: ParsedBody | None = None
    refuse: bool = True
    keep: bool = False
    label: str = ""
    apart: bool = False
    locked: bool = False


DEFAULT_OPTIONS = SaveOptions()


# Of all three: what is not in `values` stays as in the newest version; `authors` and `tags` replace theirs when given.


def autosave_draft(
    article: Article,
    values: Mapping[str, Any],
    *,
    typed: ParsedBody | None,
    apart: bool,
    user: User | None,
    **filing: Any,
) -> Version:
    """Write the working version of a locked article, also with a text that publishing would refuse.

    A lost text would be worse than a wrong one. The caller has begun the transaction.
    """
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
    """Write the working version of a locked article and, with `keep`, give it its place in the history.

    Raises TextRefused; the caller has begun the transaction, and rolls it back then.
    """
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
    """Write a version from a file or from code: the working one, or the row `version`. Raises TextRefused."""
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
    """Save a version of `article` (saved first if new) with some of WRITTEN_FIELDS and `new_slug`."""
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
    """Byline and tags: those given, else those of the text before."""
    chosen = before.authors if authors is None else tuple(author.pk for author in authors)
    if is_new or chosen != before.authors:
        version.set_authors(chosen, is_new=is_new)
    marked = sorted(before.tags) if tags is None else [tag.pk for tag in tags]
    if is_new or set(marked) != before.tags:
        version.set_tags(marked, is_new=is_new)


@transaction.atomic
def keep(version: Version, *, label: str = "", user: User | None = None) -> None:
    """Give a working version its place in the history, under a name if it has one. Nothing happens to one that is
    kept already, unless it gets a name."""
    if version.kept_at is not None and not label:
        return
    version.keep(Version.KeptAs.SAVED, label=label)
    HistoryEntry.record(version.article, HistoryEntry.Verb.SAVED, user, version=version, note=label)


@transaction.atomic
def restore(article: Article, old: Version, *, user: User | None = None) -> Version:
    """Make the text of `old`, a version of `article`, the working one; what was being written stays in the history.

    So it is undone by bringing that back. What has been deleted since (category, series) is missing in the new version
    and named in its `category_was` and `series_was`. Raises TextRefused if today's rules refuse the old text.
    """
    now = timezone.now()
    aside = _set_aside(article, now)
    version = Version(article=article, listed_at=article.published_at, restored_from=old)
    if aside is not None:  # handed in, it stays so
        version.submitted_at, version.changes_requested_at = aside.submitted_at, aside.changes_requested_at
        version.new_slug = aside.new_slug
    for name in (*WRITTEN_FIELDS, "category_was", "series_was"):
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
    """Take back `restore`, as long as nobody has written on since: the draft that it set aside is the working text
    again, the same row; where there was none, the draft is given up. Returns what is newest now, or None, and then
    nothing was done."""
    brought = article.working_version()
    if brought is None or brought.kept_as != Version.KeptAs.VERSION_RESTORED:
        return None
    aside = article.versions.filter(superseded_at=brought.kept_at).first()
    if aside is None:
        return article.newest_version() if discard(article, user=user) else None
    brought.supersede()
    aside.superseded_at = None
    with suppress(TextRefused):  # it may have been refused before, and stays as it was
        render_version(aside)  # rules and renderer may have changed since
    aside.save()
    HistoryEntry.record(article, HistoryEntry.Verb.VERSION_RESTORED, user, version=aside, note="Undone.")
    return aside


@transaction.atomic
def discard(article: Article, *, user: User | None = None) -> Version | None:
    """Give up the draft beside a text that is out or scheduled; it stays in the history. Returns it, or None."""
    if article.published_at is None:
        return None
    dropped = _set_aside(article)
    if dropped is not None:
        HistoryEntry.record(article, HistoryEntry.Verb.DISCARDED, user, version=dropped)
    return dropped


def _set_aside(article: Article, at: dt.datetime | None = None) -> Version | None:
    """Take the working version, if there is one, out of work and into the history."""
    working = article.working_version()
    if working is not None:
        working.keep(Version.KeptAs.SET_ASIDE, at=at)
        working.supersede(at)
    return working


def _row_to_write(article: Article, previous: Version | None, user: User | None, *, apart: bool) -> Version:
    """The working row, if it may be written over; else a new one like `previous`, the newest."""
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
