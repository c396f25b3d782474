"""Ids of form pages: a page creates one article, however often its form is sent."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from typing import Any

from insights.models import Article

_TAB = re.compile(r"[0-9a-f]{32}")
_TABS = uuid.UUID("f3f1cf0a-2d0b-5a35-9f0c-7b6f3a4a7a10")


def new_tab() -> str:
    return secrets.token_hex(16)


def article_uid_of_tab(user: Any, tab: str, text: str = "") -> uuid.UUID | None:
    """Return the uid of the article that a tab creates; `text`: its hash, if the tab created another before."""
    name = "/".join(filter(None, (f"{user.pk}/{tab}", text)))
    return uuid.uuid5(_TABS, name) if _TAB.fullmatch(tab) else None


def text_hash(data: Any) -> str:
    sent = "\0".join(str(data.get(name, "")) for name in ("title", "excerpt", "body"))
    return hashlib.sha256(sent.encode()).hexdigest()


def article_id_of_tab(user: Any, tab: str, text: str = "") -> int | None:
    """Return the id of the article that this tab created, or None; `text` as in `article_uid_of_tab`."""
    uid = article_uid_of_tab(user, tab, text)
    return Article.objects.filter(uid=uid).values_list("pk", flat=True).first() if uid else None
