"""Who is in an article: the writing view tells by a beat, and each autosave tells as well.

Nobody is kept out by it: an editor who went home with the page open would lock everybody out. It only lets people know
of each other before they meet on saving.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from insights.models import Article, Presence, Version

BEAT_SECONDS = 8  # what the page's script keeps to
GONE_AFTER = dt.timedelta(seconds=30)
OWN_GONE_AFTER = dt.timedelta(seconds=BEAT_SECONDS + 2)  # a tab of one's own that died is not to be told for long
TYPING = dt.timedelta(seconds=20)
FORGOTTEN_AFTER = dt.timedelta(days=1)  # until then a lost answer to an autosave is recognised as one's own
_TAB = re.compile(r"[0-9a-f]{32}")


def is_tab(text: str) -> bool:
    """Whether a tab may be called so."""
    return bool(_TAB.fullmatch(text))


def mark_present(article: Article, user: Any, tab: str, *, typed_at: dt.datetime | None = None) -> None:
    """Say that a tab has the article open, and that it typed; one statement."""
    fields = ["seen_at"] if typed_at is None else ["seen_at", "typed_at"]
    row = Presence(article=article, user=user, tab=tab, seen_at=timezone.now(), typed_at=typed_at)
    Presence.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["article", "user", "tab"], update_fields=fields
    )


def leave(article: Article, user: Any, tab: str) -> None:
    """The tab shows the article no longer; what it wrote last stays known."""
    Presence.objects.filter(article=article, user=user, tab=tab).update(seen_at=timezone.now() - GONE_AFTER)


def wrote(version: Version, user: Any, tab: str) -> bool:
    """Whether it was this very tab that stored the version as it is."""
    rows = Presence.objects.filter(article=version.article_id, user=user, tab=tab, typed_at=version.updated_at)
    return is_tab(tab) and version.kept_at is None and rows.exists()


def others_in(article: Article, user: Any, tab: str = "") -> list[str]:
    """Sentences on who else has the article open, oneself in another tab included."""
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
            yield "You have this article open in another tab, too."
        else:
            yield f"{who} is in this article{', typing now' if is_typing else ''}."


def forget_absent_editors() -> None:
    """Forget who was here long ago."""
    old = Presence.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER)
    if old.exists():  # a DELETE of nothing still takes SQLite's write lock
        old.delete()
