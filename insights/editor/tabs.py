"""Each page of a form has a name, by which the article that it makes is known: made once, however often it is sent."""

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
    """A name for the page that a form stands in."""
    return secrets.token_hex(16)


def article_uid_of_tab(user: Any, tab: str, text: str = "") -> uuid.UUID | None:
    """The uid of the article that a tab of an account makes: the same for each try, and no other account's.

    `text`: what was written, where the tab has made an article before and this is the next one.
    """
    name = "/".join(filter(None, (f"{user.pk}/{tab}", text)))
    return uuid.uuid5(_TABS, name) if _TAB.fullmatch(tab) else None


def text_hash(data: Any) -> str:
    """A name for title, excerpt and body of a posted form."""
    sent = "\0".join(str(data.get(name, "")) for name in ("title", "excerpt", "body"))
    return hashlib.sha256(sent.encode()).hexdigest()


def article_id_of_tab(user: Any, tab: str, text: str = "") -> int | None:
    """The id of the article that was made by this tab of the account already; `text` as for `uid_by`."""
    uid = article_uid_of_tab(user, tab, text)
    return Article.objects.filter(uid=uid).values_list("pk", flat=True).first() if uid else None
