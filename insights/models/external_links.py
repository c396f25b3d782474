"""Links of published articles to other sites, and what was found when they were looked at.

One row per address, however often it is linked, and one per use in a version. The row is the queue too: `look_at` says
when an address is looked at next, and is moved ahead while a worker has it in hand, so that one whose worker was killed
comes up again by itself. What editors do not want to hear of is ignored, by address or by host, and no longer asked.
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
    """What editors may ask not to be told of."""

    ignored_at = models.DateTimeField(null=True, editable=False)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    ignored_by_name = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def ignore(self, user: User) -> None:
        """Ask and tell no more; it stays known who wanted that."""
        self.ignored_at = timezone.now()
        self.ignored_by, self.ignored_by_name = known_actor(user)
        self.save(update_fields=["ignored_at", "ignored_by", "ignored_by_name"])

    def unignore(self) -> None:
        """Take `ignore` back."""
        self.ignored_at, self.ignored_by, self.ignored_by_name = None, None, ""
        self.save(update_fields=["ignored_at", "ignored_by", "ignored_by_name"])


class ExternalHost(Ignorable):
    """A host that is asked by one worker at a time, and not before `free_at`."""

    name = models.CharField(max_length=270, unique=True)
    free_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "insights_outsidehost"

    def __str__(self) -> str:
        return self.name


class ExternalLinkQuerySet(models.QuerySet["ExternalLink"]):
    def not_ignored(self) -> ExternalLinkQuerySet:
        """Those that nobody asked to ignore, by address or by host."""
        return self.filter(ignored_at__isnull=True, host__ignored_at__isnull=True)

    def ignored(self) -> ExternalLinkQuerySet:
        return self.filter(Q(ignored_at__isnull=False) | Q(host__ignored_at__isnull=False))

    def troubling(self) -> ExternalLinkQuerySet:
        """Dead and doubtful ones that nobody asked to ignore."""
        return self.not_ignored().filter(state__in=(ExternalLink.State.DEAD, ExternalLink.State.DOUBTFUL))

    def linked(self, at: dt.datetime | None = None) -> ExternalLinkQuerySet:
        """Those in a text that readers see at `at` (default: now)."""
        uses = ExternalLinkUse.objects.filter(link=models.OuterRef("pk"), version__in=Version.objects.readable(at))
        return self.filter(models.Exists(uses))

    def due(self, at: dt.datetime | None = None) -> ExternalLinkQuerySet:
        """Those to be looked at, at hosts that may be asked now; who has waited longest comes first."""
        at = at or timezone.now()
        return self.not_ignored().linked(at).filter(look_at__lte=at, host__free_at__lte=at).order_by("look_at", "pk")


class ExternalLink(Ignorable):
    class State(models.TextChoices):
        WAITING = "waiting", "Not looked at yet"
        FINE = "fine", "Fine"
        DOUBTFUL = "doubtful", "Does not answer"
        DEAD = "dead", "Dead"
        UNASKED = "unasked", "Not asked"

    key = models.CharField(max_length=64, unique=True, editable=False)  # `outside_links.addresses.key_of`
    url = models.TextField(db_column="address")
    host = models.ForeignKey(ExternalHost, models.PROTECT, related_name="links")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    status = models.PositiveSmallIntegerField(null=True)  # the last HTTP status, if there was any
    reason = models.CharField("what happened", max_length=200, blank=True, db_column="told")
    since = models.DateTimeField(default=timezone.now)  # how long it has been in its state
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=timezone.now)
    suspected_at = models.DateTimeField(null=True)  # found dead once, and not looked at a second time yet
    failed_days = models.PositiveSmallIntegerField(default=0)  # different days on which it did not answer
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
        """Whether somebody asked not to be told of it, or of all its host's."""
        return bool(self.ignored_at or self.host.ignored_at)


class ExternalLinkUse(models.Model):
    """That a version links to an address, with which words."""

    link = models.ForeignKey(ExternalLink, models.CASCADE, related_name="uses")
    version = models.ForeignKey(Version, models.CASCADE, related_name="external_links")
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "insights_outsidelinkuse"
        constraints = [models.UniqueConstraint(fields=["link", "version"], name="outside_link_use_once")]

    def __str__(self) -> str:
        return f"{self.words} → {self.link}"


class LinksRead(models.Model):
    """That the links of a version were written down."""

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="links_read")

    def __str__(self) -> str:
        return str(self.version)
