"""Emails of the review: recipients, content and sending.

The action's transaction chooses the recipients. Their access to the admin is checked again before sending. The email
address is stored in the account only, not in a task, log or other row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import models
from django.db.models import Q
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from insights.mail.message import MailMessage, compose_email, from_site
from insights.mail.outbox import LEASE, Outbox
from insights.models import Article, HistoryEntry, ReviewEmail, SiteSettings, User, Version

PAUSE = dt.timedelta(minutes=10)  # after a connection that broke while sending


class RecipientLeft(Exception):
    """Recipient whose account may no longer use the admin."""


class ReviewOutbox(Outbox[ReviewEmail]):
    rows = ReviewEmail
    name = "Review notification"
    pause = PAUSE

    def build(self, mail: ReviewEmail) -> MailMessage:
        return build_review_email(mail)

    def enqueue(self, mail: ReviewEmail, *, run_after: dt.datetime | None = None) -> None:
        (send_review_email.using(run_after=run_after) if run_after else send_review_email).enqueue(mail.pk)

    def renew_lease(self, mail: ReviewEmail) -> bool:
        """Renew the lease and record that the email may be out after a kill. Raise RecipientLeft."""
        if not (mail.recipient.is_active and mail.recipient.is_staff):
            raise RecipientLeft
        held = self.mails.held(mail)
        return bool(held.update(leased_until=timezone.now() + LEASE, spoken_try=mail.tries))

    def may_have_been_sent(self, mail: ReviewEmail) -> bool:
        return mail.spoken_try == mail.tries

    def is_permanent_failure(self, error: Exception) -> bool:
        return isinstance(error, RecipientLeft)


REVIEW_OUTBOX = ReviewOutbox()


@task(priority=40)
def send_review_email(mail_id: int) -> str:
    """Try to send one email; return its state afterwards."""
    return REVIEW_OUTBOX.attempt(mail_id)


def requeue_review_emails() -> None:
    """Requeue emails of a killed worker. Cheap, and safe at any time."""
    REVIEW_OUTBOX.sweep()


def notify_reviewers(entry: HistoryEntry, people: Iterable[User]) -> None:
    """Queue an email about `entry` to each of `people`, in the caller's transaction."""
    for mail in ReviewEmail.objects.bulk_create(ReviewEmail(entry=entry, recipient=person) for person in people):
        REVIEW_OUTBOX.enqueue(mail)


def publishers() -> models.QuerySet[User]:
    """Return the staff accounts that may publish; submitted texts wait for them."""
    return ModelBackend().with_perm("insights.publish_article").filter(is_staff=True)


def writers_of(article: Article, version: Version) -> models.QuerySet[User]:
    """Return the accounts behind a text: who submitted it last, and the authors of its byline."""
    step = article.history.filter(verb=HistoryEntry.Verb.SUBMITTED).first()
    submitted_by = step.actor_id if step else article.created_by_id
    theirs = Q(pk=submitted_by) | Q(author__bylines__version=version)
    return User.objects.filter(theirs, is_active=True, is_staff=True).distinct()


def build_review_email(mail: ReviewEmail) -> MailMessage:
    entry = mail.entry
    version = entry.version or entry.article.newest_version()
    path = reverse("admin:insights_article_change", args=[entry.article_id])
    site = SiteSettings.current()
    context = {
        "publication": site,
        "entry": entry,
        "verb": entry.verb,
        "title": version.title if version else entry.article.slug,
        "is_submitted": version is not None and version.submitted_at is not None,  # else no decision is asked for yet
        "recipient": mail.recipient,
        "admin_url": f"{settings.SITE_URL}{path}",
    }
    return compose_email(
        "insights/mail/review",
        context,
        to=mail.recipient.email,
        message_id=f"hand-over.{mail.uid.hex}",
        sender=from_site(site.name),
    )
