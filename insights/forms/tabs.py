"""Each page of a form has a name, by which the article that it makes is known: made once, however often it is sent."""

from __future__ import annotations

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


def uid_by(user: Any, tab: str) -> uuid.UUID | None:
    """The uid of the article that a tab of an account makes: the same for each try, and nobody else's."""
    return uuid.uuid5(_TABS, f"{user.pk}/{tab}") if _TAB.fullmatch(tab) else None


def made_by(user: Any, tab: str) -> int | None:
    """The id of the article that was made by this tab of the account already."""
    uid = uid_by(user, tab)
    return Article.objects.filter(uid=uid).values_list("pk", flat=True).first() if uid else None
