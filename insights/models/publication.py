"""Actions that publish, schedule, unpublish and move an article.

Each action changes intervals only: `live_from` and `live_until` of versions, `published_at` and `unpublished_at` of the
article. No job has to run at a scheduled time.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models.functions import Greatest
from django.utils import timezone

from insights import signals
from insights.models.accounts import Actor
from insights.models.history import HistoryEntry
from insights.models.page_urls import validate_article_slug
from insights.models.publication_lock import serialized
from insights.models.redirects import Redirect
from insights.models.versions import Version, VersionQuerySet


class PublicationState(models.Model):
    slug = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_article_slug],
        error_messages={"unique": "This URL is not available. Choose another one."},
    )
    published_at = models.DateTimeField("publish at", null=True, blank=True)
    unpublished_at = models.DateTimeField("unpublish at", null=True, blank=True, db_column="withdrawn_at")

    versions: VersionQuerySet  # by `Version.article`

    class Meta:
        abstract = True

    def live_version(self, at: dt.datetime | None = None) -> Version | None:
        return self.versions.live(at).first()

    def working_version(self) -> Version | None:
        """Return the draft: the version that was never live and is not superseded."""
        return self.versions.working().first()

    def scheduled_version(self, at: dt.datetime | None = None) -> Version | None:
        """Return the version that goes live after `at` (default: now); there is at most one."""
        return self.versions.scheduled(at).first()

    @serialized
    def publish(self, version: Version, at: dt.datetime | None = None, *, actor: Actor = None) -> None:
        """Publish `version` at `at` (default: now). Raises IntegrityError if another article has its `new_slug`."""
        now = timezone.now()
        at = at or now
        had_readers = self.published_at is not None and self.published_at <= now
        self._make_way(version, at, now)
        version.live_from, version.live_until, version.superseded_at = at, None, None
        if version.kept_at is None:
            version.kept_at, version.kept_as = now, version.KeptAs.PUBLISHED
        version.save(update_fields=["live_from", "live_until", "superseded_at", "kept_at", "kept_as"])
        if self.published_at is None or self.published_at > now:  # later publications keep the first date
            self.published_at = at
        if self.unpublished_at and self.unpublished_at <= at:
            self.unpublished_at = None  # a later scheduled unpublishing stays
        self.save(update_fields=["published_at", "unpublished_at"])
        self.versions.relist()
        if at <= now or not had_readers:
            self.apply_new_slug(version, actor=actor)
        verb = HistoryEntry.Verb.SCHEDULED if at > now else HistoryEntry.Verb.PUBLISHED
        HistoryEntry.record(self, verb, actor, version=version, effective_at=at)
        signals.article_published.send(sender=type(self), article=self, version=version, actor=actor)
        signals.article_changed.send(sender=type(self), article=self)

    @serialized
    def unschedule(self, *, actor: Actor = None) -> Version | None:
        """Make the scheduled version the draft again, unless there is a newer one. Return it, or None."""
        version = self.scheduled_version()
        if version is None:
            return None
        at, before = version.live_from, self._version_before(version)
        unpublished_at = self._cancelled_unpublishing(version)
        version.live_from = version.live_until = None
        if self.working_version() is not None:
            version.superseded_at = timezone.now()
        version.save(update_fields=["live_from", "live_until", "superseded_at"])
        if before is None:
            self.published_at = None
        else:
            before.live_until = None
            before.save(update_fields=["live_until"])
        self.unpublished_at = unpublished_at or self.unpublished_at
        self.save(update_fields=["published_at", "unpublished_at"])
        self.versions.relist()
        HistoryEntry.record(self, HistoryEntry.Verb.UNSCHEDULED, actor, version=version, effective_at=at)
        signals.article_unscheduled.send(sender=type(self), article=self, version=version, actor=actor)
        signals.article_changed.send(sender=type(self), article=self)
        return version

    def _make_way(self, version: Version, at: dt.datetime, now: dt.datetime) -> None:
        """End the live version and unschedule the waiting one, before `version` is published at `at`."""
        others = self.versions.exclude(pk=version.pk)
        waiting = self.scheduled_version(now)
        if waiting is not None:
            self.unpublished_at = self.unpublished_at or self._cancelled_unpublishing(waiting)
        others.scheduled(now).update(live_from=None, live_until=None, superseded_at=now)
        # An unpublished text does not become visible again until its successor goes live.
        end = min(at, self.unpublished_at or at)
        is_cut = models.Q(live_until__isnull=True) | models.Q(live_until__gt=end)
        if waiting is not None:  # the live version ended where that one began; it now lasts until `end`
            is_cut |= models.Q(live_until=waiting.live_from)
        # An import may publish for a time before the live version began, whose interval is then empty.
        others.filter(is_cut, live_from__isnull=False).update(
            live_until=Greatest(models.F("live_from"), models.Value(end, models.DateTimeField()))
        )

    def _version_before(self, waiting: Version) -> Version | None:
        return self.versions.filter(live_from__lt=waiting.live_from).order_by("-live_from", "-pk").first()

    def _cancelled_unpublishing(self, waiting: Version) -> dt.datetime | None:
        """Return the unpublishing date that scheduling `waiting` has cleared, or None."""
        before = self._version_before(waiting)
        # A version scheduled for after that date ends the one before it at the date: the gap shows it.
        return before.live_until if before is not None and before.live_until != waiting.live_from else None

    @serialized
    def unpublish(self, at: dt.datetime | None = None, *, actor: Actor = None) -> None:
        """Hide the article from readers from `at` (default: now); its text and comments stay."""
        now = timezone.now()
        self.unpublished_at = at or now
        self.save(update_fields=["unpublished_at"])
        verbs = HistoryEntry.Verb
        verb = verbs.UNPUBLISHING_SCHEDULED if self.unpublished_at > now else verbs.UNPUBLISHED
        HistoryEntry.record(self, verb, actor, effective_at=self.unpublished_at)
        signals.article_unpublished.send(sender=type(self), article=self, actor=actor)
        signals.article_changed.send(sender=type(self), article=self)

    @serialized
    def republish(self, *, actor: Actor = None) -> None:
        """Publish the last live version again, or cancel a scheduled unpublishing."""
        unpublished_at, self.unpublished_at = self.unpublished_at, None
        self.save(update_fields=["unpublished_at"])
        HistoryEntry.record(self, HistoryEntry.Verb.REPUBLISHED, actor, effective_at=unpublished_at)
        signals.article_republished.send(sender=type(self), article=self, unpublished_at=unpublished_at, actor=actor)
        signals.article_changed.send(sender=type(self), article=self)

    def apply_new_slug(self, version: Version, *, actor: Actor = None) -> None:
        """Give the article the `new_slug` of `version`. Raises IntegrityError if another article has it."""
        slug = version.new_slug
        if not slug:
            return
        version.new_slug = ""
        version.save(update_fields=["new_slug"])
        self.change_slug(slug, actor=actor)

    @serialized
    def change_slug(self, slug: str, *, actor: Actor = None) -> None:
        """Change the slug and leave a permanent redirect; a redirect from the new slug is deleted."""
        if slug == self.slug:
            return
        before, self.slug = self.slug, slug
        self.save(update_fields=["slug"])
        Redirect.objects.leave("article", before, actor=actor, article=self)
        HistoryEntry.record(self, HistoryEntry.Verb.MOVED, actor, note=f"/insights/{before}/ → /insights/{slug}/")
        self.versions.filter(live_from__isnull=False).update(related_at=None)  # their pages contain the slug
        signals.article_changed.send(sender=type(self), article=self)
