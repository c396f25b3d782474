"""History of an article: who did what, when, to which version, with which note.

Editors read it, and it is deleted with the article; the audit log is for administrators and stays.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

from insights.models.accounts import Actor, User, known_actor

from .records import Record


class HistoryEntry(Record):
    class Verb(models.TextChoices):
        SAVED = "saved", "saved a version"
        VERSION_RESTORED = "brought_back", "restored a version"
        DISCARDED = "discarded", "discarded the draft"
        SUBMITTED = "handed_in", "submitted for review"
        CHANGES_REQUESTED = "returned", "requested changes"
        APPROVED = "approved", "approved"
        NAMED_REVIEWER = "named_reviewer", "changed the reviewer"
        PUBLISHED = "published", "published"
        SCHEDULED = "scheduled", "scheduled"
        UNSCHEDULED = "unscheduled", "unscheduled"
        UNPUBLISHED = "withdrew", "unpublished"
        UNPUBLISHING_SCHEDULED = "withdrawal_scheduled", "scheduled unpublishing"
        REPUBLISHED = "restored", "published again"
        MOVED = "moved", "changed the URL"
        LINK_MADE = "link_made", "created a preview link"
        LINK_REVOKED = "link_revoked", "revoked a preview link"

    article = models.ForeignKey("insights.Article", models.CASCADE, related_name="history")
    version = models.ForeignKey("insights.Version", models.SET_NULL, null=True, blank=True, related_name="history")
    happened_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=200)  # accounts change their names
    verb = models.CharField(max_length=24, choices=Verb)
    effective_at = models.DateTimeField(null=True, blank=True, db_column="moment")  # of a scheduled action
    # The account that the action concerns, such as the new reviewer.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    person_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta:
        verbose_name_plural = "history entries"
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["article", "-happened_at"], name="history_of_article")]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_verb_display()}"

    @classmethod
    def record(
        cls,
        article: models.Model,
        verb: str,
        actor: Actor,
        *,
        version: models.Model | None = None,
        effective_at: dt.datetime | None = None,
        person: User | None = None,
        note: str = "",
    ) -> HistoryEntry:
        known, name = known_actor(actor)
        return cls.objects.create(
            article=article,
            version=version,
            actor=known,
            actor_name=name,
            verb=verb,
            effective_at=effective_at,
            person=person,
            person_name=str(person)[:200] if person else "",
            note=note,
        )
