"""Import of one article's file.

The file is the whole article: a missing key means empty, except dates, slug and aliases. A published text is never
overwritten; a changed file becomes the next version. With `status: draft` or `review`, it is the article's draft.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from insights import signals
from insights.exchange.body_urls import local_pictures, replace_picture_urls
from insights.exchange.file_links import FileLinks
from insights.exchange.front_matter import TEXTS
from insights.exchange.groups import Placed
from insights.exchange.identities import Identity, find_article, leave_aliases
from insights.exchange.manifest import ArticleEntry, FileEntry
from insights.exchange.naming import Names, NotNamed, checked
from insights.exchange.pictures_in import PicturesIn
from insights.exchange.prepublish import refusals
from insights.exchange.problems import ExchangeRefused
from insights.models import Article, Author, Category, Series, Step, Tag, Version
from insights.publishing.drafts import import_version
from insights.publishing.rendering import TextRefused, check_stored

KEY_OF = {"pinned_step": "next_step"}  # field of Version → key in the file, where they differ


class ArticleIn:
    """Import of one file. `made` and `changed` hold the result; `changed` lists keys of the file."""

    def __init__(
        self,
        placed: Placed,
        pictures: PicturesIn,
        names: Names,
        links: FileLinks,
        entry: ArticleEntry | None = None,
        file_entry: FileEntry | None = None,
    ) -> None:
        self.text, self.pictures, self.names, self.links = placed.text, pictures, names, links
        self.entry, self.file_entry = entry, file_entry
        self.is_one_of_several, self.is_over = placed.is_one_of_several, placed.is_over
        self.now = timezone.now()
        self.made = False
        self.changed: list[str] = []
        self.version: Version | None = None  # the version that the file is about

    def apply(self, identity: Identity) -> Article:
        """Import the file; call this inside the transaction. Raises ExchangeRefused."""
        article, self.made = find_article(self.text, identity)
        before = article.pk and article.slug
        if self.is_over and not self.made:  # another file of this folder has replaced it
            return article
        values, authors, tags = self._values()
        self._check(article, values)
        if self.made:
            self._begin(article)
        elif before != self.text.slug and self.text.slug:
            self._move(article)
        if self.text.is_live:
            self._live(article, values, authors, tags)
        else:
            self._working(article, values, authors, tags)
        if leave_aliases(article, self.text):
            self.changed.append("aliases")
        self._facts(article)
        if self.changed and not self.made:
            signals.article_changed.send(sender=Article, article=article)
        return article

    # Values from the file

    def _values(self) -> tuple[dict[str, Any], list[Author], list[Tag]]:
        text = self.text
        values: dict[str, Any] = {key: text.texts[key] for key in TEXTS}
        values["series_part"] = text.series_part
        values["category"] = self._named("category", Category, text.category) if text.category else None
        values["series"] = self._named("series", Series, text.series) if text.series else None
        authors = [self._named("authors", Author, name) for name in text.authors]
        tags = [self._named("tags", Tag, name) for name in text.tags]
        values["pinned_step"] = self._step(text.next_step) if text.next_step else None
        values["cover"] = self.pictures.record(text.cover) if text.cover else None
        # `_Import._prepare` has resolved the path of the cover; the paths in the body are resolved here.
        values["body"] = replace_picture_urls(
            self.links.settled(text, text.body),
            {
                url: self.pictures.record(self.pictures.url(text.file, url)).reference
                for url in local_pictures(text.body)
            },
        )
        return values, list(dict.fromkeys(authors)), list(dict.fromkeys(tags))

    def _named(self, key: str, model: Any, name: str) -> Any:
        try:
            return self.names.row(model, name)
        except NotNamed as error:
            raise self._refused(key, str(error)) from None

    def _step(self, slug: str) -> Step:
        step = Step.objects.filter(slug=slug).first()
        if step is None:
            known = ", ".join(Step.objects.order_by("position", "pk").values_list("slug", flat=True))
            raise self._refused("next_step", f"There is no next step “{slug}”. Use one of: {known}.")
        return step

    def _check(self, article: Article, values: dict[str, Any]) -> None:
        wrong = checked(Version(article=article, **values), values)
        if wrong:
            raise ExchangeRefused(
                *(self.text.problem(KEY_OF.get(name, name), sentence) for name, sentence in wrong.items())
            )

    def _refused(self, key: str, sentence: str) -> ExchangeRefused:
        return ExchangeRefused(self.text.problem(key, sentence))

    # Changes to the article

    def _begin(self, article: Article) -> None:
        if self.entry:
            article.created_at = self.entry.created_at
            article.takes_feedback = self.entry.takes_feedback
            article.unpublished_at = None if self.text.is_live else self.entry.unpublished_at
        article.save()

    def _move(self, article: Article) -> None:
        if article.versions.exclude(live_from=None).exists():
            article.change_slug(self.text.slug)
        else:  # never published, so no redirect is needed
            article.slug = self.text.slug
            article.save(update_fields=["slug"])
        self.changed.append("slug")

    def _working(self, article: Article, values: dict[str, Any], authors: list[Author], tags: list[Tag]) -> None:
        working = article.working_version()
        shown = working or article.newest_version()
        differing = differences(shown, values, authors, tags) if shown else ["text"]
        if differing or (working is None and self.is_one_of_several):
            working = self._write(article, values, authors, tags, is_next=True)
            self.changed += differing or ["draft"]
        self.version = working
        if working is None:
            return
        self._mark_updated(working)
        is_in_review = self.text.status == "review"
        if is_in_review != bool(working.submitted_at):
            self.changed.append("status")
            if is_in_review:
                self._check_as_it_is(working)
                working.submit(self.file_entry.submitted_at if self.file_entry else None)
            else:
                working.request_changes()

    def _live(self, article: Article, values: dict[str, Any], authors: list[Author], tags: list[Tag]) -> None:
        out = self._version_out(article)
        was_unpublished_at = article.unpublished_at
        if out is None:
            working = article.working_version() if not self.is_one_of_several else None
            differing = differences(working, values, authors, tags) if working else ["text"]
            version = self._write(article, values, authors, tags, is_next=working is not None) if differing else working
            assert version is not None
            if not differing:
                self._check_as_it_is(version)
            begins = self.file_entry.live_from if self.file_entry else None
            article.publish(version, begins or self.text.date or self.now)
            self.changed += [*differing, "status"]
            self._reschedule(article, version)
            self._leave_as_it_came_out(version)
        else:
            differing = differences(out, values, authors, tags)
            if self._has_begun(out) and self.text.date and self.text.date > self.now:
                raise self._refused("date", "The article is already published, so its date cannot be in the future.")
            version = out
            if differing:
                version = self._write(article, values, authors, tags, is_next=False)
                starts = self.now if self._has_begun(out) else out.live_from
                article.publish(version, starts)
                self.changed += differing
            self._reschedule(article, version)
        self.version = version
        self._mark_updated(version)
        self._unpublish_or_republish(article, was_unpublished_at)

    def _version_out(self, article: Article) -> Version | None:
        """Return the version that this file is about: the live one, else the scheduled one."""
        if self.made:
            return None
        begins = self.file_entry.live_from if self.file_entry else None
        live = article.live_version(self.now)
        if live and not (begins and begins > self.now):
            return live
        return article.scheduled_version(self.now)

    def _has_begun(self, version: Version) -> bool:
        return version.live_from is not None and version.live_from <= self.now

    def _write(
        self,
        article: Article,
        values: dict[str, Any],
        authors: list[Author],
        tags: list[Tag],
        *,
        is_next: bool,
    ) -> Version:
        """Write the working version if `is_next`; else a superseded version, so that a draft stays as it is."""
        version = None
        if not is_next:
            version = Version(article=article, listed_at=article.published_at, superseded_at=self.now)
        try:
            # The slug comes from the file, so the new slug of a draft is dropped.
            return import_version(article, {**values, "new_slug": ""}, authors=authors, tags=tags, version=version)
        except TextRefused as error:
            raise ExchangeRefused(*refusals(self.text, error)) from None

    def _check_as_it_is(self, version: Version) -> None:
        """Check a stored draft: an autosaved one may contain what is refused. Raises ExchangeRefused."""
        try:
            check_stored(version)
        except TextRefused as error:
            raise ExchangeRefused(*refusals(self.text, error)) from None

    def _reschedule(self, article: Article, version: Version) -> None:
        date = self.text.date
        if date is None or date == article.published_at:
            return
        if not self._has_begun(version):
            version.live_from = date
            version.save(update_fields=["live_from"])
        article.published_at = date
        article.save(update_fields=["published_at"])
        article.versions.relist()
        self.changed.append("date")

    def _leave_as_it_came_out(self, version: Version) -> None:
        """Date the version at its publication unless the file has `updated`: an import is not a change."""
        if version.live_from and version.live_from < version.updated_at and not self.text.updated:
            version.updated_at = version.live_from
            version.save(update_fields=["updated_at"])

    def _mark_updated(self, version: Version) -> None:
        if self.text.updated and version.updated_at != self.text.updated:
            version.updated_at = self.text.updated
            version.save(update_fields=["updated_at"])
            self.changed.append("updated")

    def _unpublish_or_republish(self, article: Article, before: dt.datetime | None) -> None:
        """Match the file's status. `before`: `unpublished_at` before `publish()` cleared it."""
        wanted = self._unpublishing(before)
        if wanted != before:
            self.changed.append("status")
        if wanted and wanted != article.unpublished_at:
            article.unpublish(wanted)
        elif article.unpublished_at and not wanted:
            article.republish()

    def _unpublishing(self, before: dt.datetime | None) -> dt.datetime | None:
        is_as_exported = self.entry is not None and self.entry.status == self.text.status
        exported = self.entry.unpublished_at if self.entry and is_as_exported else None
        if self.text.status == "withdrawn":
            return before if before and before <= self.now else exported or self.now
        if self.made:
            return exported
        is_unpublished = before is not None and before <= self.now
        return None if is_unpublished and before != exported else before

    def _facts(self, article: Article) -> None:  # only in a manifest
        if self.entry is None or article.takes_feedback == self.entry.takes_feedback:
            return
        article.takes_feedback = self.entry.takes_feedback
        article.save(update_fields=["takes_feedback"])
        self.changed.append("takes_feedback")


def differences(version: Version, values: dict[str, Any], authors: list[Author], tags: list[Tag]) -> list[str]:
    found = [KEY_OF.get(name, name) for name, value in values.items() if getattr(version, name) != value]
    if [byline.author_id for byline in version.bylines.all()] != [author.pk for author in authors]:
        found.append("authors")
    if [row.tag_id for row in version.version_tags.all()] != [tag.pk for tag in tags]:
        found.append("tags")
    return found
