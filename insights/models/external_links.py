"""Links from published articles to other sites: one row per URL, one `ExternalLinkUse` per version with it.

The table is also the queue: `look_at` is the time of the next check. A worker moves it ahead as a lease, so the row of
a killed worker becomes due again. Ignored URLs and hosts are not checked.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from insights.models.accounts import User, known_actor
from insights.models.versions import Version


class Ignorable(models.Model):
    ignored_at = models.DateTimeField(null=True, editable=False)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    ignored_by_name = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def ignore(self, user: User) -> None:
        self.ignored_at = timezone.now()
        self.ignored_by, self.ignored_by_name = known_actor(user)
        self.save(update_fields=["ignored_at", "ignored_by", "ignored_by_name"])

    def unignore(self) -> None:
        self.ignored_at, self.ignored_by, self.ignored_by_name = None, None, ""
        self.save(update_fields=["ignored_at", "ignored_by", "ignored_by_name"])


class ExternalHost(Ignorable):
    """Host that only one worker may request at a time, and not before `free_at`."""

    name = models.CharField(max_length=270, unique=True)
    free_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "insights_outsidehost"

    def __str__(self) -> str:
        return self.name


class ExternalLinkQuerySet(models.QuerySet["ExternalLink"]):
    def not_ignored(self) -> ExternalLinkQuerySet:
        return self.filter(ignored_at__isnull=True, host__ignored_at__isnull=True)

    def ignored(self) -> ExternalLinkQuerySet:
        return self.filter(Q(ignored_at__isnull=False) | Q(host__ignored_at__isnull=False))

    def broken_or_suspicious(self) -> ExternalLinkQuerySet:
        return self.not_ignored().filter(state__in=(ExternalLink.State.BROKEN, ExternalLink.State.SUSPICIOUS))

    def linked(self, at: dt.datetime | None = None) -> ExternalLinkQuerySet:
        """Return links in versions that readers can see at `at` (default: now)."""
        uses = ExternalLinkUse.objects.filter(link=models.OuterRef("pk"), version__in=Version.objects.readable(at))
        return self.filter(models.Exists(uses))

    def due(self, at: dt.datetime | None = None) -> ExternalLinkQuerySet:
        """Return links to check whose host is free at `at` (default: now); the longest overdue comes first."""
        at = at or timezone.now()
        return self.not_ignored().linked(at).filter(look_at__lte=at, host__free_at__lte=at).order_by("look_at", "pk")


class ExternalLink(Ignorable):
    class State(models.TextChoices):
        WAITING = "waiting", "Not checked yet"
        FINE = "fine", "Working"
        SUSPICIOUS = "doubtful", "Suspicious"
        BROKEN = "dead", "Broken"
        SKIPPED = "unasked", "Skipped"

    key = models.CharField(max_length=64, unique=True, editable=False)  # `insights/link_checker/urls.py`: `key_of`
    url = models.TextField(db_column="address")
    host = models.ForeignKey(ExternalHost, models.PROTECT, related_name="links")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    status = models.PositiveSmallIntegerField(null=True)  # the last HTTP status, if any
    reason = models.CharField("result", max_length=200, blank=True, db_column="told")
    since = models.DateTimeField(default=timezone.now)  # when its current state began
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=timezone.now)
    suspected_at = models.DateTimeField(null=True)  # found broken once; to be confirmed by a second check
    failed_days = models.PositiveSmallIntegerField(default=0)  # number of different days with a failed check
    failed_on = models.DateField(null=True)

    objects = ExternalLinkQuerySet.as_manager()

    class Meta:
        db_table = "insights_outsidelink"
        ordering = ["-since", "-pk"]
        indexes = [
            models.Index(fields=["look_at"], name="outside_link_due"),
            models.Index(fields=["state", "-since"], name="outside_link_state"),
        ]

    def __str__(self) -> str:
        return self.url[:200]

    @property
    def is_ignored(self) -> bool:
        return bool(self.ignored_at or self.host.ignored_at)


class ExternalLinkUse(models.Model):
    link = models.ForeignKey(ExternalLink, models.CASCADE, related_name="uses")
    version = models.ForeignKey(Version, models.CASCADE, related_name="external_links")
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "insights_outsidelinkuse"
        constraints = [models.UniqueConstraint(fields=["link", "version"], name="outside_link_use_once")]

    def __str__(self) -> str:
        return f"{self.words} → {self.link}"


class LinksRead(models.Model):
    """Marker of a version whose links have been extracted."""

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="links_read")

    def __str__(self) -> str:
        return str(self.version)
