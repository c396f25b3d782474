"""The adjectives of answers, each said once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from insights.models import Article

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
        """Those whose yes or no counts: one per visitor, and with words only once these are approved."""
        return self.filter(counts=True)

    def undecided(self) -> AnswerQuerySet:
        return self.filter(approved_at=None, rejected_at=None, spam_at=None)

    def saying(self, fingerprint: str, since: dt.datetime) -> AnswerQuerySet:
        """Those with the same words, given at `since` or later."""
        return self.filter(fingerprint=fingerprint, answered_at__gte=since)

    @transaction.atomic
    def answer(self, article: Article, visitor: bytes, helpful: bool) -> tuple[Answer, bool]:
        """The visitor's one answer to `article`, with `helpful` as its last value; and whether anything changed.

        Right however many arrive at once: the unique constraint lets one row in, and the update is one statement.
        """
        now = timezone.now()
        before = self.filter(article=article, visitor=visitor).first()
        if before is None:
            row = self.model(article=article, visitor=visitor, helpful=helpful, answered_at=now, changed_at=now)
            self.bulk_create([row], ignore_conflicts=True)
        mine = self.filter(article=article, visitor=visitor)
        turned = mine.filter(~Q(helpful=helpful)).update(helpful=helpful, changed_at=now)
        return mine.get(), before is None or turned > 0
