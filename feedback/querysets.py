"""The adjectives of answers, each said once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from insights.models import Article
from insights.public.readers import NoPlace, Visitor

if TYPE_CHECKING:
    from feedback.models import Answer


class AnswerQuerySet(models.QuerySet["Answer"]):
    def waiting(self) -> AnswerQuerySet:
        """With words that no moderator has read yet."""
        return self.filter(status="waiting")

    def approved(self) -> AnswerQuerySet:
        """With words that readers see."""
        return self.filter(status="approved")

    def with_words(self) -> AnswerQuerySet:
        """Those that say more than yes or no."""
        return self.exclude(message="")

    def counted(self) -> AnswerQuerySet:
        """Those whose vote counts: one per visitor and day, whatever becomes of the words; none of spam."""
        return self.filter(counts=True)

    def undecided(self) -> AnswerQuerySet:
        return self.filter(approved_at=None, rejected_at=None, spam_at=None)

    def saying(self, fingerprint: str, since: dt.datetime) -> AnswerQuerySet:
        """Those with the same words, given at `since` or later."""
        return self.filter(fingerprint=fingerprint, answered_at__gte=since)

    @transaction.atomic
    def answer(self, article: Article, visitor: Visitor, helpful: bool) -> tuple[Answer | None, bool]:
        """Return the visitor's one answer to `article`, with `helpful` as its last value; and whether it changed.

        None when the visitor is new and its network has no vote left for the article today. Exact under parallel
        requests: the unique constraint lets one row in, and the place is taken in the same savepoint.
        """
        now = timezone.now()
        mine = self.filter(article=article, visitor=visitor.key)
        is_new = not mine.exists()
        if is_new:
            row = self.model(article=article, visitor=visitor.key, helpful=helpful, answered_at=now, changed_at=now)
            try:
                with transaction.atomic():
                    self.bulk_create([row])  # sends no signal: a vote beyond the cap invalidates no page
                    visitor.take_place("votes", article)
            except IntegrityError:
                is_new = False  # another request of the visitor was faster
            except NoPlace:
                return None, False
        has_turned = mine.filter(~Q(helpful=helpful)).update(helpful=helpful, changed_at=now) > 0
        return mine.get(), is_new or has_turned

    def uncounted(self, article: Article, visitor: Visitor, helpful: bool) -> Answer:
        """Return an answer for the comment of a visitor whose vote is beyond the network's cap."""
        row, _ = self.get_or_create(
            article=article, visitor=visitor.key, defaults={"helpful": helpful, "is_beyond_cap": True}
        )
        return row
