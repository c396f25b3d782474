"""Review of a version: the queries and actions on it, and the emails about it.

There is one email for each history entry and recipient; its text is the entry's, so both say the same. The start page
shows it too. So an email whose worker was killed while it talked to the mail server is not sent again; its state is
unknown.
"""

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
    """Versions by how far their review has come."""

    def working(self) -> Self:
        """Those being written: never live, not replaced."""
        return self.filter(live_from__isnull=True, superseded_at__isnull=True)

    def submitted(self) -> Self:
        """Those that wait for an editor's decision; with who waits for whom (`with_review_state`)."""
        return (
            self.working()
            .filter(submitted_at__isnull=False, approved_at__isnull=True)
            .with_review_state("handed_in", "named_reviewer")
        )

    def changes_requested(self) -> Self:
        """Those that were given back and not handed in since; with who gave them back, and with which words."""
        return (
            self.working()
            .filter(submitted_at__isnull=True, changes_requested_at__isnull=False)
            .with_review_state("returned")
        )

    def changes_requested_from(self, user: Any) -> Self:
        """Those that were given back to `user`: who handed them in, began them, or writes under one of their names."""
        by_name = Q(pk__in=self.model._default_manager.working().filter(authors__user=user).values("pk"))
        return self.changes_requested().filter(Q(submitted_by_id=user.pk) | Q(article__created_by=user) | by_name)

    def approved(self) -> Self:
        """Those that may go out as they stand, and wait for whoever publishes them; with who approved them."""
        return (
            self.working().filter(submitted_at__isnull=False, approved_at__isnull=False).with_review_state("approved")
        )

    def with_review_state(self, *verbs: str) -> Self:
        """Annotate with `reviewer_id`, `reviewer_name`, `submitted_by_id` and `submitted_by_name`, and with the actor's
        name (`step_by_name`) and the note (`last_note`) of the last history entry that has one of `verbs`.

        The date is the version's own `submitted_at`, `changes_requested_at` or `approved_at`. Unknown values are None.
        """
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
            step_by_name=Subquery(last.values("actor_name")[:1]),
            last_note=Subquery(last.values("note")[:1]),
        )


class Reviewed(models.Model):
    """When a version was submitted, returned or approved, and how each is done."""

    submitted_at = models.DateTimeField(null=True, editable=False)
    changes_requested_at = models.DateTimeField(
        null=True, editable=False, db_column="returned_at"
    )  # not submitted since
    approved_at = models.DateTimeField(null=True, editable=False)  # for the text as it stands

    class Meta:
        abstract = True

    def submit(self, at: dt.datetime | None = None) -> None:
        """Hand the working version in for review."""
        self.submitted_at, self.changes_requested_at, self.approved_at = at or timezone.now(), None, None
        self.save(update_fields=["submitted_at", "changes_requested_at", "approved_at"])

    def request_changes(self, at: dt.datetime | None = None) -> None:
        """Give a handed-in version back to its author."""
        self.submitted_at, self.changes_requested_at, self.approved_at = None, at or timezone.now(), None
        self.save(update_fields=["submitted_at", "changes_requested_at", "approved_at"])

    def approve(self, at: dt.datetime | None = None) -> None:
        """Say that a handed-in text may go out as it stands; any change of it takes that back."""
        self.approved_at = at or timezone.now()
        self.save(update_fields=["approved_at"])


class ReviewEmailQuerySet(OutgoingMailQuerySet):
    def with_recipient(self) -> ReviewEmailQuerySet:
        return self.select_related("recipient", "entry__article", "entry__version", "entry__actor")

    def undelivered(self) -> ReviewEmailQuerySet:
        """Those that did not arrive, or of which nobody can say."""
        return self.filter(state__in=["failed", "unknown"])


class ReviewEmail(OutgoingMail):
    entry = models.ForeignKey("insights.HistoryEntry", models.CASCADE, related_name="mails")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    spoken_try = models.PositiveSmallIntegerField(default=0, editable=False)  # since this one the server may have it

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
