"""When readers can read an article, and under which slug: publish, schedule, unpublish, move.

Each change is a change of intervals: `live_from` and `live_until` of versions, `published_at` and `unpublished_at` of
the article. Nothing has to run at the date itself.
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
    """The publication state of an article, its one subclass."""

    slug = models.SlugField(
        max_length=80,
        unique=True,
        validators=[validate_article_slug],
        error_messages={"unique": "This URL is not available; choose another."},
    )
    published_at = models.DateTimeField("publication moment", null=True, blank=True)
    unpublished_at = models.DateTimeField(null=True, blank=True, db_column="withdrawn_at")

    versions: VersionQuerySet  # by `Version.article`

    class Meta:
        abstract = True

    def live_version(self, at: dt.datetime | None = None) -> Version | None:
        """What readers see at `at` (default: now), or None."""
        return self.versions.live(at).first()

    def working_version(self) -> Version | None:
        """The text that is being written and has never been live, or None."""
        return self.versions.working().first()

    def scheduled_version(self, at: dt.datetime | None = None) -> Version | None:
        """The text that waits for its moment at `at` (default: now), or None; there is never more than one."""
        return self.versions.scheduled(at).first()

    @serialized
    def publish(self, version: Version, at: dt.datetime | None = None, *, actor: Actor = None) -> None:
        """Let `version` be what readers see from `at` (default: now) on.

        The first publication sets the article's publication moment; a later one keeps it. A version that was
        scheduled and has not begun is replaced.
        """
        now = timezone.now()
        at = at or now
        had_readers = self.published_at is not None and self.published_at <= now
        self._make_way(version, at, now)
        version.live_from, version.live_until, version.superseded_at = at, None, None
        if version.kept_at is None:
            version.kept_at, version.kept_as = now, version.KeptAs.PUBLISHED
        version.save(update_fields=["live_from", "live_until", "superseded_at", "kept_at", "kept_as"])
        if self.published_at is None or self.published_at > now:
            self.published_at = at
        if self.unpublished_at and self.unpublished_at <= at:
            self.unpublished_at = None  # a withdrawal that is still to come stays
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
        """Take the version that waits for its moment off the schedule; returns it, or None if none waits.

        It is the working text again, unless there is a newer one; readers keep what they have, or have not.
        """
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
        """Before `version` goes out at `at`: end what readers have until then, and set aside what was scheduled."""
        others = self.versions.exclude(pk=version.pk)
        waiting = self.scheduled_version(now)
        if waiting is not None:
            self.unpublished_at = self.unpublished_at or self._cancelled_unpublishing(waiting)
        others.scheduled(now).update(live_from=None, live_until=None, superseded_at=now)
        # A withdrawn text does not come back for the time until its successor's moment.
        end = min(at, self.unpublished_at or at)
        is_cut = models.Q(live_until__isnull=True) | models.Q(live_until__gt=end)
        if waiting is not None:  # the present text was to end when that began, and goes on until the new moment
            is_cut |= models.Q(live_until=waiting.live_from)
        # An import may publish for a moment before the present text began; that text's interval is then empty.
        others.filter(is_cut, live_from__isnull=False).update(
            live_until=Greatest(models.F("live_from"), models.Value(end, models.DateTimeField()))
        )

    def _version_before(self, waiting: Version) -> Version | None:
        """The version that a scheduled one is to replace, or None if it is the first."""
        return self.versions.filter(live_from__lt=waiting.live_from).order_by("-live_from", "-pk").first()

    def _cancelled_unpublishing(self, waiting: Version) -> dt.datetime | None:
        """Since when the article is, or would be, withdrawn if `waiting` were not scheduled.

        Scheduling a version for after a withdrawal ends the text before it at the withdrawal, and clears
        `unpublished_at`; so a text that ends before its successor begins was withdrawn then.
        """
        before = self._version_before(waiting)
        return before.live_until if before is not None and before.live_until != waiting.live_from else None

    @serialized
    def unpublish(self, at: dt.datetime | None = None, *, actor: Actor = None) -> None:
        """Take the article from readers from `at` (default: now) on; its text and its answers stay."""
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
        """Give a withdrawn article back to readers, with the text that was live; or call a withdrawal to come off."""
        unpublished_at, self.unpublished_at = self.unpublished_at, None
        self.save(update_fields=["unpublished_at"])
        HistoryEntry.record(self, HistoryEntry.Verb.REPUBLISHED, actor, effective_at=unpublished_at)
        signals.article_republished.send(sender=type(self), article=self, unpublished_at=unpublished_at, actor=actor)
        signals.article_changed.send(sender=type(self), article=self)

    def apply_new_slug(self, version: Version, *, actor: Actor = None) -> None:
        """Give the article the slug that `version` was to bring. Raises IntegrityError if another article has it."""
        slug = version.new_slug
        if not slug:
            return
        version.new_slug = ""
        version.save(update_fields=["new_slug"])
        self.change_slug(slug, actor=actor)

    @serialized
    def change_slug(self, slug: str, *, actor: Actor = None) -> None:
        """Change the address; the old one leads here for ever. An address that somebody else left is taken over."""
        if slug == self.slug:
            return
        before, self.slug = self.slug, slug
        self.save(update_fields=["slug"])
        Redirect.objects.leave("article", before, actor=actor, article=self)
        HistoryEntry.record(self, HistoryEntry.Verb.MOVED, actor, note=f"/insights/{before}/ → /insights/{slug}/")
        self.versions.filter(live_from__isnull=False).update(related_at=None)  # its neighbours name its address
        signals.article_changed.send(sender=type(self), article=self)
