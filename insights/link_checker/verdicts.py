"""Interpretation of responses: the state of a link, and the date of its next check.

A missing page is checked again an hour later before it counts as broken. A failure that may pass (no response, a
refusal) counts as suspicious only after failures on three different days.
"""

from __future__ import annotations

import datetime as dt

from insights.link_checker.client import LinkResponse
from insights.models import ExternalLink

DAY = dt.timedelta(days=1)
AGAIN = dt.timedelta(hours=1)
FAILED_DAYS = 3

_FIELDS = [
    "state", "status", "reason", "since", "looked_at", "look_at", "suspected_at", "failed_days", "failed_on",
]  # fmt: skip


def record_response(link: ExternalLink, answer: LinkResponse, now: dt.datetime) -> None:
    before = link.state
    link.looked_at, link.status, link.reason = now, answer.status, answer.reason[:200]
    link.look_at = now + max(DAY, dt.timedelta(seconds=answer.wait))
    if answer.kind == "gone":
        _gone(link, now)
    else:
        link.suspected_at = None
        if answer.kind == "trouble":
            _trouble(link, now)
        else:
            link.failed_days, link.failed_on = 0, None
            link.state = ExternalLink.State.FINE if answer.kind == "fine" else ExternalLink.State.SKIPPED
    if link.state != before:
        link.since = now
    link.save(update_fields=_FIELDS)


def _gone(link: ExternalLink, now: dt.datetime) -> None:
    if link.state == ExternalLink.State.BROKEN:
        return
    link.suspected_at = link.suspected_at or now
    if now - link.suspected_at >= AGAIN:
        link.state, link.suspected_at = ExternalLink.State.BROKEN, None
    else:
        link.look_at = link.suspected_at + AGAIN


def _trouble(link: ExternalLink, now: dt.datetime) -> None:
    today = now.astimezone(dt.UTC).date()
    if link.failed_on != today:
        link.failed_days, link.failed_on = min(link.failed_days + 1, 30_000), today
    if link.failed_days >= FAILED_DAYS and link.state != ExternalLink.State.BROKEN:
        link.state = ExternalLink.State.SUSPICIOUS
