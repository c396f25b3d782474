"""History of an article, newest first: versions, history entries, and older entries of the admin log.

A history entry that made a version (saved, published, restored) is shown with it. The admin log is shown only from
before the first history entry. Each page costs the same number of queries, however long the history is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.models import Article, HistoryEntry, Version

PAGE_SIZE = 40
AT_ONCE = dt.timedelta(seconds=10)  # at most, between a history entry and the version that it made

_CURSOR = re.compile(r"(\d{1,17})-([012])-(\d{1,18})\Z")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_VERBS = HistoryEntry.Verb
_DATE_FIELDS: dict[type[Any], str] = {Version: "happened_at", HistoryEntry: "happened_at", LogEntry: "action_time"}
_MADE_IT = {_VERBS.SAVED, _VERBS.VERSION_RESTORED, _VERBS.DISCARDED, _VERBS.PUBLISHED, _VERBS.SCHEDULED}
_BEFORE_THE_DATE = {
    _VERBS.SCHEDULED: " for",
    _VERBS.UNSCHEDULED: "; it was planned for",
    _VERBS.REPUBLISHED: "; it was unpublished on",
    _VERBS.UNPUBLISHING_SCHEDULED: " for",
    _VERBS.LINK_MADE: ", which expires on",
}


class InvalidHistoryCursor(ValueError):
    """Cursor that no page of a history returned."""


@dataclass(slots=True)
class HistoryAction:
    """Action of an account: “Ann scheduled unpublishing for `effective_at`”, with a note."""

    actor: str
    action: str
    effective_at: dt.datetime | None = None
    note: str = ""

    @classmethod
    def of(cls, entry: HistoryEntry) -> HistoryAction:
        is_to_come = entry.verb == _VERBS.REPUBLISHED and entry.effective_at and entry.effective_at > entry.happened_at
        text = "canceled unpublishing" if is_to_come else entry.get_verb_display()
        if entry.person_name:
            text = f"{text}: {entry.person_name}" if entry.verb == _VERBS.NAMED_REVIEWER else (
                f"{text}, for {entry.person_name}"
            )  # fmt: skip
        is_later = bool(entry.effective_at and abs(entry.effective_at - entry.happened_at) > AT_ONCE)
        before = "; it was planned for" if is_to_come else _BEFORE_THE_DATE.get(_VERBS(entry.verb), ", effective")
        effective_at = entry.effective_at if is_later else None
        note = "" if entry.verb == _VERBS.SAVED else entry.note  # the version's label, shown with the version
        return cls(entry.actor_name, f"{text}{before}" if effective_at else text, effective_at, note)


@dataclass(slots=True)
class HistoryLine:
    """Version with the actions that made it, or one action."""

    happened_at: dt.datetime
    version: Version | None = None
    steps: list[HistoryAction] = field(default_factory=list)
    standing: str = ""  # of the version: "live", "scheduled", "working", or nothing

    @property
    def went_live_at(self) -> dt.datetime | None:
        """Return when the version went live, if that was later than the date of this line."""
        begun = self.version.live_from if self.version else None
        is_later = begun is not None and begun - self.happened_at > AT_ONCE
        return begun if is_later and begun and begun <= timezone.now() else None


@dataclass(slots=True)
class Timeline:
    """Page of a history. `older`: cursor of the next page, or empty."""

    lines: list[HistoryLine]
    older: str = ""

    @property
    def versions(self) -> list[Version]:
        return [line.version for line in self.lines if line.version]


def timeline(article: Article, cursor: str = "", *, size: int = PAGE_SIZE) -> Timeline:
    """Return the page of the history after `cursor`, in three queries. Raise InvalidHistoryCursor."""
    after = _read(cursor) if cursor else None
    sources: tuple[QuerySet[Any], ...] = (history_versions(article), _steps(article), _written_by_the_admin(article))
    rows = [
        (_happened_at(row), -rank, row.pk, row)
        for rank, source in enumerate(sources)
        for row in _after(source, rank, after)[: size + 1]
    ]
    rows.sort(key=lambda row: row[:3], reverse=True)
    shown = rows[:size]
    of_version = {
        row.pk: HistoryLine(happened_at, row, standing=version_state(row, article))
        for happened_at, _, _, row in shown
        if isinstance(row, Version)
    }
    lines = []
    for happened_at, _, _, row in shown:
        if isinstance(row, Version):
            lines.append(of_version[row.pk])
        elif isinstance(row, LogEntry):
            lines.append(
                HistoryLine(happened_at, steps=[HistoryAction(str(row.user), row.get_change_message() or "saved")])
            )
        else:
            line = of_version.get(row.version_id)
            if line and row.verb in _MADE_IT and abs(happened_at - line.happened_at) <= AT_ONCE:
                line.steps.append(HistoryAction.of(row))
            else:
                lines.append(HistoryLine(happened_at, steps=[HistoryAction.of(row)]))
    return Timeline(lines, _cursor(*shown[-1][:3]) if len(rows) > size else "")


def history_versions(article: Article) -> QuerySet[Version]:
    """Return all versions, newest first, annotated with `happened_at` and without the long texts."""
    rows = article.versions.listed().select_related("article", "category", "cover", "updated_by", "restored_from")
    rows = rows.defer(*(f"restored_from__{name}" for name in ("body", "html", "search_text", "contents", "decision")))
    rows = rows.defer("restored_from__around")
    return rows.annotate(happened_at=Coalesce("kept_at", "updated_at")).order_by("-happened_at", "-pk")


def version_state(version: Version, article: Article, at: dt.datetime | None = None) -> str:
    """Return "working", "live", "scheduled" or an empty string, at `at` (default: now)."""
    at = at or timezone.now()
    if version.is_working:
        return "working"
    if version.live_from is None or (version.live_until and version.live_until <= at):
        return ""
    if version.live_from > at:
        return "scheduled"
    return "" if article.unpublished_at and article.unpublished_at <= at else "live"


def _steps(article: Article) -> QuerySet[HistoryEntry]:
    return article.history.order_by("-happened_at", "-pk")


def _written_by_the_admin(article: Article) -> QuerySet[LogEntry]:
    first = article.history.order_by("happened_at", "pk").values("happened_at")[:1]
    of_it = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Article), object_id=str(article.pk)
    ).filter(action_time__lt=Coalesce(Subquery(first), timezone.now()))
    return of_it.select_related("user").order_by("-action_time", "-pk")


def _happened_at(row: Any) -> dt.datetime:
    happened_at: dt.datetime = getattr(row, _DATE_FIELDS[type(row)])
    return happened_at


def _after(source: QuerySet[Any], rank: int, after: tuple[dt.datetime, int, int] | None) -> QuerySet[Any]:
    """Return the rows after a cursor; on equal dates, sources follow each other by rank."""
    if after is None:
        return source
    name = _DATE_FIELDS[source.model]
    happened_at, last_rank, pk = after
    older = Q(**{f"{name}__lt": happened_at})
    if rank > last_rank:
        older |= Q(**{name: happened_at})
    elif rank == last_rank:
        older |= Q(**{name: happened_at, "pk__lt": pk})
    return source.filter(older)


def _cursor(happened_at: dt.datetime, rank: int, pk: int) -> str:
    return f"{(happened_at - _EPOCH) // dt.timedelta(microseconds=1)}-{-rank}-{pk}"


def _read(cursor: str) -> tuple[dt.datetime, int, int]:
    match = _CURSOR.match(cursor)
    if not match:
        raise InvalidHistoryCursor(cursor)
    return _EPOCH + dt.timedelta(microseconds=int(match[1])), int(match[2]), int(match[3])
