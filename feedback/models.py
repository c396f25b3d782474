"""Votes and comments on articles.

A yes or no is a vote. It counts at once, one per visitor, article and day, up to a cap per network. The visitor is a
keyed hash with the salt of the day (`insights/public/readers.py`), so it is anonymous on the next day. A comment waits
for a moderator and is never edited. A decision on it does not change the vote, unless it is spam. We store several
comments instead of one editable comment per visitor, because visitors can share an IP address and browser. Revisit when
readers get accounts.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from insights.models import Article
from insights.public.readers import NetworkLimitReached, Visitor

MESSAGE_MAX_LENGTH = 10_000
NAME_MAX_LENGTH = 80


class AnswerQuerySet(models.QuerySet["Answer"]):
    def waiting(self) -> AnswerQuerySet:
        return self.filter(status="waiting")

    def approved(self) -> AnswerQuerySet:
        return self.filter(status="approved")

    def with_words(self) -> AnswerQuerySet:
        return self.exclude(message="")

    def counted(self) -> AnswerQuerySet:
        return self.filter(counts=True)

    def undecided(self) -> AnswerQuerySet:
        return self.filter(approved_at=None, rejected_at=None, spam_at=None)

    def saying(self, fingerprint: str, since: dt.datetime) -> AnswerQuerySet:
        return self.filter(fingerprint=fingerprint, answered_at__gte=since)

    @transaction.atomic
    def answer(self, article: Article, visitor: Visitor, helpful: bool) -> tuple[Answer | None, bool]:
        """Store the visitor's one vote; return its answer (None if the network is full) and whether it changed."""
        now = timezone.now()
        mine = self.filter(article=article, visitor=visitor.key)
        is_new = not mine.exists()
        if is_new:
            row = self.model(article=article, visitor=visitor.key, helpful=helpful, answered_at=now, changed_at=now)
            try:
                with transaction.atomic():  # one savepoint: the row and its place in the network's cap
                    self.bulk_create([row])  # sends no signal: a vote beyond the cap invalidates no page
                    visitor.take_place("votes", article)
            except IntegrityError:
                is_new = False  # another request of the visitor was faster
            except NetworkLimitReached:
                return None, False
        has_turned = mine.filter(~Q(helpful=helpful)).update(helpful=helpful, changed_at=now) > 0
        return mine.get(), is_new or has_turned

    def uncounted(self, article: Article, visitor: Visitor, helpful: bool) -> Answer:
        """Return an answer for the comment of a visitor whose vote is beyond the network's cap."""
        row, _ = self.get_or_create(
            article=article, visitor=visitor.key, defaults={"helpful": helpful, "is_beyond_cap": True}
        )
        return row


class Answer(models.Model):
    class Status(models.TextChoices):
        WORDLESS = "wordless", "Vote only"
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        SPAM = "spam", "Spam"

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", "Hard to follow"
        SHALLOW = "shallow", "Not enough detail"
        DATED = "dated", "Out of date"
        WRONG = "wrong", "Something is wrong"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="answers")
    visitor = models.BinaryField(max_length=16, null=True)  # None: a further comment of an earlier visitor
    helpful = models.BooleanField()
    is_beyond_cap = models.BooleanField(default=False, editable=False)  # the network had no vote left that day
    reasons = models.JSONField(default=list, blank=True)  # values of Reason
    message = models.TextField(blank=True, validators=[MaxLengthValidator(MESSAGE_MAX_LENGTH)])
    name = models.CharField(max_length=NAME_MAX_LENGTH, blank=True)
    email = models.EmailField("email address", blank=True, help_text="Never shown to readers.")
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256 of the message's words
    name_key = models.CharField(max_length=2 * NAME_MAX_LENGTH, blank=True, editable=False)
    resembles_staff = models.BooleanField("name resembles staff", default=False, editable=False)

    answered_at = models.DateTimeField("sent at", default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    rejected_at = models.DateTimeField(null=True, editable=False)
    spam_at = models.DateTimeField("marked as spam at", null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    status = models.GeneratedField(
        expression=Case(
            When(spam_at__isnull=False, then=Value("spam")),
            When(rejected_at__isnull=False, then=Value("rejected")),
            When(message="", then=Value("wordless")),
            When(approved_at__isnull=False, then=Value("approved")),
            default=Value("waiting"),
        ),
        output_field=models.CharField(max_length=10, choices=Status),
        db_persist=True,
    )

    # The vote counts once per visitor, whether its comment waits, is approved or is rejected.
    counts = models.GeneratedField(
        expression=Case(
            When(Q(visitor=None) | Q(is_beyond_cap=True) | Q(spam_at__isnull=False), then=Value(False)),
            default=Value(True),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "comment"
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "visitor"], name="answer_once_a_visitor"),
            models.CheckConstraint(
                name="answer_one_decision",
                condition=Q(approved_at=None, rejected_at=None)
                | Q(approved_at=None, spam_at=None)
                | Q(rejected_at=None, spam_at=None),
            ),
            models.CheckConstraint(name="answer_approved_words", condition=Q(approved_at=None) | ~Q(message="")),
            models.CheckConstraint(
                name="answer_message_length", condition=LessThanOrEqual(Length(F("message")), MESSAGE_MAX_LENGTH)
            ),
        ]
        indexes = [
            models.Index(fields=["article", "counts", "helpful"], name="answer_counted"),
            models.Index(
                fields=["article", "answered_at"], name="answer_shown", condition=Q(approved_at__isnull=False)
            ),
            models.Index(fields=["status", "-answered_at"], name="answer_queue"),
            models.Index(fields=["fingerprint", "answered_at"], name="answer_same_words", condition=~Q(fingerprint="")),
            models.Index(fields=["name_key"], name="answer_name", condition=~Q(name_key="")),
        ]

    def __str__(self) -> str:
        return f"{'Comment' if self.message else 'Vote'} by {self.name or 'a reader'}"

    @property
    def status_label(self) -> str:
        return str(self.Status(self.status).label)

    @property
    def reason_labels(self) -> list[str]:
        labels = dict(self.Reason.choices)
        return [str(labels.get(reason, reason)) for reason in self.reasons]
