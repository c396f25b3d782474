"""Review of versions: queries, actions, and one email per history entry and recipient."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from insights.models.history import HistoryEntry
from insights.models.outbox import OutgoingMail, OutgoingMailQuerySet


class ReviewQuerySet(models.QuerySet[Any]):
    def working(self) -> Self:
        """Return drafts: never live and not superseded."""
        return self.filter(live_from__isnull=True, superseded_at__isnull=True)

    def submitted(self) -> Self:
        """Return drafts that wait for approval, with submitter and reviewer (`with_review_state`)."""
        return (
            self.working()
            .filter(submitted_at__isnull=False, approved_at__isnull=True)
            .with_review_state("handed_in", "named_reviewer")
        )

    def changes_requested(self) -> Self:
        """Return drafts not submitted again since changes were requested, with the editor's name and note."""
        return (
            self.working()
            .filter(submitted_at__isnull=True, changes_requested_at__isnull=False)
            .with_review_state("returned")
        )

    def changes_requested_from(self, user: Any) -> Self:
        """Return `changes_requested()` drafts that `user` submitted, created, or has a byline in."""
        by_name = Q(pk__in=self.model._default_manager.working().filter(authors__user=user).values("pk"))
        return self.changes_requested().filter(Q(submitted_by_id=user.pk) | Q(article__created_by=user) | by_name)

    def approved(self) -> Self:
        """Return approved drafts that are not published, with the name of the approver."""
        return (
            self.working().filter(submitted_at__isnull=False, approved_at__isnull=False).with_review_state("approved")
        )

    def with_review_state(self, *verbs: str) -> Self:
        """Annotate reviewer, submitter, and the last history entry with one of `verbs`; each may be None."""
        own = HistoryEntry.objects.filter(article=models.OuterRef("article_id")).order_by("-happened_at", "-pk")
        submitted, last = own.filter(verb="handed_in"), own.filter(verb__in=verbs)
        return self.annotate(
            reviewer_id=F("article__reviewer_id"),
            reviewer_name=Coalesce(
                NullIf("article__reviewer__name", models.Value("")),
                "article__reviewer__email",
                output_field=models.CharField(),
            ),
            submitted_by_id=Subquery(submitted.values("actor_id")[:1]),
            submitted_by_name=Subquery(submitted.values("actor_name")[:1]),
            last_actor_name=Subquery(last.values("actor_name")[:1]),
            last_note=Subquery(last.values("note")[:1]),
        )


class Reviewed(models.Model):
    submitted_at = models.DateTimeField(null=True, editable=False)
    changes_requested_at = models.DateTimeField(
        null=True, editable=False, db_column="returned_at"
    )  # not submitted since
    approved_at = models.DateTimeField(null=True, editable=False)  # cleared by any edit

    class Meta:
        abstract = True

    def submit(self, at: dt.datetime | None = None) -> None:
        self.submitted_at, self.changes_requested_at, self.approved_at = at or timezone.now(), None, None
        self.save(update_fields=["submitted_at", "changes_requested_at", "approved_at"])

    def request_changes(self, at: dt.datetime | None = None) -> None:
        self.submitted_at, self.changes_requested_at, self.approved_at = None, at or timezone.now(), None
        self.save(update_fields=["submitted_at", "changes_requested_at", "approved_at"])

    def approve(self, at: dt.datetime | None = None) -> None:
        self.approved_at = at or timezone.now()
        self.save(update_fields=["approved_at"])


class ReviewEmailQuerySet(OutgoingMailQuerySet):
    def with_recipient(self) -> ReviewEmailQuerySet:
        return self.select_related("recipient", "entry__article", "entry__version", "entry__actor")

    def undelivered(self) -> ReviewEmailQuerySet:
        return self.filter(state__in=["failed", "unknown"])


class ReviewEmail(OutgoingMail):
    entry = models.ForeignKey("insights.HistoryEntry", models.CASCADE, related_name="mails")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # An email whose worker was killed during SMTP is not sent again: the dashboard shows the same.
    spoken_try = models.PositiveSmallIntegerField(default=0, editable=False)  # last attempt that reached the server

    objects = ReviewEmailQuerySet.as_manager()

    class Meta(OutgoingMail.Meta):
        db_table = "insights_handovermail"
        constraints = [models.UniqueConstraint(fields=["entry", "recipient"], name="hand_over_mail_once")]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="hand_over_mail_due",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["failed", "unknown"]),
                name="hand_over_mail_given_up",
            ),
        ]
