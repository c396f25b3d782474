"""Dashboard panels of articles: to review, changes requested, approved, scheduled, drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.utils.text import Truncator

from insights.local_time import format_local
from insights.models import Article, Version
from insights.models.versions import VersionQuerySet

ROWS = 5
NOTE = 120  # characters of an editor's note


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a panel. `note` is text of an editor; `is_yours`: this account is the named reviewer."""

    article: int
    title: str
    text: str
    note: str = ""
    is_yours: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """`count`: of all rows; `rows`: the first few; `empty`: the text without rows."""

    id: str
    heading: str
    count: int
    rows: list[ArticleRow]
    empty: str


def article_panels(user: Any, now: dt.datetime) -> list[Panel]:
    """Return the panels of an account: editors see all submitted articles, authors their own."""
    publishes, writes = user.has_perm("insights.publish_article"), user.has_perm("insights.add_article")
    if not (publishes or writes):
        return []
    found = [_to_review(user, sees_all=publishes)]
    if writes:
        found.append(_returned(user))
    found.append(_approved(user, sees_all=publishes))
    if publishes:
        found.append(_scheduled(user, now))
    if writes:
        found.append(_drafts(user))
    return found


def _to_review(user: Any, *, sees_all: bool) -> Panel:
    versions = Version.objects.submitted()
    if not sees_all:
        versions = versions.filter(Q(article__in=Article.objects.written_by(user)) | Q(article__reviewer=user))
    mine_first = Case(When(article__reviewer=user, then=Value(0)), default=Value(1))

    def row(version: Any) -> ArticleRow:
        is_yours = version.reviewer_id == user.pk
        who, submitted = version.submitted_by_name, format_local(version.submitted_at)
        text = f"Submitted by {who} on {submitted}" if who else f"Submitted on {submitted}"
        if is_yours:
            text += "; reviewer: you"
        elif version.reviewer_name:
            text += f"; reviewer: {version.reviewer_name}"
        return ArticleRow(version.article_id, version.title, f"{text}.", is_yours=is_yours)

    heading, empty = ("To review", "Nothing to review.") if sees_all else ("In review", "No articles in review.")
    versions = versions.order_by(mine_first, "submitted_at", "pk")
    return _panel("to-review", heading, versions, row, empty)


def _returned(user: Any) -> Panel:
    def row(version: Any) -> ArticleRow:
        who = version.last_actor_name or "an editor"
        note = Truncator(" ".join((version.last_note or "").split())).chars(NOTE)
        return ArticleRow(
            version.article_id,
            version.title,
            f"Requested by {who} on {format_local(version.changes_requested_at)}.",
            note,
        )

    versions = Version.objects.changes_requested_from(user).order_by("changes_requested_at", "pk")
    return _panel("returned", "Changes requested", versions, row, "No changes requested.")


def _approved(user: Any, *, sees_all: bool) -> Panel:
    versions = Version.objects.approved()
    if not sees_all:
        versions = versions.filter(article__in=Article.objects.written_by(user))

    def row(version: Any) -> ArticleRow:
        text = f"Approved by {version.last_actor_name or 'an editor'} on {format_local(version.approved_at)}."
        return ArticleRow(version.article_id, version.title, text)

    return _panel("approved", "Approved", versions.order_by("approved_at", "pk"), row, "No approved articles.")


def _scheduled(user: Any, now: dt.datetime) -> Panel:
    is_there = Q(article__unpublished_at__isnull=True) | Q(article__unpublished_at__gt=F("live_from"))
    coming = Version.objects.filter(is_there, live_from__gt=now).exclude(live_until__lte=F("live_from"))
    title = Version.objects.filter(article=OuterRef("pk")).newest_by_article().values("title")[:1]
    going = Article.objects.filter(unpublished_at__gt=now, published_at__isnull=False).annotate(title=Subquery(title))
    fields = ("title", "live_from", "article__published_at")
    versions = _counted(coming.select_related("article").only(*fields).order_by("live_from", "pk"))
    articles = _counted(going.order_by("unpublished_at", "pk"))
    events = [(v.live_from, v.article_id, v.title, _kind(v)) for v in versions]
    events += [(article.unpublished_at, article.pk, article.title, "Will be unpublished on") for article in articles]
    rows = [ArticleRow(pk, title, f"{kind} {format_local(at, user)}.") for at, pk, title, kind in sorted(events)[:ROWS]]
    count = sum(found[0].total for found in (versions, articles) if found)
    return Panel("scheduled", "Scheduled", count, rows, "Nothing scheduled.")


def _kind(version: Version) -> str:
    return (
        "Will be published on" if version.article.published_at == version.live_from else "Changes will be published on"
    )


def _drafts(user: Any) -> Panel:
    """Return the account's own drafts that it may edit; an author may not edit a published article."""
    own = Article.objects.written_by(user)
    if not user.has_perm("insights.change_any_article"):
        own = own.never_published()
    drafts = Version.objects.working().filter(
        article__in=own, submitted_at__isnull=True, changes_requested_at__isnull=True
    )

    def row(version: Any) -> ArticleRow:
        return ArticleRow(version.article_id, version.title, f"Saved on {format_local(version.updated_at)}.")

    return _panel("drafts", "Your drafts", drafts.order_by("-updated_at", "pk"), row, "You have no drafts.")


def _panel(id_: str, heading: str, versions: VersionQuerySet, row: Callable[[Any], ArticleRow], empty: str) -> Panel:
    found = _counted(versions.defer("body", "html", "search_text", "contents", "decision", "around"))
    return Panel(id_, heading, found[0].total if found else 0, [row(version) for version in found], empty)


def _counted(rows: QuerySet[Any]) -> list[Any]:
    """Return the first rows, each with the `total` of all, in one query."""
    return list(rows.annotate(total=Window(Count("pk")))[:ROWS])
