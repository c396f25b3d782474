"""The mails of a hand-over: who is told, what they say, how they leave.

Whom a step concerns is decided in the step's own transaction; whether a recipient may still enter the desk is asked
again when the mail goes out. The address stands in no task, log or row but the account's.
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

PAUSE = dt.timedelta(minutes=10)  # after a connection that broke off in the middle


class RecipientLeft(Exception):
    """The account may not enter the desk any more."""


class ReviewOutbox(Outbox[ReviewEmail]):
    rows = ReviewEmail
    name = "Hand-over mail"
    pause = PAUSE

    def build(self, mail: ReviewEmail) -> MailMessage:
        return build_review_email(mail)

    def enqueue(self, mail: ReviewEmail, *, run_after: dt.datetime | None = None) -> None:
        (send_review_email.using(run_after=run_after) if run_after else send_review_email).enqueue(mail.pk)

    def renew_lease(self, mail: ReviewEmail) -> bool:
        """Write down, too, that this attempt speaks with the server from now on: killed after this, its mail may have
        gone out. Raises RecipientLeft."""
        if not (mail.recipient.is_active and mail.recipient.is_staff):
            raise RecipientLeft
        held = self.mails.held(mail)
        return bool(held.update(leased_until=timezone.now() + LEASE, spoken_try=mail.tries))

    def may_have_gone(self, mail: ReviewEmail) -> bool:
        return mail.spoken_try == mail.tries

    def is_permanent_failure(self, error: Exception) -> bool:
        return isinstance(error, RecipientLeft)


REVIEW_OUTBOX = ReviewOutbox()


@task(priority=40)
def send_review_email(mail_id: int) -> str:
    """Try to send one mail. Returns the state it is in afterwards."""
    return REVIEW_OUTBOX.attempt(mail_id)


def requeue_review_emails() -> None:
    """Bring back what a killed worker held. Cheap, and right at any time."""
    REVIEW_OUTBOX.sweep()


def notify_reviewers(entry: HistoryEntry, people: Iterable[User]) -> None:
    """Mail each of `people` what `entry` says; part of the caller's transaction."""
    for mail in ReviewEmail.objects.bulk_create(ReviewEmail(entry=entry, recipient=person) for person in people):
        REVIEW_OUTBOX.enqueue(mail)


def publishers() -> models.QuerySet[User]:
    """The accounts that may enter the desk and let articles go out, whom hand-ins wait for."""
    return ModelBackend().with_perm("insights.publish_article").filter(is_staff=True)


def writers_of(article: Article, version: Version) -> models.QuerySet[User]:
    """The accounts that a text comes from: who handed it in last, and who writes under the names of its byline."""
    step = article.history.filter(verb=HistoryEntry.Verb.SUBMITTED).first()
    submitted_by = step.actor_id if step else article.created_by_id
    theirs = Q(pk=submitted_by) | Q(author__bylines__version=version)
    return User.objects.filter(theirs, is_active=True, is_staff=True).distinct()


def build_review_email(mail: ReviewEmail) -> MailMessage:
    """The message of a row: what was done with which article, by whom, with which words, and where to go on.

    A reviewer who is named before the text is handed in is not told to decide on it yet.
    """
    entry = mail.entry
    version = entry.version or entry.article.newest_version()
    path = reverse("admin:insights_article_change", args=[entry.article_id])
    site = SiteSettings.current()
    context = {
        "publication": site,
        "entry": entry,
        "verb": entry.verb,
        "title": version.title if version else entry.article.slug,
        "is_submitted": version is not None and version.submitted_at is not None,
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
