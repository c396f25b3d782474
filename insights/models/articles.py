"""Articles: what outlives each text, such as uid, slug, publication dates and number of views.

Readers get the version whose interval holds now: a condition of the query, never a write on GET. So drafts of live
articles, scheduled changes, history and restore are one concept.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.models.page_urls import page_url
from insights.models.publication import PublicationState
from insights.models.versions import Version


class ArticleQuerySet(models.QuerySet["Article"]):
    def locked(self) -> ArticleQuerySet:
        """Lock the rows until the transaction ends; NO KEY: inserts that refer to them do not wait (no deadlock)."""
        return self.select_for_update(of=("self",), no_key=True)

    def published(self, at: dt.datetime | None = None) -> ArticleQuerySet:
        at = at or timezone.now()
        return self.filter(
            Q(unpublished_at__isnull=True) | Q(unpublished_at__gt=at),
            models.Exists(Version.objects.live(at).filter(article=models.OuterRef("pk"))),
        )

    def written_by(self, user: Any) -> ArticleQuerySet:
        """Return articles that `user` created, or that have the user's byline in any version."""
        return self.filter(self._is_own(user))

    def with_is_own(self, user: Any) -> ArticleQuerySet:
        return self.annotate(is_own=models.ExpressionWrapper(self._is_own(user), models.BooleanField()))

    def _is_own(self, user: Any) -> Q:
        bylines = Version.objects.filter(article=models.OuterRef("pk"), authors__user=user)
        return Q(created_by=user) | Q(models.Exists(bylines))

    def never_published(self) -> ArticleQuerySet:
        return self.filter(published_at__isnull=True)

    def with_state(self, at: dt.datetime | None = None) -> ArticleQuerySet:
        """Annotate `state`: the value of `Article.status(at)`, computed in the database."""
        at = at or timezone.now()
        own = Version.objects.filter(article=models.OuterRef("pk"))
        return self.annotate(
            state=models.Case(
                models.When(unpublished_at__lte=at, then=models.Value("withdrawn")),
                models.When(
                    models.Exists(own.working().filter(submitted_at__isnull=False)) & Q(published_at__isnull=True),
                    then=models.Value("review"),
                ),
                models.When(published_at__isnull=True, then=models.Value("draft")),
                models.When(models.Exists(own.live(at)), then=models.Value("published")),
                default=models.Value("scheduled"),
                output_field=models.CharField(),
            )
        )

    def with_review_state(self) -> ArticleQuerySet:
        """Annotate `review_state` of the draft: "handed_in", "returned", "approved" or empty."""
        step = models.Case(
            models.When(submitted_at__isnull=False, approved_at__isnull=False, then=models.Value("approved")),
            models.When(submitted_at__isnull=False, then=models.Value("handed_in")),
            models.When(changes_requested_at__isnull=False, then=models.Value("returned")),
            default=models.Value(""),
        )
        own = Version.objects.working().filter(article=models.OuterRef("pk")).values_list(step)
        return self.annotate(
            review_state=Coalesce(Subquery(own[:1]), models.Value(""), output_field=models.CharField())
        )


class Article(PublicationState):
    class Status(models.TextChoices):  # never stored, since it depends on the clock
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        UNPUBLISHED = "withdrawn", "Unpublished"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    takes_feedback = models.BooleanField("allow comments", default=True)
    views = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    newest_versions: Sequence[Version]  # no default: Django would treat it as prefetched
    is_own: bool | None = None
    edit_base: Version | None = None
    is_edit_base_known = False

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("publish_article", "Can publish, schedule and unpublish articles"),
            ("change_any_article", "Can edit other people's articles"),
        ]
        indexes = [
            # The next article to unpublish (`insights/publishing/schedule.py`).
            models.Index(
                fields=["unpublished_at"],
                name="article_withdrawn_at",
                condition=models.Q(unpublished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        fetched = getattr(self, "newest_versions", ())
        return fetched[0].title if fetched else self.slug

    def get_absolute_url(self) -> str:
        return page_url("insights:article", self.slug)

    def newest_version(self) -> Version | None:
        """Return the draft, else the version with the latest `live_from`, else the last superseded one."""
        return self.versions.newest_by_article().first()

    def status(self, at: dt.datetime | None = None) -> str:
        at = at or timezone.now()
        if self.unpublished_at and self.unpublished_at <= at:
            return self.Status.UNPUBLISHED
        if self.published_at is None:
            working = self.working_version()
            return self.Status.REVIEW if working and working.submitted_at else self.Status.DRAFT
        return self.Status.PUBLISHED if self.live_version(at) else self.Status.SCHEDULED
