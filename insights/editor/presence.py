"""Presence of editors in an article, stored by a periodic request and by each autosave.

We show who is there instead of locking the article, since a page left open would lock out all others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from insights.models import Article, Presence, Version

BEAT_SECONDS = 8  # interval of the page's script
GONE_AFTER = dt.timedelta(seconds=30)
OWN_GONE_AFTER = dt.timedelta(seconds=BEAT_SECONDS + 2)  # the user's own closed tab disappears sooner
TYPING = dt.timedelta(seconds=20)
FORGOTTEN_AFTER = dt.timedelta(days=1)  # until then, a tab can repeat an autosave whose response was lost
_TAB = re.compile(r"[0-9a-f]{32}")


def is_tab(text: str) -> bool:
    return bool(_TAB.fullmatch(text))


def mark_present(article: Article, user: Any, tab: str, *, typed_at: dt.datetime | None = None) -> None:
    """Store that a tab has the article open and when it saved typed text; one statement."""
    fields = ["seen_at"] if typed_at is None else ["seen_at", "typed_at"]
    row = Presence(article=article, user=user, tab=tab, seen_at=timezone.now(), typed_at=typed_at)
    Presence.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["article", "user", "tab"], update_fields=fields
    )


def leave(article: Article, user: Any, tab: str) -> None:
    """Mark the tab as gone; its last save stays known."""
    Presence.objects.filter(article=article, user=user, tab=tab).update(seen_at=timezone.now() - GONE_AFTER)


def wrote(version: Version, user: Any, tab: str) -> bool:
    """Return whether this tab stored the version in its current state."""
    rows = Presence.objects.filter(article=version.article_id, user=user, tab=tab, typed_at=version.updated_at)
    return is_tab(tab) and version.kept_at is None and rows.exists()


def others_in(article: Article, user: Any, tab: str = "") -> list[str]:
    """Return sentences on who else has the article open, including the user in another tab."""
    now = timezone.now()
    rows = Presence.objects.filter(article=article, seen_at__gt=now - GONE_AFTER).exclude(user=user, tab=tab)
    return list(_described(rows.select_related("user").order_by("user__name", "user"), user, now))


def _described(rows: Iterable[Presence], user: Any, now: dt.datetime) -> Iterable[str]:
    here: dict[Any, bool] = {}
    for row in rows:
        if row.user_id == user.pk and row.seen_at <= now - OWN_GONE_AFTER:
            continue
        is_typing = bool(row.typed_at and row.typed_at > now - TYPING)
        here[row.user] = here.get(row.user, False) or is_typing
    for who, is_typing in here.items():
        if who.pk == user.pk:
            yield "You have this article open in another tab."
        else:
            yield f"{who} has this article open{' and is typing' if is_typing else ''}."


def forget_absent_editors() -> None:
    old = Presence.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER)
    if old.exists():  # a DELETE of nothing still takes SQLite's write lock
        old.delete()
