"""Handing an article over: its author hands it in, an editor returns it with a note, approves it, or names a reviewer.

Each step is one transaction: the state on the version, an entry in the article's history, the mails to those whose turn
it is, a line of the audit. What an editor decides on is named by what that page showed (`seen`), so that nothing is
approved that nobody has read; the row of the article is the lock. An approved text is kept in the history as it is.
What today's rules refuse, which a draft that saves itself may hold, is neither handed in nor approved.
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
    Verb.SUBMITTED: "handed in article",
    Verb.CHANGES_REQUESTED: "returned article",
    Verb.APPROVED: "approved article",
    Verb.NAMED_REVIEWER: "named reviewer of article",
}


class OutOfDate(Exception):
    """The page that a decision was made on no longer tells the truth; says in words what happened instead."""


def seen_as(version: Version) -> str:
    """What a page says it showed: the text, and when it was last written; how a form's `base` begins, too."""
    return f"{version.pk}@{version.updated_at.isoformat()}"


@transaction.atomic
def submit(version: Version, *, user: User, note: str = "") -> bool:
    """Give a working version to its reviewer, or to all who publish. False if it waits for them already.

    Raises TextRefused.
    """
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
    """Return a handed-in text to its author. Raises OutOfDate."""
    version = _decided_on(article, seen)
    version.request_changes()
    _record(article, Verb.CHANGES_REQUESTED, user, version, writers_of(article, version).exclude(pk=user.pk), note=note)


@transaction.atomic
def approve(article: Article, *, seen: str, user: User, note: str = "") -> None:
    """Say that a handed-in text may go out as it stands. Raises OutOfDate, and TextRefused."""
    version = _decided_on(article, seen)
    if version.approved_at is not None:
        raise OutOfDate("This text has been approved already.")
    check_stored(version)
    version.approve()
    version.keep(Version.KeptAs.SAVED)
    _record(article, Verb.APPROVED, user, version, writers_of(article, version).exclude(pk=user.pk), note=note)


@transaction.atomic
def name_reviewer(article: Article, reviewer: User | None, *, user: User, note: str = "") -> bool:
    """Let `reviewer` (one of `publishers`; None: nobody in particular) decide. False if nothing is new."""
    article = Article.objects.locked().get(pk=article.pk)
    if article.reviewer_id == (reviewer.pk if reviewer else None) and not note:
        return False
    article.reviewer = reviewer
    article.save(update_fields=["reviewer"])
    people = [reviewer] if reviewer and reviewer != user else []
    _record(article, Verb.NAMED_REVIEWER, user, article.working_version(), people, note=note, person=reviewer)
    return True


def _decided_on(article: Article, seen: str) -> Version:
    """The handed-in version, if it is the one that `seen` names. Raises OutOfDate."""
    article = Article.objects.locked().get(pk=article.pk)
    version = article.working_version()
    if version is None:
        raise OutOfDate("This text is no longer a draft: it was published, scheduled or set aside meanwhile.")
    if version.submitted_at is None:
        raise OutOfDate("This text is not handed in any more: it went back to its author meanwhile.")
    if seen.split("@")[:2] != seen_as(version).split("@"):
        who = version.updated_by or "Somebody"
        raise OutOfDate(f"{who} changed the text after you opened it. Read it as it is now before you decide.")
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
