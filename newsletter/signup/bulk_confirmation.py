"""Bulk confirmation emails for pending subscribers, such as those of an import, after all sign-ups (`ceiling.py`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from newsletter.models import ConfirmationMail, Subscriber
from newsletter.models.subscribers import SubscriberQuerySet

PAUSE = dt.timedelta(days=7)  # between two requests to one subscriber
# The limit keeps the transaction short; the action can be repeated.
AT_MOST = 20_000
BATCH = 500

_REASONS = {
    "off": "already confirmed, unsubscribed, bounced or being erased",
    "under way": "with an email already queued",
    "recent": f"already asked in the last {PAUSE.days} days",
    "rest": f"over the limit of {AT_MOST:,} (run the action again)",
}


@dataclass(frozen=True)
class BulkResult:
    """Number of queued emails, and of skipped subscribers by reason."""

    queued: int
    skipped: dict[str, int]

    def summary(self) -> str:
        emails = "confirmation email" if self.queued == 1 else "confirmation emails"
        sentences = [f"{self.queued:,} {emails} queued."]
        if self.queued:
            sentences.append(f"{'It is' if self.queued == 1 else 'They are'} sent in the background, {_pace()}.")
        if self.skipped:
            reasons = [f"{count:,} {_REASONS[reason]}" for reason, count in self.skipped.items()]
            sentences.append(f"Skipped: {'; '.join(reasons)}.")
        return " ".join(sentences)


@transaction.atomic
def queue_bulk_confirmations(chosen: SubscriberQuerySet) -> BulkResult:
    """Queue an email for each pending subscriber in `chosen` who was not asked recently."""
    rows = _with_reason(Subscriber.objects.filter(pk__in=chosen.order_by().values("pk")))
    counts = dict(rows.order_by().values_list("reason").annotate(Count("pk")))
    wanted = list(rows.filter(reason="").order_by("pk").values_list("pk", flat=True)[:AT_MOST])
    queued = sum(ConfirmationMail.objects.queue_bulk(some) for some in batched(wanted, BATCH))
    counts["rest"] = max(0, counts.get("", 0) - AT_MOST)
    # A subscriber who signed up meanwhile has an email already.
    counts["under way"] = counts.get("under way", 0) + len(wanted) - queued
    return BulkResult(queued, {reason: count for reason in _REASONS if (count := counts.get(reason, 0))})


def _with_reason(subscribers: SubscriberQuerySet) -> Any:
    since = timezone.now() - PAUSE
    mails = ConfirmationMail.objects.filter(subscriber=OuterRef("pk"))
    under_way = Exists(mails.filter(state__in=["queued", "sending"]))
    recent = Exists(mails.filter(Q(sent_at__gte=since) | Q(state="unknown", created_at__gte=since)))
    is_off = ~Q(status=Subscriber.Status.PENDING) | Q(erasure__isnull=False)
    return subscribers.annotate(
        reason=Case(
            When(is_off, then=Value("off")),
            When(under_way, then=Value("under way")),
            When(recent, then=Value("recent")),
            default=Value(""),
        )
    )


def _pace() -> str:
    """Return the rate in words: half of the ceiling stays free for sign-ups."""
    count, seconds = settings.CONFIRMATION_CEILING
    time = f"{seconds / 60:g} minutes" if seconds != 60 else "a minute"
    return f"after the emails of new sign-ups, at most {count - count // 2:,} in {time}"
