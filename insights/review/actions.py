"""Review actions: submit, request changes, approve, name a reviewer.

Each is one transaction under the row lock of the article: version, history entry, emails, audit event. `seen` names
the text that the editor's page showed, so that no unread text is approved. An approved text is kept in the history.
A text against the current rules, which autosave may store, is neither submitted nor approved.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from insights import signals
from insights.models import Article, HistoryEntry, User, Version
from insights.publishing.rendering import check_stored
from insights.review.mail import notify_reviewers, publishers, writers_of

NOTE_LENGTH = 2000
Verb = HistoryEntry.Verb
IN_THE_AUDIT = {
    Verb.SUBMITTED: "submitted article",
    Verb.CHANGES_REQUESTED: "requested changes to article",
    Verb.APPROVED: "approved article",
    Verb.NAMED_REVIEWER: "changed reviewer of article",
}


class OutOfDate(Exception):
    """Decision on an outdated page; the message describes the change."""


def seen_as(version: Version) -> str:
    """Return the token of a text: version id and last change. A form's `base` begins with it, too."""
    return f"{version.pk}@{version.updated_at.isoformat()}"


@transaction.atomic
def submit(version: Version, *, user: User, note: str = "") -> bool:
    """Submit to the reviewer, else to all publishers. Return False if it already waits. Raise TextRefused."""
    article = Article.objects.locked().get(pk=version.article_id)
    if version.submitted_at is not None:
        return False
    check_stored(version)
    version.submit()
    others = publishers().exclude(pk=user.pk)
    people = [person for person in others if person.pk == article.reviewer_id] or others
    _record(article, Verb.SUBMITTED, user, version, people, note=note)
    return True


@transaction.atomic
def request_changes(article: Article, *, seen: str, note: str, user: User) -> None:
    """Send a submitted text back to its author. Raise OutOfDate."""
    version = _decided_on(article, seen)
    version.request_changes()
    _record(article, Verb.CHANGES_REQUESTED, user, version, writers_of(article, version).exclude(pk=user.pk), note=note)


@transaction.atomic
def approve(article: Article, *, seen: str, user: User, note: str = "") -> None:
    """Approve a submitted text for publishing and keep it. Raise OutOfDate or TextRefused."""
    version = _decided_on(article, seen)
    if version.approved_at is not None:
        raise OutOfDate("This text is already approved.")
    check_stored(version)
    version.approve()
    version.keep(Version.KeptAs.SAVED)
    _record(article, Verb.APPROVED, user, version, writers_of(article, version).exclude(pk=user.pk), note=note)


@transaction.atomic
def name_reviewer(article: Article, reviewer: User | None, *, user: User, note: str = "") -> bool:
    """Set the reviewer (one of `publishers`; None: anyone). Return False if nothing is new."""
    article = Article.objects.locked().get(pk=article.pk)
    if article.reviewer_id == (reviewer.pk if reviewer else None) and not note:
        return False
    article.reviewer = reviewer
    article.save(update_fields=["reviewer"])
    people = [reviewer] if reviewer and reviewer != user else []
    _record(article, Verb.NAMED_REVIEWER, user, article.working_version(), people, note=note, person=reviewer)
    return True


def _decided_on(article: Article, seen: str) -> Version:
    """Return the submitted version if `seen` names it. Raise OutOfDate."""
    article = Article.objects.locked().get(pk=article.pk)
    version = article.working_version()
    if version is None:
        raise OutOfDate("This text is no longer the draft. It was published, scheduled, replaced or discarded.")
    if version.submitted_at is None:
        raise OutOfDate("This text is no longer in review. Changes were already requested.")
    if seen.split("@")[:2] != seen_as(version).split("@"):
        who = version.updated_by or "Another editor"
        raise OutOfDate(f"{who} changed the text after you opened it. Read the current text before you decide.")
    return version


def _record(
    article: Article,
    verb: HistoryEntry.Verb,
    user: User,
    version: Version | None,
    people: Iterable[User],
    *,
    note: str,
    person: User | None = None,
) -> None:
    entry = HistoryEntry.record(article, verb, user, version=version, person=person, note=note)
    notify_reviewers(entry, people)
    signals.audit_event.send(
        sender=Article,
        actor=user,
        verb=IN_THE_AUDIT[verb],
        subject=version or article.slug,
        details={"id": article.pk},
    )
